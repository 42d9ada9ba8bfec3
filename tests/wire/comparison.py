"""Differences between a response and a documented response."""

import re
from collections.abc import Iterator
from typing import Any, Final

from tests.wire.row import Json

_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_KINDS: Final[dict[type, str]] = {int: "number", float: "number"}


def differences(response: Any, documented: Json) -> list[str]:
    """List the differences between a response and its documented form."""
    return list(_differences(response, documented.sample, documented.constant, ""))


def _differences(value: Any, sample: Any, constant: tuple[str, ...], where: str) -> Iterator[str]:
    if _kind(value) != _kind(sample):
        yield f"{where}: {value!r} is not {_kind(sample)}"
    elif isinstance(sample, dict):
        for name, expected in sample.items():
            if name not in value:
                yield f"{where}/{name}: is missing"
            elif name in constant and value[name] != expected:
                yield f"{where}/{name}: {value[name]!r} is not {expected!r}"
            else:
                yield from _differences(value[name], expected, constant, f"{where}/{name}")
    elif isinstance(sample, list) and sample:
        for item, expected in _pairs(value, sample):
            yield from _differences(item, expected, constant, f"{where}/-")


def _pairs(value: list[Any], sample: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Pair each named item of the sample with its namesake; in other lists, all items with the first."""
    if not (isinstance(sample[0], dict) and "name" in sample[0]):
        yield from ((item, sample[0]) for item in value or [None])
        return
    for expected in sample:
        yield next((item for item in value if item["name"] == expected["name"]), None), expected


def _kind(value: Any) -> str:
    if isinstance(value, str) and _TIMESTAMP.fullmatch(value):
        return "timestamp"
    return _KINDS.get(type(value), type(value).__name__)
