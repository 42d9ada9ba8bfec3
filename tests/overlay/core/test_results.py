"""Parsing of metadata headers, and access to the raw response."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytezkit import Metadata, Result
from bytezkit._core.results import parse_metadata
from bytezkit.errors import DecodeError

NAMES = [
    *("x-request-id", "inference-meter", "inference-meter-price", "inference-time", "inference-cost"),
    *("ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"),
]


def test_headers_are_parsed_with_units() -> None:
    values = ["r-1", "sm-lm", "0.0000872083 / sec", "1.25", "0.000109", "100", "0", "30"]
    assert parse_metadata(dict(zip(NAMES, values, strict=True))) == Metadata(
        request_id="r-1",
        inference_meter="sm-lm",
        inference_meter_price="0.0000872083 / sec",
        inference_time=timedelta(seconds=1.25),
        inference_cost=Decimal("0.000109"),
        ratelimit_limit=100,
        ratelimit_remaining=0,
        ratelimit_reset=timedelta(seconds=30),
    )
    assert parse_metadata({}) == Metadata()


@pytest.mark.parametrize(
    "value", ["", "many", "-1", "NaN", "sNaN", "Infinity", "1E9999999", "1" * 40, "5, 5;w=60"]
)
def test_invalid_number_is_none(value: str) -> None:
    metadata = parse_metadata(dict.fromkeys(NAMES, value))
    assert metadata == Metadata(request_id=value, inference_meter=value, inference_meter_price=value)


@given(st.text() | st.from_regex(r"\A-?\d{0,9}\.?\d{0,9}[eE][+-]?\d{1,9}\Z"))
def test_arbitrary_header_does_not_raise(value: str) -> None:
    metadata = parse_metadata(dict.fromkeys(NAMES, value))
    assert metadata.ratelimit_limit is None or metadata.ratelimit_limit >= 0


def test_raw_of_invalid_body_raises_decode_error() -> None:
    with pytest.raises(DecodeError, match=r"invalid start byte|Invalid UTF-8"):
        _ = Result(output="a", content=b'{"output": "a", "new": "\xff"}').raw
