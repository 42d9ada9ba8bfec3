"""JSON codec."""

import pytest

from bytezkit_emulator._common.json import (
    JsonError,
    as_object,
    as_strings,
    read_json,
)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff", "not UTF-8 at byte 0"),
        (b"\xef\xbb\xbf{}", "not JSON: Unexpected UTF-8 BOM"),
        (b"{", "not JSON: Expecting property name"),
        (b"NaN", "NaN is not a JSON value"),
        (b'{"a": -Infinity}', "-Infinity is not a JSON value"),
        (b"1e999", "a number is out of range"),
        (b"1" * 5000, "not JSON: Exceeds the limit"),
        (b'"\\ud800"', "an unpaired surrogate"),
        (b'{"\\udc00": 1}', "an unpaired surrogate"),
        (b"[" * 129 + b"]" * 129, "nested deeper than 128 levels"),
        (b'{"a":' * 129 + b"1" + b"}" * 129, "nested deeper than 128 levels"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper than 128 levels"),
    ],
)
def test_read_json_refuses_invalid_input(data: bytes, reason: str) -> None:
    with pytest.raises(JsonError, match=reason):
        read_json(data)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'"\\ud83d\\ude00"', "\N{GRINNING FACE}"),
        (b"[" + b"[]," * 200 + b"1]", [*([[]] * 200), 1]),
        (b"null", None),
    ],
)
def test_read_json_decodes_valid_input(data: bytes, value: object) -> None:
    assert read_json(data) == value
    assert read_json(b"[" * 128 + b"]" * 128)


def test_conversion_of_another_type_raises_type_error() -> None:
    with pytest.raises(TypeError, match="found list"):
        as_object([])
    with pytest.raises(TypeError, match="found str"):
        as_strings("text")
