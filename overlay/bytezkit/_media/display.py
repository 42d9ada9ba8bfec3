"""Media types of URLs and headers, and the display of media in notebooks."""

import base64
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from bytezkit._core.effects import public_url

# A table instead of `mimetypes`, whose types depend on the machine.
_BY_SUFFIX: Final[Mapping[str, str]] = {
    ".bmp": "image/bmp",
    ".flac": "audio/flac",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
}
# Object stores send it for files whose type they do not know.
_UNKNOWN: Final = ("application/octet-stream", "binary/octet-stream")
# Media types that notebooks display from a bundle; other media need HTML.
_IMAGES: Final = ("image/gif", "image/jpeg", "image/png")


def media_type_of_url(url: str) -> str | None:
    """Return the media type of a data URL, or of the file name of another URL; None if it is unknown."""
    if url[:5].lower() == "data:":
        # RFC 2397: the default is text.
        return url[5:].partition(",")[0].partition(";")[0].strip().lower() or "text/plain"
    return _BY_SUFFIX.get(PurePosixPath(public_url(url)).suffix.lower())


def media_type_of_header(media_type: str | None) -> str | None:
    """Return the media type of a response, or None if it says nothing about the content."""
    return None if media_type is None or media_type.lower() in _UNKNOWN else media_type.lower()


def display_bundle(media_type: str | None, content: bytes) -> dict[str, str]:
    """Return the representations of media for a notebook; empty for a type that it cannot display."""
    # A type outside of the table comes from a server, and could contain HTML.
    if media_type is None or media_type not in _BY_SUFFIX.values():
        return {}
    encoded = base64.b64encode(content).decode()
    if media_type in _IMAGES:
        return {media_type: encoded}
    source = f'src="data:{media_type};base64,{encoded}"'
    kind = media_type.partition("/")[0]
    return {"text/html": f"<img {source}>" if kind == "image" else f"<{kind} controls {source}></{kind}>"}
