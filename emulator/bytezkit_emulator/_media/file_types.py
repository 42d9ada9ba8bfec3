"""Recognise file types by their signatures."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from bytezkit_emulator._media import Media


class _FileType(NamedTuple):
    signature: re.Pattern[bytes]
    media_type: str
    suffix: str


# The file types of outputs in the contract.
_FILE_TYPES: Final[Mapping[str, _FileType]] = {
    "audio": _FileType(re.compile(rb"RIFF.{4}WAVE", re.DOTALL), "audio/wav", "wav"),
    "image": _FileType(re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png", "png"),
    "video": _FileType(re.compile(rb".{4}ftyp", re.DOTALL), "video/mp4", "mp4"),
}


def read_media(content: bytes, medium: str) -> Media:
    """Return a file of a medium: a WAV for `audio`, a PNG for `image`, an MP4 for `video`.

    Raises:
        ValueError: The content does not begin with the signature of the file type.
    """
    file_type = _FILE_TYPES[medium]
    if not file_type.signature.match(content):
        raise ValueError(f"the bytes are not {file_type.suffix.upper()}")
    return Media(content, file_type.media_type, file_type.suffix)
