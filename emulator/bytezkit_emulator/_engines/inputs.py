"""Normalise the inputs of a model to one spelling."""

import binascii
import re
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._openapi.contract import OPTIONS, Task
from bytezkit_models.json_value import JsonValue

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
    """Return the input in a body that satisfies a schema of the task, as an input of the task's first shape.

    If the body has several media members, the first in the contract's order is used.

    Raises:
        InputError: Inline media cannot be decoded.
    """
    members: JsonObject = {
        name: value for name, value in body.items() if name not in OPTIONS and name not in task.media
    }
    media_name = next((name for name in task.media if name in body), None)
    media = None if media_name is None else _read_media_member(media_name, str(body[media_name]))
    match task.input, members:
        case "messages", {"text": text}:
            if media_name is None:
                return Inputs(members=_message(text), media=None)
            # The first part of the name of the task is the type of its media, as in `image-text-to-text`.
            part: JsonObject = {"type": task.name.partition("-")[0]}
            part["url" if isinstance(media, str) else "base64"] = body[media_name]
            return Inputs(members=_message([{"type": "text", "text": text}, part]), media=None)
        case "text", {"messages": list(messages)}:
            members = {"text": "\n".join(text_of_messages([message]) for message in messages)}
        case "question", {"text": text}:
            members = {"question": text}
        case "candidate_labels", {"text": text}:
            members = {"candidate_labels": members.get("candidate_labels", [text])}
        case _:
            pass
    return Inputs(members=members, media=media)


def decode_base64(location: str, text: str) -> bytes:
    """Return the content of base64, or of a data URL in base64.

    Args:
        location: Where it is, such as `body/image`.
        text: The base64 or the data URL.

    Raises:
        InputError: It is neither, or empty.
    """
    # Encoders such as `base64.encodebytes` break lines.
    text = "".join(text.split())
    prefix = _DATA_URL.match(text)
    encoded = text if prefix is None else text[prefix.end() :]
    if len(encoded) % 4 or not _BASE64.fullmatch(encoded):
        raise InputError(f"{location}: must be base64 or a data URL in base64")
    if not encoded:
        raise InputError(f"{location}: must not be empty")
    return binascii.a2b_base64(encoded)


def text_of_messages(messages: JsonValue) -> str:
    """Return the texts of a conversation, without other parts."""
    texts: list[str] = []
    # Not recursive: unknown members of a message may be nested deeply.
    pending = [messages]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, list):
            pending.extend(reversed(value))
        elif isinstance(value, dict):
            pending.extend(value[name] for name in ("content", "text") if name in value)
    return " ".join(texts)


def _message(content: JsonValue) -> JsonObject:
    return {"messages": [{"role": "user", "content": content}]}


def _read_media_member(name: str, text: str) -> bytes | str:
    # `image` may be either; `url` and the other members are always URLs.
    if name != "base64" and (name != "image" or is_url(text)):
        return text
    return decode_base64(f"body/{name}", text)
