"""The concurrency limiter and the scheduler of `map`."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import Mock

import pytest

from bytezkit import Clock
from bytezkit._core.config import Origin
from bytezkit._core.exchange import Context
from bytezkit._core.limiter import ConcurrencyLimiter
from bytezkit._core.secrets import Secret
from bytezkit._map.scheduler import MapJob, MapScheduler
from bytezkit.errors import RateLimitError
from tests.overlay.scripted_service import LIMITS


def rate_limit_error(seconds: float | None = None) -> RateLimitError:
    retry_after = None if seconds is None else timedelta(seconds=seconds)
    return RateLimitError("too many", status=429, attempts=1, retry_after=retry_after)


def start_all(limiter: ConcurrencyLimiter, now: float, concurrency: int) -> list[int]:
    """Start as many requests as the limit and the concurrency allow, and return their epochs."""
    epochs: list[int] = []
    while len(epochs) < concurrency and limiter.delay(now, len(epochs)) == 0:
        epochs.append(limiter.start())
    return epochs


def test_limit_halves_in_each_rate_limited_round_down_to_one() -> None:
    limiter, now, limits = ConcurrencyLimiter(), 0.0, []
    for _ in range(5):
        epochs = start_all(limiter, now, 8)
        limits.append(len(epochs))
        for epoch in epochs:
            limiter.record_rate_limit(rate_limit_error(), epoch, now, jitter=0.0)
        now += limiter.delay(now, 1) or 0.0
    assert (limits, now) == ([8, 4, 2, 1, 1], 0.5 + 1 + 2 + 4 + 8)


def test_limit_grows_by_one_in_each_successful_round() -> None:
    limiter, limits = ConcurrencyLimiter(), []
    rate_limited, *earlier = start_all(limiter, 0.0, 4)
    limiter.record_rate_limit(rate_limit_error(0), rate_limited, 0.0, jitter=0.0)
    limiter.start()
    # A success that started before the decrease does not raise the limit, also when it is reached.
    for epoch in earlier:
        limiter.record_success(epoch)
    limiter.record_end()
    for _ in range(5):
        epochs = start_all(limiter, 0.0, 4)
        limits.append(len(epochs))
        for epoch in epochs:
            limiter.record_success(epoch)
    assert limits == [2, 3, 4, 4, 4]
    # A limit that is not reached does not grow.
    assert len(start_all(limiter, 0.0, 99)) == 5
    limiter.record_end(5)
    # A success resets the growth of pauses.
    limiter.record_rate_limit(rate_limit_error(), limiter.start(), 100.0, jitter=0.0)
    assert limiter.not_before == 100.5


def test_delay_ignores_rounding_of_the_clock() -> None:
    limiter = ConcurrencyLimiter()
    limiter.record_rate_limit(rate_limit_error(5), limiter.start(), 0.0, jitter=0.0)
    assert limiter.delay(4.9999999, 0) == 0
    assert limiter.delay(4.99, 0) == pytest.approx(0.01)


@pytest.fixture
def scheduler() -> MapScheduler[str, str]:
    limits = replace(LIMITS, deadline=timedelta(seconds=10))
    origin = Origin(base_url="https://a.example", api_key=Secret("k"), provider_key=None, headers={})
    context = Context(limits, Clock(), origin, jitter=lambda: 0.0)
    # The model of an input is the part before the colon.
    return MapScheduler(context, lambda input: input.rpartition(":")[0], 2, ordered=True)


def accept(scheduler: MapScheduler[str, str], *inputs: str) -> None:
    for it in inputs:
        scheduler.accept(it)


def start(scheduler: MapScheduler[str, str], now: float = 0.0) -> MapJob[str, str]:
    job = scheduler.next_step(now)
    assert isinstance(job, MapJob)
    return job


def test_retries_are_sent_before_new_jobs(scheduler: MapScheduler[str, str]) -> None:
    accept(scheduler, *"abc")
    first, second = start(scheduler), start(scheduler)
    assert scheduler.next_step(0.0) is None
    scheduler.fail(second, rate_limit_error(3), 0.0)
    scheduler.fail(first, rate_limit_error(3), 0.0)
    assert scheduler.next_step(1.0) == 2.0
    assert start(scheduler, 3.0) is first
    # The limit of two was halved to one.
    assert scheduler.next_step(3.0) is None
    # A success at the limit raises it to two.
    scheduler.succeed(first, Mock())
    assert (start(scheduler, 3.0), start(scheduler, 3.0).input) == (second, "c")


def test_job_fails_if_deadline_passes_in_pause_of_other_job(scheduler: MapScheduler[str, str]) -> None:
    accept(scheduler, *"ab")
    first, second = start(scheduler), start(scheduler, 5.0)
    scheduler.fail(first, rate_limit_error(4), 5.0)
    assert scheduler.pop_outcome() is None
    # Its own pause ends before the deadline; the longer pause of the second job does not.
    scheduler.fail(second, rate_limit_error(9), 5.0)
    assert scheduler.next_step(5.0) == 9.0
    outcome = scheduler.pop_outcome()
    assert outcome is not None
    assert (outcome.input, outcome.error) == ("a", first.rate_limit_error)
    assert start(scheduler, 14.0) is second


def test_models_have_limits_of_their_own(scheduler: MapScheduler[str, str]) -> None:
    accept(scheduler, "m:a", "n:b", "m:c", "n:d")
    first, second = start(scheduler), start(scheduler)
    scheduler.fail(first, rate_limit_error(9), 0.0)
    assert (second.input, start(scheduler).input) == ("n:b", "n:d")
    assert scheduler.next_step(0.0) is None  # The concurrency is that of all models.
    scheduler.fail(second, rate_limit_error(3), 0.0)
    assert scheduler.next_step(0.0) == 9.0  # One more of the second model is in flight.


def test_maps_share_the_limit_and_each_may_send_one(scheduler: MapScheduler[str, str]) -> None:
    other, third = (
        MapScheduler[str, str](scheduler._context, lambda _: "m", 8, ordered=False) for _ in range(2)
    )
    for it in (scheduler, other, third):
        accept(it, "m:a", "m:b", "m:c")
    started = [start(scheduler) for _ in range(2)]
    scheduler.fail(started[0], rate_limit_error(0), 0.0)
    # The limit is one, and one is in flight. No end of that request would wake the other map.
    start(other)
    assert other.next_step(0.0) is None
    # A map that is left counts no more; a request that ends afterwards is not counted twice.
    scheduler.close()
    scheduler.close()
    scheduler.fail(started[1], ValueError(), 0.0)
    other.close()
    start(third)
    assert third.next_step(0.0) is None
