"""What a model gets to read, in one spelling."""

import binascii
import re
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._openapi.contract import OPTIONS, Task

_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_DATA_URL: Final = re.compile(r"data:[^,]*;base64,", re.IGNORECASE)


class InputError(ValueError):
    """An input fits its shape and can still not be used; the text says where and why."""


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """An input.

    Attributes:
        members: Its members, without those that hold media.
        media: The content of its media, or the URL where it is, which nobody fetches.
    """

    members: JsonObject
    media: bytes | str | None


def is_url(text: str) -> bool:
    """Say whether a text that may be a URL or base64 is a URL."""
    return text.lower().startswith(("http://", "https://"))


def read_inputs(body: JsonObject, task: Task) -> Inputs:
    """Read a body that fits a shape of the task.

    Of several spellings of media the first counts, in the contract's order. Where a question is asked
    about media, `text` is the question.

    Raises:
        InputError: Inline media can not be decoded.
    """
    members = {
        "question" if task.takes_question and name == "text" else name: value
        for name, value in body.items()
        if name not in OPTIONS and name not in task.media
    }
    sent = next((name for name in task.media if name in body), None)
    return Inputs(members=members, media=None if sent is None else _media(sent, str(body[sent])))


def _media(name: str, text: str) -> bytes | str:
    if name != "base64" and (name != "image" or is_url(text)):
        return text
    return _decoded(name, text)


def _decoded(name: str, text: str) -> bytes:
    text = "".join(text.split())
    prefix = _DATA_URL.match(text)
    encoded = text if prefix is None else text[prefix.end() :]
    if len(encoded) % 4 or not _BASE64.fullmatch(encoded):
        raise InputError(f"body/{name}: is neither base64 nor a data URL in base64")
    if not encoded:
        raise InputError(f"body/{name}: holds nothing")
    return binascii.a2b_base64(encoded)
