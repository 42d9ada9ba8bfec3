"""From the answer of a service that refuses to the right error."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytezkit import errors
from bytezkit._core.retry import parse_retry_after
from bytezkit._core.status_errors import error_message, status_error


def refuse(status: int, content: bytes = b"", **headers: str) -> errors.StatusError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status_error(status, named, content)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, errors.BadRequestError),
        (401, errors.AuthenticationError),
        (402, errors.PaymentRequiredError),
        (404, errors.NotFoundError),
        (409, errors.ConflictError),
        (413, errors.ContentTooLargeError),
        (415, errors.UnsupportedMediaTypeError),
        (422, errors.UnprocessableContentError),
        (429, errors.RateLimitError),
        (500, errors.ServerError),
        (503, errors.ServerError),
        (599, errors.ServerError),
        (302, errors.StatusError),
        (418, errors.StatusError),
    ],
)
def test_each_status_has_its_error(status: int, error: type[errors.StatusError]) -> None:
    error_reply = refuse(status, b'{"error": "why"}', retry_after="7")
    assert type(error_reply) is error
    assert (error_reply.message, error_reply.status) == ("why", status)
    assert error_reply.retry_after == timedelta(seconds=7)


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
        (b"  \n", "the service answered 502"),
        (b'["a list"]', '["a list"]'),
        (b'{"error": {"code": 1}}', '{"error": {"code": 1}}'),
        (b'{"error": ""}', '{"error": ""}'),
        (b"null", "null"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b'{"error": "\xff"}', '{"error": "\ufffd"}'),
        (b"x" * 1000, "x" * 200),
    ],
)
def test_the_text_is_what_the_body_says(content: bytes, message: str) -> None:
    assert refuse(502, content).message == message


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b'{"error": "You are out of Credits"}', errors.PaymentRequiredError),
        (b'{"error": "slow down"}', errors.RateLimitError),
        (b"", errors.RateLimitError),
    ],
)
def test_too_many_requests_without_credits_are_a_matter_of_payment(
    content: bytes, error: type[errors.StatusError]
) -> None:
    assert type(refuse(429, content)) is error


def test_a_success_says_no_error() -> None:
    assert error_message(b'{"error": null, "output": "fine"}') is None


def moment(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("120", 120),
        ("1.5", 1.5),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("NaN", None),
        ("Infinity", None),
        ("1E999999999", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 2015 07:28:00", 0),
        ("Mon, 16 Nov 99999999999999999999 00:00:00 +0000", None),
        ("Mon, 16 Nov 2026 00:00:00 +99999999999999999999", None),
    ],
)
def test_the_wait_is_read_from_seconds_and_dates(text: str | None, seconds: float | None) -> None:
    assert parse_retry_after(text) == (None if seconds is None else timedelta(seconds=seconds))


def test_a_date_to_come_is_a_wait() -> None:
    wait = parse_retry_after(moment(3600))
    assert wait is not None
    assert timedelta(seconds=3590) < wait <= timedelta(seconds=3600)


@given(st.text() | st.from_regex(r"(Mon, )?\d{1,3} [JFN]\w\w \d{2,12} \d\d:\d\d(:\d\d)? [+-]?\d{1,12}"))
def test_garbage_is_no_wait_and_never_raises(text: str) -> None:
    wait = parse_retry_after(text)
    assert wait is None or wait >= timedelta(0)
