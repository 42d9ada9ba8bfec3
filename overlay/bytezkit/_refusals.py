"""From an answer that refuses to the error that says so."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, cast

import msgspec

from bytezkit._results import read_seconds
from bytezkit.errors import STATUS_ERRORS, PaymentRequiredError, ServerError, StatusError

_EXCERPT: Final = 200


def refusal(
    status: int, headers: Mapping[str, str], content: bytes, *, method: str, path: str, attempts: int
) -> StatusError:
    """Return the error for an answer outside of 2xx."""
    excerpt = content[:_EXCERPT].decode(errors="replace").strip()
    text = ": ".join(filter(None, _said(content))) or excerpt or f"the service answered {status}"
    error = STATUS_ERRORS.get(status, ServerError if status >= 500 else StatusError)
    if status == 429 and "credits" in text.lower():
        # The service spoke of missing credits with this status before it had its own for that.
        error = PaymentRequiredError
    return error(
        text,
        method=method,
        path=path,
        status=status,
        request_id=headers.get("x-request-id"),
        attempts=attempts,
        retry_after=read_retry_after(headers.get("retry-after")),
    )


def said_error(content: bytes) -> str | None:
    """Return what a JSON body says went wrong, if its `error` says so."""
    error, message = _said(content)
    return ": ".join(filter(None, [error, message])) if error else None


def _said(content: bytes) -> list[str | None]:
    """Read `error` and `message` of a JSON body."""
    try:
        body: object = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        body = None
    members = cast("dict[str, object]", body) if isinstance(body, dict) else {}
    said = (members.get("error"), members.get("message"))
    return [text if isinstance(text, str) else None for text in said]


def read_retry_after(text: str | None) -> timedelta | None:
    """Read `Retry-After`: seconds or a date. A date that has passed is no wait."""
    seconds = read_seconds(text)
    if text is None or seconds is not None:
        return seconds
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(date - datetime.now(UTC), timedelta(0))
