"""Only JSON in UTF-8 gets in, however it is malformed."""

import pytest

from bytezkit_emulator._common.json import (
    JsonError,
    as_object,
    as_strings,
    canonical_json,
    read_json,
    write_json,
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff", "not UTF-8 at byte 0"),
        (b"\xef\xbb\xbf{}", "not JSON: Unexpected UTF-8 BOM"),
        (b"{", "not JSON: Expecting property name"),
        (b"{} {}", "not JSON: Extra data"),
        (b"   ", "not JSON: Expecting value"),
        (b"NaN", "NaN is not a JSON value"),
        (b'{"a": -Infinity}', "-Infinity is not a JSON value"),
        (b"1e999", "a number is out of range"),
        (b"1" * 5000, "not JSON: Exceeds the limit"),
        (b'"\\ud800"', "an unpaired surrogate"),
        (b'{"\\udc00": 1}', "an unpaired surrogate"),
        (b"[" * 129 + b"]" * 129, "nested deeper than 128 levels"),
        (b'{"a":' * 129 + b"1" + b"}" * 129, "nested deeper than 128 levels"),
        (b"[" * 100_000, "nested deeper than 128 levels"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper than 128 levels"),
    ],
)
def test_what_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(JsonError, match=reason):
        read_json(data)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'"\\ud83d\\ude00"', "\N{GRINNING FACE}"),
        (b"[" * 128 + b"]" * 128, None),
        (b"[" + b"[]," * 200 + b"1]", None),
        (b"null", None),
    ],
)
def test_what_is_taken(data: bytes, value: object) -> None:
    found = read_json(data)
    assert value is None or found == value


def test_it_writes_utf_8_and_equal_bytes_for_equal_values() -> None:
    assert write_json({"é": [1, None]}) == '{"é":[1,null]}'.encode()
    assert canonical_json({"b": 1, "a": "é"}) == canonical_json({"a": "é", "b": 1})


def test_wrong_shapes_are_mistakes() -> None:
    with pytest.raises(TypeError, match="found list"):
        as_object([])
    with pytest.raises(TypeError, match="found str"):
        as_strings("text")
