"""Normalise the inputs of a model to one spelling."""

import binascii
import re
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._openapi.contract import OPTIONS, Task

_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_DATA_URL: Final = re.compile(r"data:[^,]*;base64,", re.IGNORECASE)


class InputError(ValueError):
    """An input satisfies its schema but cannot be used; the message has the location and the reason."""


class Inputs(msgspec.Struct, frozen=True, kw_only=True):
    """The input of a model.

    Attributes:
        members: The members of the input, without media members.
        media: The content of the media, or its URL, which the emulator does not fetch, or None.
    """

    members: JsonObject
    media: bytes | str | None


def is_url(text: str) -> bool:
    """Return whether a text that is a URL or base64 is a URL."""
    return text.lower().startswith(("http://", "https://"))


def read_inputs(body: JsonObject, task: Task) -> Inputs:
    """Return the input in a body that satisfies a schema of the task.

    If the body has several media members, the first in the contract's order is used. For a task that takes a
    question about media, `text` is read as `question`.

    Raises:
        InputError: Inline media cannot be decoded.
    """
    members = {
        "question" if task.takes_question and name == "text" else name: value
        for name, value in body.items()
        if name not in OPTIONS and name not in task.media
    }
    media_name = next((name for name in task.media if name in body), None)
    media = None if media_name is None else _read_media_member(media_name, str(body[media_name]))
    return Inputs(members=members, media=media)


def _read_media_member(name: str, text: str) -> bytes | str:
    # `image` may be either; `url` and the other members are always URLs.
    if name != "base64" and (name != "image" or is_url(text)):
        return text
    return _decode_base64(name, text)


def _decode_base64(name: str, text: str) -> bytes:
    # Encoders such as `base64.encodebytes` break lines.
    text = "".join(text.split())
    prefix = _DATA_URL.match(text)
    encoded = text if prefix is None else text[prefix.end() :]
    if len(encoded) % 4 or not _BASE64.fullmatch(encoded):
        raise InputError(f"body/{name}: must be base64 or a data URL in base64")
    if not encoded:
        raise InputError(f"body/{name}: must not be empty")
    return binascii.a2b_base64(encoded)
