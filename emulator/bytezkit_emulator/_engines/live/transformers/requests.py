"""Arguments and conversations as the pipelines take them."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._engines.inputs import InputError, decode_base64, text_of_messages
from bytezkit_models.json_value import JsonValue

# JSON has one kind of number; `generate` refuses integers for these, and floats for counts.
_FLOATS: Final = ("encoder_repetition_penalty", "repetition_penalty", "temperature")
# Functions that read media, by the type of the parts that have them.
Readers: TypeAlias = Mapping[str, Callable[[bytes], object]]


def generation_arguments(params: JsonObject) -> dict[str, object]:
    """Return parameters with the kinds of numbers that `generate` takes; temperature 0 is greedy search."""
    arguments: dict[str, object] = {name: _number(name, value) for name, value in params.items()}
    if arguments.get("temperature") == 0:
        del arguments["temperature"]
        arguments["do_sample"] = False
    return arguments


def _number(name: str, value: JsonValue) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if name in _FLOATS:
        return float(value)
    return int(value) if float(value).is_integer() else value


def conversation(messages: JsonValue, readers: Readers) -> list[dict[str, object]]:
    """Return a conversation as chat templates read it.

    Args:
        messages: The messages of the request.
        readers: With readers, contents are lists of parts, with media in memory; else they are texts.

    Raises:
        InputError: A medium cannot be read, or has no reader.
    """
    return [
        {
            **message,
            "content": _parts(f"body/messages/{index}/content", message.get("content"), readers)
            if readers
            else text_of_messages(message.get("content")),
        }
        for index, message in enumerate(messages if isinstance(messages, list) else [])
        if isinstance(message, dict)
    ]


def _parts(location: str, content: JsonValue, readers: Readers) -> list[dict[str, object]]:
    if not isinstance(content, list):
        return [{"type": "text", "text": content or ""}]
    return [
        _part(f"{location}/{index}", part, readers)
        for index, part in enumerate(content)
        if isinstance(part, dict)
    ]


def _part(location: str, part: Mapping[str, JsonValue], readers: Readers) -> dict[str, object]:
    kind = str(part["type"])
    if kind == "text":
        return {**part}
    if kind not in readers:
        raise InputError(f"{location}: the model takes no parts of the type {kind}")
    if "base64" not in part:
        raise InputError(f"{location}: the engine fetches no URLs; send the {kind} as base64")
    return {"type": kind, kind: readers[kind](decode_base64(location, str(part["base64"])))}
