"""JSON as the emulator reads and writes it: stricter than the standard library."""

import json
import math
from typing import Final, Never, TypeAlias

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, "JsonValue"]

_DEEPEST: Final = 128
# What `json.loads` says of it; a decoder of one's own does not look for it.
_MARK: Final = "\ufeff"


class JsonError(ValueError):
    """The bytes are not JSON in UTF-8, or deeper than 128 levels; the text says what is wrong."""


def read_json(data: bytes) -> JsonValue:
    """Decode one JSON document; of duplicate members the last wins.

    Raises:
        JsonError: It is not a document that the emulator takes.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise JsonError(f"not UTF-8 at byte {error.start}") from None
    try:
        value: JsonValue = json.loads(text) if text.startswith(_MARK) else _DECODER.decode(text)
    except json.JSONDecodeError as error:
        reason = error.msg.removesuffix(" at")
        raise JsonError(f"not JSON: {reason} at character {error.pos}") from None
    except RecursionError:
        raise JsonError(f"nested deeper than {_DEEPEST} levels") from None
    except ValueError as error:
        raise JsonError(f"not JSON: {error}") from None
    # Only escapes can bring in half a character; decoding has refused the rest.
    if "\\u" in text and not _is_unicode(value):
        raise JsonError("a string holds half a surrogate pair")
    if text.count("[") + text.count("{") > _DEEPEST and _is_deep(value):
        raise JsonError(f"nested deeper than {_DEEPEST} levels")
    return value


def write_json(value: JsonValue) -> bytes:
    """Encode `value` in UTF-8."""
    return _ENCODER.encode(value).encode()


def canonical_json(value: JsonValue) -> bytes:
    """Encode `value` so that equal values give equal bytes on every machine."""
    return _CANONICAL_ENCODER.encode(value).encode()


def as_object(value: JsonValue) -> JsonObject:
    """Narrow `value` to an object; anything else is a mistake of this package."""
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, found {type(value).__name__}")
    return value


def as_strings(value: JsonValue) -> tuple[str, ...]:
    """Narrow `value` to a list of strings; anything else is a mistake of this package."""
    if not isinstance(value, list):
        raise TypeError(f"expected a list, found {type(value).__name__}")
    return tuple(str(item) for item in value)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is out of range")
    return number


def _refuse(text: str) -> Never:
    raise ValueError(f"{text} is not a JSON value")


# Making one costs more than using it.
_DECODER: Final = json.JSONDecoder(parse_float=_finite, parse_constant=_refuse)
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_CANONICAL_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def _is_unicode(value: JsonValue) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_deep(value: JsonValue) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            item
            for container in level
            if isinstance(container, (list, dict))
            for item in (container.values() if isinstance(container, dict) else container)
        ]
    return any(isinstance(item, (list, dict)) for item in level)
