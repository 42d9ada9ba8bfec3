"""Virtual time: what is due happens in its order, in each way that time can pass."""

from datetime import UTC, datetime, timedelta
from threading import Event, RLock

import pytest

from bytezkit_emulator._time.future import Future
from bytezkit_emulator._time.scheduler import START, ClockMode, Scheduler, timestamp
from bytezkit_emulator._time.ticker import Ticker

SECOND = timedelta(seconds=1)


class Real:
    """Real time that passes when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def schedule(
    scheduler: Scheduler, fired: list[tuple[str, float]], name: str, seconds: float, *, is_work: bool
) -> None:
    def fire() -> None:
        fired.append((name, (scheduler.now - START).total_seconds()))

    scheduler.call_later(timedelta(seconds=seconds), fire, is_work=is_work)


def test_manual_time_stands_still_until_it_is_advanced() -> None:
    scheduler = Scheduler("manual", 1)
    fired: list[tuple[str, float]] = []
    schedule(scheduler, fired, "second", 2, is_work=False)
    schedule(scheduler, fired, "first", 1, is_work=True)
    schedule(scheduler, fired, "also second", 2, is_work=True)
    schedule(scheduler, fired, "later", 9, is_work=True)
    scheduler.catch_up()
    scheduler.settle()
    assert fired == []
    scheduler.advance(5 * SECOND)
    assert fired == [("first", 1.0), ("second", 2.0), ("also second", 2.0)]
    assert scheduler.now == START + 5 * SECOND


def test_events_that_follow_from_events_happen_in_the_same_advance() -> None:
    scheduler = Scheduler("manual", 1)
    fired: list[tuple[str, float]] = []
    scheduler.call_later(SECOND, lambda: schedule(scheduler, fired, "child", 1, is_work=True), is_work=True)
    scheduler.advance(2 * SECOND)
    assert fired == [("child", 2.0)]


def test_a_cancelled_event_does_not_happen() -> None:
    scheduler = Scheduler("manual", 1)
    fired: list[str] = []
    scheduler.call_later(SECOND, lambda: fired.append("no"), is_work=True).cancel()
    assert scheduler.seconds_to_next() is None
    scheduler.advance(2 * SECOND)
    assert fired == []


def test_time_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="go back"):
        Scheduler("manual", 1).advance(-SECOND)


def test_auto_time_moves_to_work_and_takes_along_what_it_passes() -> None:
    scheduler = Scheduler("auto", 1)
    fired: list[tuple[str, float]] = []
    schedule(scheduler, fired, "idle", 5, is_work=False)
    schedule(scheduler, fired, "work", 10, is_work=True)
    schedule(scheduler, fired, "much later", 99, is_work=False)
    assert scheduler.run_work()
    assert fired == [("idle", 5.0), ("work", 10.0)]
    assert not scheduler.run_work()
    assert scheduler.now == START + 10 * SECOND


def test_auto_time_that_is_advanced_settles_what_began_meanwhile() -> None:
    scheduler = Scheduler("auto", 1)
    fired: list[tuple[str, float]] = []
    scheduler.call_later(SECOND, lambda: schedule(scheduler, fired, "work", 60, is_work=True), is_work=False)
    scheduler.advance(2 * SECOND)
    assert fired == [("work", 61.0)]


def test_scaled_time_passes_faster_than_real_time() -> None:
    real = Real()
    scheduler = Scheduler("scaled", 15, real)
    fired: list[tuple[str, float]] = []
    schedule(scheduler, fired, "boot", 30, is_work=True)
    assert scheduler.now == START
    assert scheduler.seconds_to_next() == 2.0
    real.seconds += 1
    scheduler.catch_up()
    assert (fired, scheduler.now) == ([], START + 15 * SECOND)
    real.seconds += 3
    scheduler.catch_up()
    assert fired == [("boot", 30.0)]
    assert scheduler.now == START + 60 * SECOND
    scheduler.advance(SECOND)
    assert scheduler.now == START + 61 * SECOND


def test_real_time_is_the_wall_clocks() -> None:
    real = Real()
    scheduler = Scheduler("real", 15, real)
    assert abs(scheduler.now - datetime.now(UTC)) < timedelta(minutes=1)
    first = scheduler.now
    real.seconds += 2
    assert scheduler.now - first == 2 * SECOND


def test_time_stands_still_where_a_monotonic_clock_fails_to_be_one() -> None:
    real = Real()
    scheduler = Scheduler("scaled", 1, real)
    real.seconds += 5
    now = scheduler.now
    real.seconds -= 5
    assert scheduler.now == now


def test_what_is_due_keeps_its_distance_when_time_is_set() -> None:
    scheduler = Scheduler("manual", 1)
    fired: list[tuple[str, float]] = []
    scheduler.advance(100 * SECOND)
    schedule(scheduler, fired, "second", 2, is_work=True)
    schedule(scheduler, fired, "first", 1, is_work=False)
    scheduler.set_now(START)
    scheduler.advance(SECOND)
    assert fired == [("first", 1.0)]
    scheduler.set_now(START + 60 * SECOND)
    scheduler.advance(SECOND)
    assert fired == [("first", 1.0), ("second", 61.0)]


@pytest.mark.parametrize("mode", ["real", "scaled"])
def test_time_that_is_set_passes_on(mode: ClockMode) -> None:
    real = Real()
    scheduler = Scheduler(mode, 1, real)
    real.seconds += 100
    for moment in (START - SECOND, START + 1000 * SECOND):
        scheduler.set_now(moment)
        assert scheduler.now == moment
        real.seconds += 2
        assert scheduler.now == moment + 2 * SECOND


def test_a_moment_that_has_passed_comes_at_once() -> None:
    scheduler = Scheduler("manual", 1)
    fired: list[str] = []
    scheduler.advance(SECOND)
    scheduler.call_at(START, lambda: fired.append("late"), is_work=True)
    scheduler.advance(timedelta())
    assert fired == ["late"]
    assert scheduler.now == START + SECOND


def test_a_wait_that_is_over_early_is_not_due_any_more() -> None:
    scheduler = Scheduler("manual", 1)
    scheduler.sleep_until(START + SECOND).resolve()
    assert not scheduler.has_work


def test_a_wait_for_a_moment() -> None:
    scheduler = Scheduler("manual", 1)
    assert scheduler.sleep_until(START).resolved
    wait = scheduler.sleep_until(START + SECOND)
    assert not wait.resolved
    scheduler.advance(SECOND)
    assert wait.resolved


def test_a_wait_tells_everyone_once() -> None:
    wait = Future()
    told: list[str] = []
    wait.add_callback(lambda: told.append("early"))
    wait.resolve()
    wait.resolve()
    wait.add_callback(lambda: told.append("late"))
    assert told == ["early", "late"]


def test_timestamps_have_milliseconds() -> None:
    assert timestamp(START) == "2025-01-01T00:00:00.000Z"
    assert timestamp(START + timedelta(microseconds=1_234_999)) == "2025-01-01T00:00:01.234Z"


@pytest.mark.parametrize("mode", ["real", "scaled"])
def test_the_ticker_fires_events_by_itself(mode: ClockMode) -> None:
    lock = RLock()
    scheduler = Scheduler(mode, 1e6)
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


def test_a_ticker_without_events_has_no_thread_to_end() -> None:
    Ticker(Scheduler("real", 1), RLock()).close()


def test_what_is_cancelled_is_let_go_of_though_time_stands() -> None:
    scheduler = Scheduler("manual", 1.0)
    scheduler.call_later(timedelta(days=2), lambda: None, is_work=False)
    for _ in range(10_000):
        scheduler.call_later(timedelta(days=1), lambda: None, is_work=False).cancel()
    assert len(scheduler._events) < 2000
    assert scheduler.advance_until(lambda: False, timedelta(days=3)) is False
    assert len(scheduler._events) == 0
