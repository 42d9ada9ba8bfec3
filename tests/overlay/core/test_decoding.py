"""JSON encoding of caller input, typed decoding of responses, and decoding of text streams."""

from collections import UserDict
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bytezkit._core.decoders import TextDecoder
from bytezkit._core.json import decode, encode
from bytezkit.errors import BytezError, DecodeError, ModelFailedError


@dataclass
class Point:
    x: int
    label: str | None = None


RECURSIVE: dict[str, object] = {}
RECURSIVE["a"] = [RECURSIVE, RECURSIVE]
DEEP: list[object] = []
for _ in range(100_000):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ({"a": [1, 2.5, None, True, "ü\u2028"]}, '{"a":[1,2.5,null,true,"ü\u2028"]}'),
        ((1, (2,)), "[1,[2]]"),
        (MappingProxyType({"a": UserDict({"b": 1})}), '{"a":{"b":1}}'),
        (range(3), "[0,1,2]"),
    ],
)
def test_encode_accepts_any_mapping_and_sequence(value: object, encoded: str) -> None:
    assert encode(value) == encoded.encode()


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ({"a": [1, float("nan")]}, ValueError, "body/a/1: nan cannot be encoded"),
        ({"a": "x\ud800"}, ValueError, r"body/a: 'x\\ud800' cannot be encoded"),
        ({"a": "\ud800" * 10_000}, ValueError, "^.{,100} cannot be encoded .{,50}$"),
        ({"a": {"\ud800": 1}}, ValueError, r"body/a: the member name '\\ud800' cannot be encoded"),
        ({"a": b"bytes"}, TypeError, "body/a: bytes cannot be encoded"),
        ({"a": [{"b": {1}}]}, TypeError, "body/a/0/b: set cannot be encoded"),
        ({"a": datetime(2025, 1, 1)}, TypeError, "body/a: datetime"),  # noqa: DTZ001
        ({"a": {(1, 2): 3}}, TypeError, "body/a: a member name must be a string, not tuple"),
        (object(), TypeError, "body: object cannot be encoded"),
        ({"a": [1, "b"], "c": {2}}, TypeError, "body/c: "),
        ({"a": 10**5000}, ValueError, "body: Exceeds the limit"),
        (RECURSIVE, ValueError, "nested too deeply, or contains itself"),
        (DEEP, ValueError, "nested too deeply, or contains itself"),
    ],
)
def test_encode_error_names_path(value: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        encode(value)
    assert caught.value.__context__ is None


def test_decode_ignores_unknown_members_and_applies_defaults() -> None:
    assert decode(b'{"x": 1, "new": [{}]}', Point) == Point(1, None)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{}", "missing required field `x`"),
        (b'{"x": "1"}', r"Expected `int`, got `str` - at `\$.x`"),
        (b'{"x": NaN}', "NaN is not valid JSON"),
        (b'{"x": 1, "label": "\xff"}', "(invalid start byte|Invalid UTF-8)"),
        (b'{"x": 1, "new": ' + b"[" * 100_000, "recursion"),
    ],
)
def test_decode_error_names_path(content: bytes, reason: str) -> None:
    with pytest.raises(DecodeError, match=f"unexpected response: .*(?i:{reason})") as caught:
        decode(content, Point)
    assert caught.value.__context__ is None


FAILURE = "INTERNAL_BYTEZ_ERROR:"


def decode_text(*chunks: bytes) -> str:
    decoder = TextDecoder()
    return "".join([*map(decoder.feed, chunks), decoder.finish()])


def outcome(*chunks: bytes) -> str | tuple[type[BytezError], str]:
    try:
        return decode_text(*chunks)
    except BytezError as error:
        return type(error), error.message


def expected_outcome(content: bytes) -> str | tuple[type[BytezError], str]:
    if content.startswith(FAILURE.encode()):
        return outcome(content)
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        return DecodeError, f"the stream is not UTF-8: {error.reason}"


HEADS = st.sampled_from([b"", *map(str.encode, (FAILURE, FAILURE[:7], f" {FAILURE}", "\ufeff"))])
CONTENT = st.builds(bytes.__add__, HEADS, st.text().map(str.encode) | st.binary())


@given(content=CONTENT, cuts=st.lists(st.integers(0, 60)))
@example(b"one\n\ntwo\r\nthree\r", [])
@example("a\u2028b\u2029c\x85d\x0be\x1cf\x00".encode(), [])
@example(b"abc\xf0\x9f", [])
def test_text_or_error_does_not_depend_on_chunks(content: bytes, cuts: list[int]) -> None:
    bounds = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    chunks = [content[start:end] for start, end in pairwise(bounds)]
    expected = expected_outcome(content)
    assert outcome(*chunks) == outcome(*(bytes([byte]) for byte in content)) == expected


def test_feed_returns_text_once_it_cannot_be_a_failure() -> None:
    decoder = TextDecoder()
    pieces = [decoder.feed(chunk) for chunk in (b"INTER", b"NET\xc3", b"\xbc", b"ok")]
    assert pieces == ["", "INTERNET", "ü", "ok"]


def test_failure_message_is_bounded() -> None:
    with pytest.raises(ModelFailedError) as caught:
        decode_text(FAILURE.encode(), *[b"x" * 1000] * 50)
    assert len(caught.value.message) == 2000
