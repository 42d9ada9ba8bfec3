"""Differences between an answer and a documented answer."""

import re
from collections.abc import Iterator
from typing import Any, Final

from tests.wire.row import Json

_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def differences(answer: Any, documented: Json) -> list[str]:
    """List the differences between an answer and its documented form."""
    return list(_differences(answer, documented.sample, documented.constant, ""))


def _differences(answer: Any, sample: Any, constant: tuple[str, ...], where: str) -> Iterator[str]:
    if _kind(answer) != _kind(sample):
        yield f"{where}: {answer!r} is not {_kind(sample)}"
    elif isinstance(sample, dict):
        for name, expected in sample.items():
            if name not in answer:
                yield f"{where}/{name}: is missing"
            elif name in constant and answer[name] != expected:
                yield f"{where}/{name}: {answer[name]!r} is not {expected!r}"
            else:
                yield from _differences(answer[name], expected, constant, f"{where}/{name}")
    elif isinstance(sample, list) and sample:
        for item, expected in _pairs(answer, sample):
            yield from _differences(item, expected, constant, f"{where}/-")


def _pairs(answer: list[Any], sample: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Lay each named item of the sample beside its namesake; of other lists, all items beside the first."""
    if not (isinstance(sample[0], dict) and "name" in sample[0]):
        yield from ((item, sample[0]) for item in answer or [None])
        return
    for expected in sample:
        yield next((item for item in answer if item["name"] == expected["name"]), None), expected


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a timestamp" if _TIMESTAMP.fullmatch(value) else "a string"
        case list():
            return "a list"
        case _:
            return "an object"
