"""Telling what is in a file from how it begins."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from bytezkit_emulator._media import Media


class _Format(NamedTuple):
    beginning: re.Pattern[bytes]
    media_type: str
    suffix: str


# The formats in which the contract has models answer.
_FORMATS: Final[Mapping[str, _Format]] = {
    "audio": _Format(re.compile(rb"RIFF.{4}WAVE", re.DOTALL), "audio/wav", "wav"),
    "image": _Format(re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png", "png"),
    "video": _Format(re.compile(rb".{4}ftyp", re.DOTALL), "video/mp4", "mp4"),
}


def read_media(content: bytes, medium: str) -> Media:
    """Take bytes for a file of a medium: a WAV for `audio`, a PNG for `image`, an MP4 for `video`.

    Raises:
        ValueError: They do not begin like one.
    """
    form = _FORMATS[medium]
    if not form.beginning.match(content):
        raise ValueError(f"the bytes are no {form.suffix.upper()} file")
    return Media(content, form.media_type, form.suffix)
