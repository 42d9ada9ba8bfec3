"""The concurrency limiter and the scheduler of `map`."""

from datetime import timedelta

import pytest

from bytezkit import Clock, Failure
from bytezkit._core.config import Limits, Origin
from bytezkit._core.exchange import Context
from bytezkit._core.secrets import Secret
from bytezkit._map.limiter import ConcurrencyLimiter
from bytezkit._map.scheduler import MapJob, MapScheduler
from bytezkit.errors import RateLimitError


def too_many(seconds: float | None = None) -> RateLimitError:
    return RateLimitError(
        "too many",
        status=429,
        attempts=1,
        retry_after=None if seconds is None else timedelta(seconds=seconds),
    )


def start_all(limiter: ConcurrencyLimiter, now: float) -> list[int]:
    """Start as many requests as the limit admits, and return their rounds."""
    epochs = []
    while limiter.delay(now) == 0:
        epochs.append(limiter.start())
    return epochs


def test_the_limit_bounds_the_requests_in_flight() -> None:
    limiter = ConcurrencyLimiter(4)
    assert len(start_all(limiter, 0.0)) == 4
    assert limiter.delay(0.0) is None
    limiter.record_failure()
    assert limiter.delay(0.0) == 0


def test_a_rate_limited_round_halves_the_limit_once_and_pauses_all_requests() -> None:
    limiter = ConcurrencyLimiter(8)
    epochs = start_all(limiter, 0.0)
    assert all(limiter.record_rate_limit(too_many(5), epoch, 0.0, jitter=0.0) for epoch in epochs)
    assert limiter.delay(1.0) == 4.0
    assert len(start_all(limiter, 5.0)) == 4


def test_each_rate_limited_round_halves_the_limit_down_to_one() -> None:
    limiter, now, seen = ConcurrencyLimiter(8), 0.0, []
    for _ in range(5):
        epochs = start_all(limiter, now)
        seen.append(len(epochs))
        for epoch in epochs:
            limiter.record_rate_limit(too_many(), epoch, now, jitter=0.0)
        now += limiter.delay(now) or 0.0
    assert seen == [8, 4, 2, 1, 1]
    # The pauses double, as those of a single call do.
    assert now == 0.5 + 1 + 2 + 4 + 8


def test_each_successful_round_adds_one_up_to_the_maximum() -> None:
    limiter = ConcurrencyLimiter(4)
    for epoch in start_all(limiter, 0.0):
        limiter.record_rate_limit(too_many(0), epoch, 0.0, jitter=0.0)
    seen = []
    for _ in range(5):
        epochs = start_all(limiter, 0.0)
        seen.append(len(epochs))
        for epoch in epochs:
            limiter.record_success(epoch)
    assert seen == [2, 3, 4, 4, 4]


def test_requests_started_before_a_decrease_do_not_raise_the_limit() -> None:
    limiter = ConcurrencyLimiter(4)
    rate_limited, *successful = start_all(limiter, 0.0)
    limiter.record_rate_limit(too_many(0), rate_limited, 0.0, jitter=0.0)
    for epoch in successful:
        limiter.record_success(epoch)
    assert len(start_all(limiter, 0.0)) == 2


def test_a_success_resets_the_growth_of_the_pauses() -> None:
    limiter = ConcurrencyLimiter(1)
    for _ in range(3):
        limiter.record_rate_limit(too_many(), limiter.start(), 0.0, jitter=0.0)
    limiter.record_success(limiter.start())
    limiter.record_rate_limit(too_many(), limiter.start(), 100.0, jitter=0.0)
    assert limiter.not_before == 100.5


def test_a_pause_may_end_early_by_the_rounding_of_a_clock() -> None:
    limiter = ConcurrencyLimiter(1)
    limiter.record_rate_limit(too_many(5), limiter.start(), 0.0, jitter=0.0)
    assert limiter.delay(4.9999999) == 0
    assert limiter.delay(4.99) == pytest.approx(0.01)


def test_a_retry_after_of_more_than_a_week_is_not_waited_for() -> None:
    limiter = ConcurrencyLimiter(1)
    assert not limiter.record_rate_limit(too_many(8 * 86400), limiter.start(), 0.0, jitter=0.0)
    assert limiter.delay(0.0) == 0


@pytest.fixture
def scheduler() -> MapScheduler[str, str]:
    limits = Limits(deadline=timedelta(seconds=10))
    origin = Origin(base_url="https://a.example", api_key=Secret("k"), provider_key=None)
    return MapScheduler(Context(limits, Clock(), origin, jitter=lambda: 0.0), 2, ordered=True)


def as_job(step: object) -> "MapJob[str, str]":
    assert isinstance(step, MapJob)
    return step


def test_jobs_to_retry_are_sent_before_new_jobs(scheduler: MapScheduler[str, str]) -> None:
    for name in "abc":
        scheduler.accept(name)
    first, second = as_job(scheduler.next_step(0.0)), as_job(scheduler.next_step(0.0))
    assert scheduler.next_step(0.0) is None
    scheduler.fail(second, too_many(3), 0.0)
    scheduler.fail(first, too_many(3), 0.0)
    assert scheduler.next_step(1.0) == 2.0
    assert as_job(scheduler.next_step(3.0)) is first
    # The limit of two was halved to one.
    assert scheduler.next_step(3.0) is None


def test_a_job_fails_if_its_deadline_passes_during_the_pause_of_another_job(
    scheduler: MapScheduler[str, str],
) -> None:
    scheduler.accept("a")
    scheduler.accept("b")
    first, second = as_job(scheduler.next_step(0.0)), as_job(scheduler.next_step(5.0))
    scheduler.fail(first, too_many(4), 5.0)
    assert scheduler.pop_outcome() is None
    # Its own pause ends before the deadline; the longer pause of the second job does not.
    scheduler.fail(second, too_many(9), 5.0)
    assert scheduler.next_step(5.0) == 9.0
    outcome = scheduler.pop_outcome()
    assert isinstance(outcome, Failure)
    assert (outcome.input, outcome.error) == ("a", first.rate_limit_error)
    assert as_job(scheduler.next_step(14.0)) is second
