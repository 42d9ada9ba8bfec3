"""Scheduler: order of events, and the passage of time in each clock mode."""

from datetime import UTC, datetime, timedelta
from threading import Event, RLock

import pytest

from bytezkit_emulator._time.future import Future
from bytezkit_emulator._time.scheduler import START, ClockMode, Scheduler, timestamp
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


def test_manual_clock_fires_events_in_order_when_advanced() -> None:
    scheduler = RecordingScheduler("manual")
    for name, seconds, is_work in (("b", 2, False), ("a", 1, True), ("c", 2, True), ("d", 9, True)):
        scheduler.schedule(name, seconds, is_work=is_work)
    scheduler.catch_up()
    scheduler.settle()
    assert scheduler.fired == []
    scheduler.advance(5 * SECOND)
    assert scheduler.fired == [("a", 1.0), ("b", 2.0), ("c", 2.0)]
    assert scheduler.now == START + 5 * SECOND


@pytest.mark.parametrize(("mode", "seconds"), [("manual", 1), ("auto", 60)])
def test_advance_fires_events_that_other_events_schedule(mode: ClockMode, seconds: float) -> None:
    scheduler = RecordingScheduler(mode)
    scheduler.call_later(SECOND, lambda: scheduler.schedule("child", seconds), is_work=False)
    scheduler.advance(2 * SECOND)
    assert scheduler.fired == [("child", 1 + seconds)]


def test_cancelled_event_does_not_fire() -> None:
    scheduler = RecordingScheduler("manual")
    scheduler.call_later(SECOND, lambda: scheduler.fired.append(("", 0)), is_work=True).cancel()
    assert scheduler.seconds_to_next() is None
    scheduler.advance(2 * SECOND)
    assert scheduler.fired == []


def test_negative_advance_raises() -> None:
    with pytest.raises(ValueError, match="go back"):
        Scheduler("manual", 1).advance(-SECOND)


def test_auto_clock_advances_to_work_and_fires_events_before_it() -> None:
    scheduler = RecordingScheduler("auto")
    for name, seconds, is_work in (("idle", 5, False), ("work", 10, True), ("later", 99, False)):
        scheduler.schedule(name, seconds, is_work=is_work)
    assert scheduler.run_work()
    assert scheduler.fired == [("idle", 5.0), ("work", 10.0)]
    assert not scheduler.run_work()
    assert scheduler.now == START + 10 * SECOND


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
    scheduler.advance(SECOND)
    assert scheduler.fired == [("first", 1.0), ("second", 61.0)]


@pytest.mark.parametrize("mode", ["real", "scaled"])
def test_time_passes_on_after_set_now(mode: ClockMode) -> None:
    scheduler = RecordingScheduler(mode)
    scheduler.real_seconds += 100
    for moment in (START - SECOND, START + 1000 * SECOND):
        scheduler.set_now(moment)
        assert scheduler.now == moment
        scheduler.real_seconds += 2
        assert scheduler.now == moment + 2 * SECOND


def test_event_in_the_past_fires_at_once() -> None:
    scheduler = RecordingScheduler("manual")
    scheduler.advance(SECOND)
    scheduler.call_at(START, lambda: scheduler.schedule("late", 0), is_work=True)
    scheduler.advance(timedelta())
    assert scheduler.fired == [("late", 1.0)]
    assert scheduler.now == START + SECOND


def test_sleep_until_resolves_at_its_time_and_early_resolution_cancels_it() -> None:
    scheduler = Scheduler("manual", 1)
    assert scheduler.sleep_until(START).resolved
    scheduler.sleep_until(START + SECOND).resolve()
    assert not scheduler.has_work
    future = scheduler.sleep_until(START + SECOND)
    assert not future.resolved
    scheduler.advance(SECOND)
    assert future.resolved


def test_future_calls_each_callback_once() -> None:
    future = Future()
    called: list[str] = []
    future.add_callback(lambda: called.append("early"))
    future.resolve()
    future.resolve()
    future.add_callback(lambda: called.append("late"))
    assert called == ["early", "late"]


def test_timestamp_has_milliseconds() -> None:
    assert timestamp(START) == "2025-01-01T00:00:00.000Z"
    assert timestamp(START + timedelta(microseconds=1_234_999)) == "2025-01-01T00:00:01.234Z"


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
