"""How many requests go at once, and what becomes of an input, decided without I/O."""

from datetime import timedelta

import pytest

from bytezkit import Clock, Failure
from bytezkit._core.config import Limits
from bytezkit._core.exchange import Context
from bytezkit._map.limiter import Pace
from bytezkit._map.scheduler import Desk, Job
from bytezkit.errors import RateLimitError


def too_many(seconds: float | None = None) -> RateLimitError:
    return RateLimitError(
        "too many",
        status=429,
        attempts=1,
        retry_after=None if seconds is None else timedelta(seconds=seconds),
    )


def begin_all(pace: Pace, now: float) -> list[int]:
    """Begin as many requests as may be under way, and return their rounds."""
    rounds = []
    while pace.delay(now) == 0:
        rounds.append(pace.begin())
    return rounds


def test_as_many_begin_as_may_be_under_way() -> None:
    pace = Pace(4)
    assert len(begin_all(pace, 0.0)) == 4
    assert pace.delay(0.0) is None
    pace.failed()
    assert pace.delay(0.0) == 0


def test_a_refused_round_halves_them_once_and_pauses_all() -> None:
    pace = Pace(8)
    rounds = begin_all(pace, 0.0)
    assert all(pace.refused(too_many(5), begun, 0.0, jitter=0.0) for begun in rounds)
    assert pace.delay(1.0) == 4.0
    assert len(begin_all(pace, 5.0)) == 4


def test_each_refused_round_halves_them_until_there_is_one() -> None:
    pace, now, seen = Pace(8), 0.0, []
    for _ in range(5):
        rounds = begin_all(pace, now)
        seen.append(len(rounds))
        for begun in rounds:
            pace.refused(too_many(), begun, now, jitter=0.0)
        now += pace.delay(now) or 0.0
    assert seen == [8, 4, 2, 1, 1]
    # The pauses double, as those of a single call do.
    assert now == 0.5 + 1 + 2 + 4 + 8


def test_each_round_that_goes_well_adds_one_up_to_the_most() -> None:
    pace = Pace(4)
    for begun in begin_all(pace, 0.0):
        pace.refused(too_many(0), begun, 0.0, jitter=0.0)
    seen = []
    for _ in range(5):
        rounds = begin_all(pace, 0.0)
        seen.append(len(rounds))
        for begun in rounds:
            pace.answered(begun)
    assert seen == [2, 3, 4, 4, 4]


def test_what_began_before_a_refusal_adds_nothing_after_it() -> None:
    pace = Pace(4)
    refused, *answered = begin_all(pace, 0.0)
    pace.refused(too_many(0), refused, 0.0, jitter=0.0)
    for begun in answered:
        pace.answered(begun)
    assert len(begin_all(pace, 0.0)) == 2


def test_what_goes_well_ends_the_growth_of_the_pauses() -> None:
    pace = Pace(1)
    for _ in range(3):
        pace.refused(too_many(), pace.begin(), 0.0, jitter=0.0)
    pace.answered(pace.begin())
    pace.refused(too_many(), pace.begin(), 100.0, jitter=0.0)
    assert pace.not_before == 100.5


def test_a_pause_that_a_rounded_clock_ends_a_moment_early_is_over() -> None:
    pace = Pace(1)
    pace.refused(too_many(5), pace.begin(), 0.0, jitter=0.0)
    assert pace.delay(4.9999999) == 0
    assert pace.delay(4.99) == pytest.approx(0.01)


def test_a_pause_of_more_than_a_week_is_not_waited_for() -> None:
    pace = Pace(1)
    assert not pace.refused(too_many(8 * 86400), pace.begin(), 0.0, jitter=0.0)
    assert pace.delay(0.0) == 0


@pytest.fixture
def desk() -> Desk[str, str]:
    limits = Limits(deadline=timedelta(seconds=10))
    return Desk(Context(limits, Clock(), jitter=lambda: 0.0), 2, ordered=True)


def job(step: object) -> "Job[str, str]":
    assert isinstance(step, Job)
    return step


def test_what_was_refused_goes_before_what_was_not_sent(desk: Desk[str, str]) -> None:
    for name in "abc":
        desk.take(name)
    first, second = job(desk.next(0.0)), job(desk.next(0.0))
    assert desk.next(0.0) is None
    desk.fail(second, too_many(3), 0.0)
    desk.fail(first, too_many(3), 0.0)
    assert desk.next(1.0) == 2.0
    assert job(desk.next(3.0)) is first
    # One at once is all that is left of two.
    assert desk.next(3.0) is None


def test_an_input_whose_deadline_passes_in_the_pause_of_another_is_given_up(desk: Desk[str, str]) -> None:
    desk.take("a")
    desk.take("b")
    first, second = job(desk.next(0.0)), job(desk.next(5.0))
    desk.fail(first, too_many(4), 5.0)
    assert desk.give() is None
    # Its own pause would have ended in time; this one does not.
    desk.fail(second, too_many(9), 5.0)
    assert desk.next(5.0) == 9.0
    given = desk.give()
    assert isinstance(given, Failure)
    assert (given.input, given.error) == ("a", first.refusal)
    assert job(desk.next(14.0)) is second
