"""Translate messages to the spelling of the v2 API, so that equal conversations get equal outputs."""

from collections.abc import Callable, Mapping
from typing import Final

from bytezkit_emulator._common.json import JsonObject, as_object
from bytezkit_models.json_value import JsonValue


def native_messages(messages: JsonValue) -> JsonValue:
    """Return the messages of a chat completion in the spelling of the v2 API."""
    if not isinstance(messages, list):
        raise TypeError(f"expected a list of messages, found {type(messages).__name__}")
    return [_message(as_object(it)) for it in messages]


def _message(message: JsonObject) -> JsonValue:
    content = message.get("content")
    if isinstance(content, list):
        content = [_part(as_object(it)) for it in content]
    # The native API has no such role.
    role = "system" if message["role"] == "developer" else message["role"]
    return {**message, "role": role, **({} if content is None else {"content": content})}


def _part(part: JsonObject) -> JsonValue:
    kind = str(part["type"])
    medium, convert = _MEDIA.get(kind, ("", None))
    value = part.get(kind)
    if convert is None or value is None:
        return part
    return {"type": medium, **convert(value)}


def _url(value: JsonValue) -> JsonObject:
    url = str(value.get("url", "")) if isinstance(value, dict) else str(value)
    return {"base64" if url[:5].lower() == "data:" else "url": url}


def _data(value: JsonValue) -> JsonObject:
    return {"base64": str(value.get("data", "")) if isinstance(value, dict) else str(value)}


# Kind of a part in the v2 API, and the converter of the member that the part is named after.
_MEDIA: Final[Mapping[str, tuple[str, Callable[[JsonValue], JsonObject]]]] = {
    "image_url": ("image", _url),
    "input_image": ("image", _url),
    "video_url": ("video", _url),
    "input_audio": ("audio", _data),
}
