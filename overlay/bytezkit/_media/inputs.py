"""Media that go in: a file, bytes, or where they are."""

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

import anyio.to_thread

from bytezkit_models.inputs import MediaInput

MediaSource: TypeAlias = str | Path | bytes | BinaryIO

# The types that the tasks read, by their first bytes; a library for this few would be a dependency of all.
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
# Containers that name their content at byte 8.
_CONTAINERS: Final[Mapping[bytes, str]] = {
    b"WEBP": "image/webp",
    b"WAVE": "audio/wav",
    b"AVI ": "video/x-msvideo",
}
# Brands of the MPEG-4 container that are no video, or another.
_BRANDS: Final[Mapping[bytes, str]] = {
    b"M4A ": "audio/mp4",
    b"avif": "image/avif",
    b"heic": "image/heic",
    b"qt  ": "video/quicktime",
}
_MEDIA_TYPE: Final = re.compile(r"[^\s/,;]+/[^\s/,;]+(;[^\s,]+)?")


def media_members(source: MediaSource, mime: str | None) -> MediaInput:
    """Spell media as the wire has them.

    Args:
        source: A path, bytes, an open binary file, or a string that starts with `http://`,
            `https://` or `data:`. A file is read from where it stands, and stands there again
            afterwards if it can be moved, so that a call that is refused can be made again.
        mime: The type of bytes and files, which are otherwise asked for it.

    Raises:
        TypeError: The source is of another type, or a file that is not open in binary mode; or `mime` is
            no string.
        ValueError: The string is no URL, there are no bytes, their type is not known, `mime` is no
            type, or the file is closed.
        OSError: The file can not be read.
    """
    if isinstance(source, str):
        if mime is not None:
            raise ValueError("mime goes with bytes and files, not with a URL")
        start = source[:8].lower()
        if start.startswith(("http://", "https://")):
            return {"url": source}
        if start.startswith("data:"):
            return {"base64": source}
        raise ValueError("a string must be a URL (http://, https:// or data:); for a file use pathlib.Path")
    if mime is not None and not isinstance(mime, str):
        raise TypeError(f"mime must be a string, not {type(mime).__name__}")
    if mime is not None and not _MEDIA_TYPE.fullmatch(mime):
        raise ValueError(f"mime must be a type such as image/png, not {mime!r}")
    content = _read(source)
    if not content:
        raise ValueError("the media are empty; a file is read from where it stands")
    media_type = _media_type(content) if mime is None else mime
    return {"base64": f"data:{media_type};base64,{base64.b64encode(content).decode()}"}


async def media_members_async(source: MediaSource, mime: str | None) -> MediaInput:
    """As `media_members`; files are read in a thread."""
    return await anyio.to_thread.run_sync(media_members, source, mime)


def _read(source: Path | bytes | BinaryIO) -> bytes:
    if isinstance(source, Path):
        return source.read_bytes()
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if not callable(getattr(source, "read", None)):
        raise TypeError(f"media must be a path, bytes, a binary file or a URL, not {type(source).__name__}")
    if getattr(source, "closed", False):
        raise ValueError("the file is closed")
    # Nothing is read yet: in text mode, what is no text would be a decoding error.
    if not isinstance(source.read(0), bytes):
        raise TypeError("the file must be open in binary mode")
    stood = source.tell() if source.seekable() else None
    try:
        return source.read()
    finally:
        if stood is not None:
            source.seek(stood)


def _media_type(content: bytes) -> str:
    for signature, media_type in _SIGNATURES.items():
        if content.startswith(signature):
            return media_type
    if content[:4] == b"RIFF" and content[8:12] in _CONTAINERS:
        return _CONTAINERS[content[8:12]]
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "video/mp4")
    raise ValueError("the type of the media is not known from its first bytes: pass mime=")
