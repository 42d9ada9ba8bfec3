"""Whether a failed request is sent again, and after how long."""

from typing import Final, TypeGuard

from bytezkit._core.config import Limits
from bytezkit.errors import BytezError, ConnectionFailedError, RateLimitError

_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 8.0
_LONGEST_RETRY_AFTER: Final = 7 * 86400.0
# Statuses of a gateway that does not know what became of the request.
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
    """Return the pause in seconds, or None if the request is not to be sent again.

    A request that was refused for load (429, 503) or never sent is sent again. One whose outcome is
    not known is sent again only where that does no harm, or where the caller asked for it: a run
    that was lost on its way back is charged all the same. A model that is being loaded takes longer
    than any pause: that is a waiter's business.

    Args:
        error: What went wrong.
        sent: Whether the request may have reached the service.
        repeatable: Whether sending it twice does no more than sending it once.
        limits: How often to try.
        jitter: 0 to 1, spreads the pauses of many clients.
        rate_limited_by_caller: Whether the caller retries after status 429 itself, at a lower rate.
    """
    if error.attempts > limits.max_retries:
        return None
    refused_for_load = (is_too_many(error) and not rate_limited_by_caller) or error.status == 503
    outcome_unknown = error.status in _UNKNOWN_OUTCOME or isinstance(error, ConnectionFailedError)
    again = repeatable or limits.retry_unknown_outcomes or not sent
    if not refused_for_load and not (outcome_unknown and again):
        return None
    return pause_after(error, error.attempts, jitter=jitter)


def pause_after(error: BytezError, attempt: int, *, jitter: float) -> float | None:
    """Return the pause in seconds after a failure, or None if the service asks for one that is too long."""
    if error.retry_after is not None:
        # Many clients that were told the same do not come back in the same instant.
        pause = error.retry_after.total_seconds() + jitter * _FIRST_PAUSE
        return pause if pause <= _LONGEST_RETRY_AFTER else None
    return backoff(attempt, jitter=jitter, first=_FIRST_PAUSE, longest=_LONGEST_PAUSE)


def is_too_many(error: Exception) -> TypeGuard[RateLimitError]:
    """Say whether the service refused because it had too many requests."""
    return isinstance(error, RateLimitError) and not is_in_progress(error)


def is_in_progress(error: RateLimitError) -> bool:
    """Say whether the service refused because it already does what was asked."""
    return "operation already in progress" in error.message


def backoff(attempt: int, *, jitter: float, first: float, longest: float) -> float:
    """Return a pause in seconds that doubles with each attempt, shortened by up to a half."""
    return min(first * 2.0 ** min(attempt - 1, 30), longest) * (1 - jitter / 2)
