"""Decides whether a failed request is retried, and after which pause; parses `Retry-After`."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, TypeGuard

from bytezkit._core.config import Limits
from bytezkit._core.results import parse_seconds
from bytezkit.errors import BytezError, ConnectionFailedError, RateLimitError

# Seconds.
_FIRST_PAUSE: Final = 0.5
_MAX_PAUSE: Final = 8.0
_MAX_RETRY_AFTER: Final = 7 * 86400.0
# A gateway sends these statuses if it does not know whether the service processed the request.
_UNKNOWN_OUTCOME: Final = frozenset({502, 504})


def pause_before_retry(
    error: BytezError,
    *,
    sent: bool,
    repeatable: bool,
    limits: Limits,
    jitter: float,
    rate_limited_by_caller: bool = False,
) -> float | None:
    """Return the pause in seconds before a retry, or None if the request is not retried.

    A request is retried if the service was overloaded (429, 503) or if it was not sent. If its outcome is
    unknown, it is retried only if it is repeatable or the caller asked for retries: the service charges for a
    run even if its response was lost. A model that is being loaded is not retried, because loading takes
    longer than any pause.

    Args:
        error: The failure.
        sent: Whether the request may have reached the service.
        repeatable: Whether sending the request twice has the effect of sending it once.
        limits: Maximum number of retries.
        jitter: A number from 0 to 1, which spreads the pauses of many clients.
        rate_limited_by_caller: Whether the caller retries after status 429 itself, at a lower rate.
    """
    if error.attempts > limits.max_retries:
        return None
    overloaded = (is_rate_limited(error) and not rate_limited_by_caller) or error.status == 503
    outcome_unknown = error.status in _UNKNOWN_OUTCOME or isinstance(error, ConnectionFailedError)
    may_repeat = repeatable or limits.retry_unknown_outcomes or not sent
    if not overloaded and not (outcome_unknown and may_repeat):
        return None
    return pause_after(error, error.attempts, jitter=jitter)


def pause_after(error: BytezError, attempt: int, *, jitter: float) -> float | None:
    """Return the pause in seconds after a failure, or None if the service asks for more than 7 days."""
    if error.retry_after is not None:
        # Jitter keeps clients that got the same Retry-After header from returning at the same moment.
        pause = error.retry_after.total_seconds() + jitter * _FIRST_PAUSE
        return pause if pause <= _MAX_RETRY_AFTER else None
    return backoff(attempt, jitter=jitter, first=_FIRST_PAUSE, maximum=_MAX_PAUSE)


def is_rate_limited(error: Exception) -> TypeGuard[RateLimitError]:
    """Return whether the service rejected a request because it had too many."""
    return isinstance(error, RateLimitError) and not is_in_progress(error)


def is_in_progress(error: RateLimitError) -> bool:
    """Return whether the service rejected an operation because it is performing it already.

    The service reports this with status 429 too; only the message differs from a rate limit.
    """
    return "operation already in progress" in error.message


def backoff(attempt: int, *, jitter: float, first: float, maximum: float) -> float:
    """Return a pause in seconds that doubles with each attempt, shortened by up to a half by jitter."""
    # The exponent is bounded, because a float overflows after 1024 attempts.
    return min(first * 2.0 ** min(attempt - 1, 30), maximum) * (1 - jitter / 2)


def parse_retry_after(text: str | None) -> timedelta | None:
    """Parse a `Retry-After` header: seconds or a date. A date in the past is a delay of zero."""
    seconds = parse_seconds(text)
    if text is None or seconds is not None:
        return seconds
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(date - datetime.now(UTC), timedelta(0))
