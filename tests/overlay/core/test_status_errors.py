"""Mapping of HTTP error responses to exceptions, and parsing of `Retry-After`."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytezkit import errors
from bytezkit._core.retry import parse_retry_after
from bytezkit._core.status_errors import error_message, status_error


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (409, errors.ConflictError),
        *((status, errors.ServerError) for status in (500, 503, 599)),
        *((status, errors.StatusError) for status in (302, 418)),
    ],
)
def test_status_determines_error_class(status: int, expected: type[errors.StatusError]) -> None:
    exception = status_error(status, {"retry-after": "7"}, b'{"error": "why"}')
    assert type(exception) is expected
    assert (exception.message, exception.status) == ("why", status)
    assert exception.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"error": "no such model", "output": null}', "no such model"),
        (
            b'{"status": 402, "error": "Payment Required", "message": "add credits"}',
            "Payment Required: add credits",
        ),
        (b'{"message": "only this"}', "only this"),
        (b"<html><h1>Bad Gateway</h1></html>\n", "<html><h1>Bad Gateway</h1></html>"),
        (b"", "the service answered 502"),
        (b'{"error": {"code": 1}}', '{"error": {"code": 1}}'),
        (b'{"error": ""}', '{"error": ""}'),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b'{"error": "\xff"}', '{"error": "\ufffd"}'),
        (b"x" * 1000, "x" * 200),
    ],
)
def test_message_is_error_text_of_body(content: bytes, message: str) -> None:
    assert status_error(502, {}, content).message == message


def test_error_message_of_success_is_none() -> None:
    assert error_message(b'{"error": null, "output": "fine"}') is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        *((None, None), ("0", 0), ("120", 120), ("1.5", 1.5), ("-1", None), ("soon", None), ("", None)),
        *(("NaN", None), ("Infinity", None), ("1E999999999", None)),
        *(("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("Wed, 21 Oct 2015 07:28:00", 0)),
        ("Mon, 16 Nov 99999999999999999999 00:00:00 +0000", None),
        ("Mon, 16 Nov 2026 00:00:00 +99999999999999999999", None),
    ],
)
def test_retry_after_is_seconds_or_date(text: str | None, seconds: float | None) -> None:
    assert parse_retry_after(text) == (None if seconds is None else timedelta(seconds=seconds))


def test_retry_after_in_future_is_remaining_time() -> None:
    wait = parse_retry_after(format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))
    assert wait is not None
    assert timedelta(seconds=3590) < wait <= timedelta(hours=1)


@given(st.text() | st.from_regex(r"(Mon, )?\d{1,3} [JFN]\w\w \d{2,12} \d\d:\d\d(:\d\d)? [+-]?\d{1,12}"))
def test_arbitrary_retry_after_does_not_raise(text: str) -> None:
    wait = parse_retry_after(text)
    assert wait is None or wait >= timedelta(0)
