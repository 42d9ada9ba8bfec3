"""What the headers say, and the whole answer beside the typed output."""

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


def test_headers_are_read_into_their_units() -> None:
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


def test_headers_that_are_missing_are_none() -> None:
    assert parse_metadata({}) == Metadata()


@pytest.mark.parametrize(
    "value", ["", "many", "-1", "NaN", "sNaN", "Infinity", "1E9999999", "1" * 40, "5, 5;w=60"]
)
def test_numbers_that_make_no_sense_are_none(value: str) -> None:
    metadata = parse_metadata(dict.fromkeys(NAMES, value))
    assert metadata == Metadata(request_id=value, inference_meter=value, inference_meter_price=value)


@given(st.text() | st.from_regex(r"\A-?\d{0,9}\.?\d{0,9}[eE][+-]?\d{1,9}\Z"))
def test_garbage_never_raises(value: str) -> None:
    metadata = parse_metadata(dict.fromkeys(NAMES, value))
    assert metadata.ratelimit_limit is None or metadata.ratelimit_limit >= 0


def result(content: bytes) -> Result[str]:
    return Result(output="a", provider=None, metadata=Metadata(), content=content)


def test_the_whole_answer_stays_reachable_but_is_not_printed() -> None:
    answered = result(b'{"output": "a", "new": [1]}')
    assert answered.raw == {"output": "a", "new": [1]}
    assert "new" not in repr(answered)


def test_an_unknown_member_that_is_broken_is_noticed_when_it_is_asked_for() -> None:
    with pytest.raises(DecodeError, match=r"invalid start byte|Invalid UTF-8"):
        _ = result(b'{"output": "a", "new": "\xff"}').raw
