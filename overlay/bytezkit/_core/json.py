"""JSON, written strictly and read into checked types.

msgspec reads: over the generated dataclasses it takes 1.4 to 10 microseconds where the generated
`from_dict` takes 66 to 139 and checks nothing, and its errors name the place. The standard library
writes, because msgspec silently turns NaN into null.
"""

import json
import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final, TypeGuard, TypeVar, cast

import msgspec

from bytezkit.errors import DecodeError

T = TypeVar("T")


def encode(value: object) -> bytes:
    """Write a value as JSON in UTF-8.

    Raises:
        TypeError: It holds something that JSON has no form for; the message says where.
        ValueError: It holds a number or a text that JSON has no form for; the message says where.
    """
    try:
        return _ENCODER.encode(value).encode()
    except (TypeError, ValueError, RecursionError) as error:
        reason = str(error)
    raise _problem(value) or ValueError(f"body: {reason}")


def decode(content: bytes, expected: type[T]) -> T:
    """Read JSON as a value of a type. Members that the type does not know are passed over.

    Raises:
        DecodeError: The content is not JSON, or not of that type.
    """
    try:
        return cast("T", _decoder(cast("Hashable", expected)).decode(content))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = str(error)
    raise DecodeError(f"unexpected answer: {problem}")


@lru_cache(maxsize=256)
def _decoder(expected: Hashable) -> "msgspec.json.Decoder[object]":
    return msgspec.json.Decoder(cast("type[object]", expected))


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {**cast("Mapping[str, object]", value)}
    if _is_list(value):
        return [*value]
    raise TypeError(f"{type(value).__name__} has no form in JSON")


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray, memoryview))


def _problem(value: object) -> TypeError | ValueError | None:
    """Find the first thing that JSON has no form for."""
    try:
        return next(_problems(value, "body"), None)
    except RecursionError:
        return ValueError("body: nested too deeply, or holds itself")


def _problems(value: object, pointer: str) -> Iterator[TypeError | ValueError]:
    if isinstance(value, Mapping):
        for name, child in cast("Mapping[object, object]", value).items():
            if not isinstance(name, str):
                yield TypeError(f"{pointer}: the name of a member is a string, not {type(name).__name__}")
            elif _reason(name) is not None:
                yield ValueError(f"{pointer}: the name {name!r:.80} has no form in JSON")
            yield from _problems(child, f"{pointer}/{name}")
    elif _is_list(value):
        for index, child in enumerate(value):
            yield from _problems(child, f"{pointer}/{index}")
    else:
        reason = _reason(value)
        if reason is not None:
            shown = type(value).__name__ if reason is TypeError else f"{value!r:.80}"
            yield reason(f"{pointer}: {shown} has no form in JSON")


def _reason(value: object) -> type[TypeError | ValueError] | None:
    if isinstance(value, float):
        return None if math.isfinite(value) else ValueError
    if isinstance(value, str):
        return None if value.isprintable() or value.encode(errors="ignore").decode() == value else ValueError
    return None if value is None or isinstance(value, int) else TypeError
