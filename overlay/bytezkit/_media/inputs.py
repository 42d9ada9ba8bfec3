"""Encode media inputs: a file, bytes or a URL."""

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

import anyio.to_thread

from bytezkit_models.inputs import MediaInput

MediaSource: TypeAlias = str | Path | bytes | BinaryIO

# Media types by their first bytes. A library for these few signatures would be a dependency of every user.
_SIGNATURES: Final[Mapping[bytes, str]] = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"BM": "image/bmp",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
    b"fLaC": "audio/flac",
    b"OggS": "audio/ogg",
    b"ID3": "audio/mpeg",
    b"\xff\xfb": "audio/mpeg",
    b"\xff\xfa": "audio/mpeg",
    b"\xff\xf3": "audio/mpeg",
    b"\xff\xf2": "audio/mpeg",
    b"\x1aE\xdf\xa3": "video/webm",
    b"%PDF-": "application/pdf",
}
# RIFF containers name their content at byte 8.
_RIFF_FORMATS: Final[Mapping[bytes, str]] = {
    b"WEBP": "image/webp",
    b"WAVE": "audio/wav",
    b"AVI ": "video/x-msvideo",
}
# Brands of the MPEG-4 container (ISO 14496-12) other than video/mp4, at byte 8.
_MP4_BRANDS: Final[Mapping[bytes, str]] = {
    b"M4A ": "audio/mp4",
    b"avif": "image/avif",
    b"heic": "image/heic",
    b"qt  ": "video/quicktime",
}
_MEDIA_TYPE: Final = re.compile(r"[^\s/,;]+/[^\s/,;]+(;[^\s,]+)?")


def media_members(source: MediaSource, mime: str | None) -> MediaInput:
    """Return the members of the request body for media.

    Args:
        source: A path, bytes, an open binary file, or a string that starts with `http://`,
            `https://` or `data:`. A file is read from its current position. A seekable file is then moved
            back there, so that a failed call can be repeated.
        mime: The media type of bytes and files; None detects the type from the first bytes.

    Raises:
        TypeError: `source` has another type or is a file in text mode, or `mime` is not a string.
        ValueError: The string is not a URL, the media are empty, their type is not detected, `mime` is not a
            media type or stands beside a URL, or the file is closed.
        OSError: The file cannot be read.
    """
    if isinstance(source, str):
        if mime is not None:
            raise ValueError("mime is for bytes and files, not for a URL")
        start = source[:8].lower()
        if start.startswith(("http://", "https://")):
            return {"url": source}
        if start.startswith("data:"):
            return {"base64": source}
        raise ValueError("a string must be a URL (http://, https:// or data:); for a file use pathlib.Path")
    if mime is not None and not isinstance(mime, str):
        raise TypeError(f"mime must be a string, not {type(mime).__name__}")
    if mime is not None and not _MEDIA_TYPE.fullmatch(mime):
        raise ValueError(f"mime must be a media type such as image/png, not {mime!r}")
    content = _read_content(source)
    if not content:
        raise ValueError("the media are empty; a file is read from its current position")
    media_type = _detect_media_type(content) if mime is None else mime
    return {"base64": f"data:{media_type};base64,{base64.b64encode(content).decode()}"}


async def media_members_async(source: MediaSource, mime: str | None) -> MediaInput:
    """Return the members as `media_members` does, but read files in a thread."""
    return await anyio.to_thread.run_sync(media_members, source, mime)


def _read_content(source: Path | bytes | BinaryIO) -> bytes:
    if isinstance(source, Path):
        return source.read_bytes()
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if not callable(getattr(source, "read", None)):
        raise TypeError(f"media must be a path, bytes, a binary file or a URL, not {type(source).__name__}")
    if getattr(source, "closed", False):
        raise ValueError("the file is closed")
    # Reading zero characters tells the mode. Reading all of them in text mode would fail with a
    # `UnicodeDecodeError` for most media.
    if not isinstance(source.read(0), bytes):
        raise TypeError("the file must be open in binary mode")
    position = source.tell() if source.seekable() else None
    try:
        return source.read()
    finally:
        if position is not None:
            source.seek(position)


def _detect_media_type(content: bytes) -> str:
    for signature, media_type in _SIGNATURES.items():
        if content.startswith(signature):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] in _RIFF_FORMATS:
        return _RIFF_FORMATS[content[8:12]]
    if content[4:8] == b"ftyp":
        return _MP4_BRANDS.get(content[8:12], "video/mp4")
    raise ValueError("the media type cannot be detected from the first bytes: pass mime=")
