"""Strict JSON: decoding refuses input that the standard library accepts."""

import json
import math
from typing import Final, Never, TypeAlias

from bytezkit_models.json_value import JsonValue

JsonObject: TypeAlias = dict[str, JsonValue]

MAX_DEPTH: Final = 128
_BYTE_ORDER_MARK: Final = "\ufeff"


class JsonError(ValueError):
    """The bytes are not JSON in UTF-8, or nested deeper than 128 levels; the message has the reason."""


def read_json(data: bytes) -> JsonValue:
    """Decode one JSON document; the last of duplicate members wins.

    Raises:
        JsonError: The document is not UTF-8, not JSON, nested too deeply, or contains an unpaired surrogate
            or a number outside the range of a float.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise JsonError(f"not UTF-8 at byte {error.start}") from None
    try:
        # Only `json.loads` names a byte order mark in its error; a `JSONDecoder` expects it to be removed.
        has_mark = text.startswith(_BYTE_ORDER_MARK)
        value: JsonValue = json.loads(text) if has_mark else _DECODER.decode(text)
    except json.JSONDecodeError as error:
        reason = error.msg.removesuffix(" at")
        raise JsonError(f"not JSON: {reason} at character {error.pos}") from None
    except RecursionError:
        raise JsonError(f"nested deeper than {MAX_DEPTH} levels") from None
    except ValueError as error:
        raise JsonError(f"not JSON: {error}") from None
    # An unpaired surrogate can only come from an escape, because UTF-8 does not encode surrogates.
    if "\\u" in text and not is_unicode(json.dumps(value, ensure_ascii=False)):
        raise JsonError("a string contains an unpaired surrogate")
    # Counting brackets is much cheaper than walking the value, and rules out nearly every document.
    if text.count("[") + text.count("{") > MAX_DEPTH and _is_too_deep(value):
        raise JsonError(f"nested deeper than {MAX_DEPTH} levels")
    return value


def write_json(value: JsonValue) -> bytes:
    """Encode a value in UTF-8."""
    return _ENCODER.encode(value).encode()


def canonical_json(value: JsonValue) -> bytes:
    """Encode a value so that equal values have equal bytes on every machine."""
    return _CANONICAL_ENCODER.encode(value).encode()


def as_object(value: JsonValue) -> JsonObject:
    """Return a value that is known to be an object.

    Raises:
        TypeError: It is not an object, which is a bug in the caller.
    """
    if not isinstance(value, dict):
        raise TypeError(f"expected an object, found {type(value).__name__}")
    return value


def as_strings(value: JsonValue) -> tuple[str, ...]:
    """Return a value that is known to be a list of strings.

    Raises:
        TypeError: It is not a list, which is a bug in the caller.
    """
    if not isinstance(value, list):
        raise TypeError(f"expected a list, found {type(value).__name__}")
    return tuple(str(item) for item in value)


def is_unicode(text: str) -> bool:
    """Return whether a text can be encoded in UTF-8, which an unpaired surrogate prevents."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _finite_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is out of range")
    return number


def _refuse_constant(text: str) -> Never:
    raise ValueError(f"{text} is not a JSON value")


# Shared, because constructing a codec takes longer than decoding or encoding a small document.
_DECODER: Final = json.JSONDecoder(parse_float=_finite_float, parse_constant=_refuse_constant)
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_CANONICAL_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def _is_too_deep(value: JsonValue) -> bool:
    # Level by level, because recursion would meet the limit of the interpreter first.
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for container in level
            if isinstance(container, (list, dict))
            for item in (container.values() if isinstance(container, dict) else container)
        ]
    return any(isinstance(item, (list, dict)) for item in level)
