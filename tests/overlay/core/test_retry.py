"""The retry policy and backoff, without a client."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytezkit import errors
from bytezkit._core.config import Limits
from bytezkit._core.retry import backoff, pause_before_retry

LOST = errors.ConnectionFailedError("cut", attempts=1)
LIMITED = errors.RateLimitError("slow down", status=429, attempts=1)
LOADING = errors.RateLimitError("a/b: operation already in progress: load", status=429, attempts=1)


def server(status: int) -> errors.ServerError:
    return errors.ServerError("down", status=status, attempts=1)


def is_retried(
    error: errors.BytezError, *, sent: bool = True, repeatable: bool = False, limits: Limits | None = None
) -> bool:
    limits = limits or Limits()
    return pause_before_retry(error, sent=sent, repeatable=repeatable, limits=limits, jitter=0) is not None


@pytest.mark.parametrize(
    ("error", "sent", "by_default", "if_repeatable"),
    [
        *((LIMITED, True, True, True), (server(503), True, True, True), (LOST, False, True, True)),
        *((LOST, True, False, True), (server(502), True, False, True), (server(504), True, False, True)),
        *((server(500), True, False, False), (LOADING, True, False, False)),
        (errors.PaymentRequiredError("no credits", status=429, attempts=1), True, False, False),
        (errors.ConflictError("no", status=409, attempts=1), True, False, False),
        (errors.DeadlineExceededError("late", attempts=1), True, False, False),
        (errors.DecodeError("broken", attempts=1), True, False, False),
    ],
)
def test_retry_requires_overload_or_a_repeatable_request(
    error: errors.BytezError, sent: bool, by_default: bool, if_repeatable: bool
) -> None:
    opt_in = Limits(retry_unknown_outcomes=True)
    assert is_retried(error, sent=sent) is by_default
    assert is_retried(error, sent=sent, repeatable=True) is if_repeatable
    assert is_retried(error, sent=sent, limits=opt_in) is if_repeatable


@pytest.mark.parametrize(("error", "pause"), [(LIMITED, None), (server(503), 0.5)])
def test_rate_limited_by_caller_disables_retry_of_429(error: errors.BytezError, pause: float | None) -> None:
    flags = {"sent": True, "repeatable": True, "rate_limited_by_caller": True}
    assert pause_before_retry(error, limits=Limits(), jitter=0, **flags) == pause


@pytest.mark.parametrize(
    ("attempts", "retries", "expected"), [(1, 0, False), (1, 1, True), (2, 1, False), (3, 3, True)]
)
def test_max_retries_bounds_attempts(attempts: int, retries: int, expected: bool) -> None:
    error = errors.RateLimitError("slow down", attempts=attempts)
    assert is_retried(error, limits=Limits(max_retries=retries)) is expected


@pytest.mark.parametrize(("jitter", "pause"), [(0, 17), (1, 17.5)])
def test_retry_after_replaces_backoff(jitter: float, pause: float) -> None:
    error = errors.RateLimitError("slow down", attempts=1, retry_after=timedelta(seconds=17))
    assert pause_before_retry(error, sent=True, repeatable=False, limits=Limits(), jitter=jitter) == pause


@pytest.mark.parametrize(("attempt", "pause"), [(1, 0.5), (2, 1), (3, 2), (4, 4), (5, 8), (6, 8), (10**9, 8)])
def test_backoff_doubles_up_to_maximum(attempt: int, pause: float) -> None:
    assert backoff(attempt, jitter=0, first=0.5, maximum=8) == pause


@given(attempt=st.integers(1, 10**6), jitter=st.floats(0, 1))
def test_jitter_shortens_backoff_by_at_most_half(attempt: int, jitter: float) -> None:
    longest = backoff(attempt, jitter=0, first=0.5, maximum=8)
    assert longest / 2 <= backoff(attempt, jitter=jitter, first=0.5, maximum=8) <= longest
