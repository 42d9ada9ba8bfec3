"""JSON is written strictly and read into checked types; errors name the place."""

from collections import UserDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

import pytest

from bytezkit._core.json import decode, encode
from bytezkit.errors import DecodeError


@dataclass
class Point:
    x: int
    label: str | None = None


class Numbers(Sequence[int]):
    def __getitem__(self, index: object) -> int:  # type: ignore[override]
        if index == 2:
            raise IndexError
        return 7

    def __len__(self) -> int:
        return 2


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"a": [1, 2.5, None, True, "ü\u2028"]}, '{"a":[1,2.5,null,true,"ü\u2028"]}'),
        ((1, (2,)), "[1,[2]]"),
        (MappingProxyType({"a": UserDict({"b": 1})}), '{"a":{"b":1}}'),
        (range(3), "[0,1,2]"),
        (Numbers(), "[7,7]"),
    ],
)
def test_mappings_and_sequences_are_written_as_they_are(value: object, written: str) -> None:
    assert encode(value) == written.encode()


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ({"a": [1, float("nan")]}, ValueError, "body/a/1: nan cannot be encoded"),
        ({"a": {"b": float("-inf")}}, ValueError, "body/a/b: -inf cannot be encoded"),
        ({"a": "x\ud800"}, ValueError, r"body/a: 'x\\ud800' cannot be encoded"),
        ({"a": {"\ud800": 1}}, ValueError, r"body/a: the member name '\\ud800' cannot be encoded"),
        ({"a": b"bytes"}, TypeError, "body/a: bytes cannot be encoded"),
        ({"a": [{"b": {1}}]}, TypeError, "body/a/0/b: set cannot be encoded"),
        ({"a": datetime(2025, 1, 1)}, TypeError, "body/a: datetime"),  # noqa: DTZ001
        ({"a": {(1, 2): 3}}, TypeError, "body/a: a member name must be a string, not tuple"),
        ([UserDict({"a": object})], TypeError, "body/0/a: type cannot be encoded"),
        (object(), TypeError, "body: object cannot be encoded"),
        ({"a": [1, "b"], "c": {2}}, TypeError, "body/c: "),
        ({"a": 10**5000}, ValueError, "body: Exceeds the limit"),
    ],
)
def test_what_has_no_form_in_json_is_refused_with_its_place(
    value: object, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        encode(value)
    assert caught.value.__context__ is None


def test_the_text_of_an_error_stays_short() -> None:
    with pytest.raises(ValueError, match="cannot be encoded") as caught:
        encode({"a": "\ud800" * 10_000})
    assert len(str(caught.value)) < 150


def test_what_holds_itself_or_is_too_deep_is_refused() -> None:
    knot: dict[str, object] = {}
    knot["a"] = [knot, knot]
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (knot, deep):
        with pytest.raises(ValueError, match="nested too deeply, or contains itself"):
            encode(value)


def test_unknown_members_are_passed_over_and_missing_ones_have_their_default() -> None:
    assert decode(b'{"x": 1, "new": [{}]}', Point) == Point(1, None)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "truncated"),
        (b"<html>", "malformed"),
        (b"{}", "missing required field `x`"),
        (b'{"x": "1"}', r"Expected `int`, got `str` - at `\$.x`"),
        (b'{"x": 1, "label": 2}', r"at `\$.label`"),
        (b'{"x": NaN}', "malformed"),
        (b'{"x": 1, "label": "\xff"}', "(invalid start byte|Invalid UTF-8)"),
        (b'{"x": 1, "new": ' + b"[" * 100_000, "recursion"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(content: bytes, reason: str) -> None:
    with pytest.raises(DecodeError, match=f"unexpected response: .*(?i:{reason})") as caught:
        decode(content, Point)
    assert caught.value.__context__ is None
