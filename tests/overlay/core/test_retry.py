"""Which failures are tried again, and after how long."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bytezkit import errors
from bytezkit._core.config import Limits
from bytezkit._core.retry import backoff, pause_before_retry

LOST = errors.ConnectionFailedError("cut", attempts=1)
LIMITED = errors.RateLimitError("slow down", status=429, attempts=1)


def server(status: int) -> errors.ServerError:
    return errors.ServerError("down", status=status, attempts=1)


ALWAYS, REPEATABLE, NEVER = "always", "repeatable", "never"
POLICY = [
    (LIMITED, True, ALWAYS),
    (server(503), True, ALWAYS),
    (LOST, False, ALWAYS),
    (LOST, True, REPEATABLE),
    (server(502), True, REPEATABLE),
    (server(504), True, REPEATABLE),
    (server(500), True, NEVER),
    (errors.RateLimitError("a/b: operation already in progress: load", status=429, attempts=1), True, NEVER),
    (errors.PaymentRequiredError("no credits", status=429, attempts=1), True, NEVER),
    (errors.BadRequestError("no", status=400, attempts=1), True, NEVER),
    (errors.AuthenticationError("no", status=401, attempts=1), True, NEVER),
    (errors.ConflictError("no", status=409, attempts=1), True, NEVER),
    (errors.DeadlineExceededError("late", attempts=1), True, NEVER),
    (errors.DecodeError("broken", attempts=1), True, NEVER),
]


def tried_again(
    error: errors.BytezError, *, sent: bool = True, repeatable: bool = False, limits: Limits | None = None
) -> bool:
    limits = limits or Limits()
    return pause_before_retry(error, sent=sent, repeatable=repeatable, limits=limits, jitter=0) is not None


@pytest.mark.parametrize(("error", "sent", "policy"), POLICY)
def test_a_failure_is_tried_again_where_that_does_no_harm(
    error: errors.BytezError, sent: bool, policy: str
) -> None:
    on_request = Limits(retry_unknown_outcomes=True)
    assert tried_again(error, sent=sent) is (policy == ALWAYS)
    assert tried_again(error, sent=sent, repeatable=True) is (policy in (ALWAYS, REPEATABLE))
    assert tried_again(error, sent=sent, limits=on_request) is (policy in (ALWAYS, REPEATABLE))


def test_a_sender_that_sets_the_pace_is_told_of_too_many_requests() -> None:
    def pause(error: errors.BytezError) -> float | None:
        return pause_before_retry(
            error, sent=True, repeatable=True, limits=Limits(), jitter=0, rate_limited_by_caller=True
        )

    assert (pause(LIMITED), pause(server(503))) == (None, 0.5)


@pytest.mark.parametrize(
    ("attempts", "retries", "again"), [(1, 0, False), (1, 1, True), (2, 1, False), (3, 3, True)]
)
def test_tries_are_counted(attempts: int, retries: int, again: bool) -> None:
    error = errors.RateLimitError("slow down", attempts=attempts)
    assert tried_again(error, limits=Limits(max_retries=retries)) is again


def test_the_wait_that_the_service_asks_for_replaces_the_own() -> None:
    error = errors.RateLimitError("slow down", attempts=1, retry_after=timedelta(seconds=17))
    assert pause_before_retry(error, sent=True, repeatable=False, limits=Limits(), jitter=0) == 17
    assert pause_before_retry(error, sent=True, repeatable=False, limits=Limits(), jitter=1) == 17.5


@pytest.mark.parametrize(("attempt", "pause"), [(1, 0.5), (2, 1), (3, 2), (4, 4), (5, 8), (6, 8), (10**9, 8)])
def test_pauses_double_up_to_the_longest(attempt: int, pause: float) -> None:
    assert backoff(attempt, jitter=0, first=0.5, maximum=8) == pause


@given(attempt=st.integers(1, 10**6), jitter=st.floats(0, 1))
def test_jitter_shortens_a_pause_by_half_at_most(attempt: int, jitter: float) -> None:
    whole = backoff(attempt, jitter=0, first=0.5, maximum=8)
    assert whole / 2 <= backoff(attempt, jitter=jitter, first=0.5, maximum=8) <= whole
