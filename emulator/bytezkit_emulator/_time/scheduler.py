"""Virtual time and its events."""

import heapq
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final, Literal, TypeAlias

import msgspec

from bytezkit_emulator._time.future import Future

ClockMode: TypeAlias = Literal["auto", "manual", "real", "scaled"]

_TICKING_MODES: Final = ("real", "scaled")
# Below this number of events, removing the cancelled events is not worth its time.
_MIN_SWEEP_THRESHOLD: Final = 1000
START: Final = datetime(2025, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime.max.replace(tzinfo=UTC)
# Virtual time does not pass it, so that what is due later never happens.
END: Final = datetime(2199, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


def timestamp(moment: datetime) -> str:
    """Format a time as the service does: ISO 8601 with milliseconds and `Z`."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def later(moment: datetime, delay: timedelta) -> datetime:
    """Return the time after a delay; the latest time if no `datetime` is as late."""
    return moment + delay if delay < _LATEST - moment else _LATEST


class ScheduledEvent(msgspec.Struct, eq=False):
    """A callback at a virtual time. Events of the same time fire in the order of their creation."""

    due: datetime
    sequence: int
    callback: Callable[[], object]
    is_work: bool
    cancelled: bool = False

    def cancel(self) -> None:
        """Cancel the event; its callback is not called."""
        self.cancelled = True


class _EventQueue:
    """Priority queue of events. A cancelled event is removed when it is first, or by `sort`."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, ScheduledEvent]] = []

    def __len__(self) -> int:
        """Return the number of events, including cancelled events."""
        return len(self._heap)

    def __iter__(self) -> Iterator[ScheduledEvent]:
        """Iterate over the events that are not cancelled, in arbitrary order."""
        return (event for _, _, event in self._heap if not event.cancelled)

    @property
    def first(self) -> ScheduledEvent | None:
        """First event that is not cancelled, if any."""
        while self._heap and self._heap[0][2].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0][2] if self._heap else None

    def push(self, event: ScheduledEvent) -> None:
        """Add an event."""
        heapq.heappush(self._heap, (event.due, event.sequence, event))

    def pop(self) -> None:
        """Remove the first event."""
        if self.first is not None:
            heapq.heappop(self._heap)

    def sort(self) -> None:
        """Remove cancelled events, and sort the others, whose times may have changed."""
        # A sorted list is a valid heap.
        self._heap = sorted((event.due, event.sequence, event) for event in self)


class Scheduler:
    """Keeps virtual time and fires events in order. Callers hold the runtime's lock.

    - `real`: time is the wall clock.
    - `scaled`: time starts at 2025-01-01 and passes `scale` times as fast as real time.
    - `manual`: time starts at 2025-01-01 and passes only by `advance`.
    - `auto`: like `manual`, but `run_work` advances time to the next event that a client may wait for.

    Time ends with the year 2199. What would be due later never happens.

    Args:
        mode: How time passes.
        scale: Virtual seconds per real second in mode `scaled`.
        monotonic: Returns real seconds since an arbitrary time.

    Attributes:
        mode: How time passes.
        is_ticking: Whether time passes by itself.
        scale: Virtual seconds per real second in mode `scaled`.
        on_schedule: Called when an event was added or may be due earlier.
    """

    def __init__(
        self, mode: ClockMode, scale: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.mode: ClockMode = mode
        self.is_ticking: bool = mode in _TICKING_MODES
        self.scale: float = scale
        self.on_schedule: Callable[[], object] = lambda: None
        self._monotonic = monotonic
        self._origin = monotonic()
        self._start = self.beginning
        self._now = self._start
        self._is_firing = False
        self._events = _EventQueue()
        # The events of `_events` that are work, so that mode `auto` need not search for them.
        self._work = _EventQueue()
        self._sweep_threshold = _MIN_SWEEP_THRESHOLD
        self._sequence = count()

    @property
    def now(self) -> datetime:
        """Current time; while an event fires, the time at which the event was due."""
        if self.is_ticking and not self._is_firing:
            self._now = max(self._now, self._wall_clock_now())
        return self._now

    @property
    def beginning(self) -> datetime:
        """Time at which the emulator starts in the current mode."""
        return datetime.now(UTC) if self.mode == "real" else START

    @property
    def has_work(self) -> bool:
        """Whether an event is scheduled that a client may wait for."""
        return self._work.first is not None

    def call_later(
        self, delay: timedelta, callback: Callable[[], object], *, is_work: bool
    ) -> ScheduledEvent:
        """Call `callback` after `delay`.

        Args:
            delay: Virtual time until the call.
            callback: Function to call.
            is_work: Whether a client may wait for the event. Mode `auto` then advances time to it.
        """
        return self.call_at(later(self.now, delay), callback, is_work=is_work)

    def call_at(self, moment: datetime, callback: Callable[[], object], *, is_work: bool) -> ScheduledEvent:
        """Call `callback` at a time, or as soon as possible if the time has passed."""
        due = min(max(moment, self.now), END)
        event = ScheduledEvent(due, next(self._sequence), callback, is_work)
        if moment > END:
            return event
        self._events.push(event)
        if is_work:
            self._work.push(event)
        if len(self._events) + len(self._work) > self._sweep_threshold:
            # Otherwise cancelled events would stay until they are due: for ever, if the clock does not move.
            self.sweep()
            self._sweep_threshold = max(_MIN_SWEEP_THRESHOLD, 2 * (len(self._events) + len(self._work)))
        self.on_schedule()
        return event

    def sleep_until(self, moment: datetime) -> Future:
        """Return a future that is resolved at a time. Resolving it earlier cancels the event."""
        future = Future()
        if moment > self.now:
            future.add_callback(self.call_at(moment, future.resolve, is_work=True).cancel)
        else:
            future.resolve()
        return future

    def sleep(self, seconds: float) -> Future:
        """Return a future that is resolved after a number of seconds."""
        try:
            delay = timedelta(seconds=seconds)
        except OverflowError:
            delay = timedelta.max
        return self.sleep_until(later(self.now, delay))

    def catch_up(self) -> datetime:
        """Fire the events that are due in real time, and return the current time."""
        if self.is_ticking:
            self._fire_until(self._wall_clock_now())
        return self._now

    def advance(self, duration: timedelta) -> None:
        """Advance time by `duration`, and fire the events that become due.

        Raises:
            ValueError: The duration is negative, or goes beyond the end of virtual time.
        """
        if duration < timedelta():
            raise ValueError("time cannot go back")
        if duration > END - self.now:
            raise ValueError(f"time cannot pass the year {END.year}")
        if self.is_ticking:
            self._start += duration
            self.catch_up()
        else:
            self._fire_until(self._now + duration)
            self.settle()

    def advance_until(self, condition: Callable[[], bool], at_most: timedelta) -> bool:
        """Advance time until a condition holds; return whether it holds within `at_most`.

        Raises:
            ValueError: The duration is negative.
        """
        if at_most < timedelta():
            raise ValueError("time cannot go back")
        end = min(later(self.now, at_most), END)
        while not condition():
            event = self._events.first
            if event is None or event.due > end:
                self.advance(end - self.now)
                return condition()
            self.advance(event.due - self.now)
        return True

    def set_mode(self, mode: ClockMode, scale: float) -> None:
        """Change how time passes. Time never goes back, not even to the wall clock."""
        self.catch_up()
        self._start, self._origin = self.now, self._monotonic()
        self.mode, self.scale = mode, scale
        self.is_ticking = mode in _TICKING_MODES
        self.on_schedule()
        self.settle()

    def set_now(self, moment: datetime) -> None:
        """Set the time, even to the past. The delays of scheduled events stay the same."""
        shift = moment - self.now
        for event in self._events:
            event.due += shift
        self.sweep()
        self._start += shift
        self._now = moment
        self.on_schedule()

    def sweep(self) -> None:
        """Remove cancelled events."""
        self._events.sort()
        self._work.sort()

    def run_work(self) -> bool:
        """In mode `auto`, advance to the next event that is work; return whether there was one."""
        if self.mode != "auto":
            return False
        event = self._work.first
        if event is not None:
            self._fire_until(event.due)
        return event is not None

    def settle(self) -> None:
        """In mode `auto`, fire events until no work is left."""
        while self.run_work():
            pass

    def seconds_to_next(self) -> float | None:
        """Return the real seconds until the next event; None if there is no event or time does not pass."""
        event = self._events.first
        if event is None or not self.is_ticking:
            return None
        return max(0.0, (event.due - self.now).total_seconds() / self._speed)

    @property
    def _speed(self) -> float:
        return self.scale if self.mode == "scaled" else 1.0

    def _wall_clock_now(self) -> datetime:
        passed = timedelta(seconds=(self._monotonic() - self._origin) * self._speed)
        return min(later(self._start, passed), END)

    def _fire_until(self, end: datetime) -> None:
        # `now` must be the due time of the current event, also in modes where real time passes meanwhile.
        self._is_firing = True
        try:
            while (event := self._events.first) is not None and event.due <= end:
                self._events.pop()
                if event.is_work:
                    self._work.pop()
                self._now = max(self._now, event.due)
                event.callback()
            self._now = max(self._now, end)
        finally:
            self._is_firing = False
