"""Scheduler: order of events, and the passage of time in each clock mode."""

from datetime import UTC, datetime, timedelta
from threading import Event, RLock

import pytest

from bytezkit_emulator._time.scheduler import START, ClockMode, Scheduler
from bytezkit_emulator._time.ticker import Ticker

SECOND = timedelta(seconds=1)


class RecordingScheduler(Scheduler):
    """Records the events that fire, on a monotonic clock that the test sets."""

    def __init__(self, mode: ClockMode, scale: float = 1) -> None:
        self.real_seconds = 1000.0
        self.fired: list[tuple[str, float]] = []
        super().__init__(mode, scale, lambda: self.real_seconds)

    def schedule(self, name: str, seconds: float, *, is_work: bool = True) -> None:
        def fire() -> None:
            self.fired.append((name, (self.now - START).total_seconds()))

        self.call_later(timedelta(seconds=seconds), fire, is_work=is_work)


def test_scaled_clock_multiplies_real_time() -> None:
    scheduler = RecordingScheduler("scaled", 15)
    scheduler.schedule("boot", 30)
    assert scheduler.now == START
    assert scheduler.seconds_to_next() == 2.0
    scheduler.real_seconds += 1
    scheduler.catch_up()
    assert (scheduler.fired, scheduler.now) == ([], START + 15 * SECOND)
    scheduler.real_seconds += 3
    scheduler.catch_up()
    assert (scheduler.fired, scheduler.now) == ([("boot", 30.0)], START + 60 * SECOND)
    scheduler.advance(SECOND)
    assert scheduler.now == START + 61 * SECOND


def test_real_clock_starts_at_wall_clock_and_ignores_scale() -> None:
    scheduler = RecordingScheduler("real", 15)
    first = scheduler.now
    assert abs(first - datetime.now(UTC)) < timedelta(minutes=1)
    scheduler.real_seconds += 2
    assert scheduler.now - first == 2 * SECOND


def test_monotonic_clock_that_goes_back_does_not_move_time_back() -> None:
    scheduler = RecordingScheduler("scaled")
    scheduler.real_seconds += 5
    now = scheduler.now
    scheduler.real_seconds -= 5
    assert scheduler.now == now


def test_set_now_keeps_delays_of_events() -> None:
    scheduler = RecordingScheduler("manual")
    scheduler.advance(100 * SECOND)
    scheduler.schedule("second", 2)
    scheduler.schedule("first", 1, is_work=False)
    scheduler.set_now(START)
    scheduler.advance(SECOND)
    assert scheduler.fired == [("first", 1.0)]
    scheduler.set_now(START + 60 * SECOND)
    # Events of one moment fire in the order in which they were scheduled.
    scheduler.schedule("third", 1, is_work=False)
    scheduler.advance(SECOND)
    assert scheduler.fired == [("first", 1.0), ("second", 61.0), ("third", 61.0)]


@pytest.mark.parametrize("mode", ["real", "scaled"])
def test_time_passes_on_after_set_now(mode: ClockMode) -> None:
    scheduler = RecordingScheduler(mode)
    scheduler.real_seconds += 100
    for moment in (START - SECOND, START + 1000 * SECOND):
        scheduler.set_now(moment)
        assert scheduler.now == moment
        scheduler.real_seconds += 2
        assert scheduler.now == moment + 2 * SECOND


@pytest.mark.parametrize("mode", ["real", "scaled"])
def test_ticker_fires_events_until_closed(mode: ClockMode) -> None:
    lock = RLock()
    scheduler = Scheduler(mode, 1e6)
    # Without events there is no thread to join.
    Ticker(scheduler, lock).close()
    ticker = Ticker(scheduler, lock)
    scheduler.on_schedule = ticker.wake
    first, second = Event(), Event()
    with lock:
        scheduler.call_later(timedelta(microseconds=1), first.set, is_work=True)
        scheduler.call_later(timedelta(microseconds=900), second.set, is_work=False)
    assert first.wait(10)
    assert second.wait(10)
    ticker.close()
    with lock:
        scheduler.call_later(timedelta(), lambda: None, is_work=True)
    ticker.close()


def test_cancelled_events_are_removed_while_time_stands() -> None:
    scheduler = Scheduler("manual", 1)
    scheduler.call_later(timedelta(days=2), lambda: None, is_work=False)
    for _ in range(10_000):
        scheduler.call_later(timedelta(days=1), lambda: None, is_work=False).cancel()
    assert len(scheduler._events) < 2000
    assert scheduler.advance_until(lambda: False, timedelta(days=3)) is False
    assert len(scheduler._events) == 0
