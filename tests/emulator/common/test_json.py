"""JSON codec, beside the scenario of bodies that are not JSON."""

import pytest

from bytezkit_emulator._common.json import JsonError, as_object, as_strings, read_json


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"1" * 5000, "not JSON: Exceeds the limit"),
        (b"[" * 129 + b"]" * 129, "nested deeper than 128 levels"),
        (b'{"a":' * 129 + b"1" + b"}" * 129, "nested deeper than 128 levels"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper than 128 levels"),
    ],
)
def test_read_json_refuses_long_numbers_and_deep_nesting(data: bytes, reason: str) -> None:
    with pytest.raises(JsonError, match=reason):
        read_json(data)
    assert read_json(b"[" * 128 + b"]" * 128)
    assert read_json(b"[" + b"[]," * 200 + b"1]") == [*([[]] * 200), 1]


def test_conversion_of_another_type_raises_type_error() -> None:
    with pytest.raises(TypeError, match="found list"):
        as_object([])
    with pytest.raises(TypeError, match="found str"):
        as_strings("text")
