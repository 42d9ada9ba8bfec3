"""Virtual time, and what is due in it."""

import heapq
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final, Literal, TypeAlias

import msgspec

from bytezkit_emulator._time.future import Wait

ClockMode: TypeAlias = Literal["auto", "manual", "real", "scaled"]

_TICKING: Final = ("real", "scaled")
_LEAST_CROWD: Final = 1000
START: Final = datetime(2025, 1, 1, tzinfo=UTC)


def timestamp(moment: datetime) -> str:
    """Spell a moment as the service does: ISO 8601 with milliseconds and Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


class ScheduledEvent(msgspec.Struct, eq=False):
    """A callback at a moment; events of one moment keep the order in which they were made."""

    due: datetime
    sequence: int
    callback: Callable[[], object]
    is_work: bool
    cancelled: bool = False

    def cancel(self) -> None:
        """Let nothing happen when it is due."""
        self.cancelled = True


class _Queue:
    """Events in their order. A cancelled one leaves when it is the first, or when all are looked through."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, ScheduledEvent]] = []

    def __len__(self) -> int:
        """Return how many there are, with those that were cancelled."""
        return len(self._heap)

    def __iter__(self) -> Iterator[ScheduledEvent]:
        """Iterate over those that were not cancelled, in no order."""
        return (event for _, _, event in self._heap if not event.cancelled)

    @property
    def first(self) -> ScheduledEvent | None:
        """The first one that was not cancelled, if there is one."""
        while self._heap and self._heap[0][2].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0][2] if self._heap else None

    def push(self, event: ScheduledEvent) -> None:
        """Put one where it belongs."""
        heapq.heappush(self._heap, (event.due, event.sequence, event))

    def pop(self) -> None:
        """Let go of the first one."""
        if self.first is not None:
            heapq.heappop(self._heap)

    def sort(self) -> None:
        """Look through all of them, whose moments may have changed."""
        self._heap = sorted((event.due, event.sequence, event) for event in self)


class Scheduler:
    """Keeps virtual time and fires events in its order. Callers hold the lock of the core.

    - `real`: time is the wall clock's.
    - `scaled`: time starts at 2025-01-01 and passes `scale` times as fast as real time.
    - `manual`: time starts at 2025-01-01 and passes only by `advance`.
    - `auto`: like `manual`, but `run_work` moves time to the next event that someone may wait for.

    Args:
        mode: How time passes.
        scale: Virtual seconds per real second in mode `scaled`.
        monotonic: Real seconds from some fixed moment.

    Attributes:
        mode: How time passes.
        is_ticking: Whether it passes by itself.
        scale: Virtual seconds per real second in mode `scaled`.
        on_schedule: Called when an event was added or may be due earlier.
    """

    def __init__(
        self, mode: ClockMode, scale: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.mode: ClockMode = mode
        self.is_ticking = mode in _TICKING
        self.scale = scale
        self.on_schedule: Callable[[], object] = lambda: None
        self._monotonic = monotonic
        self._origin = monotonic()
        self._start = self.beginning
        self._now = self._start
        self._is_firing = False
        self._events = _Queue()
        # Those of them that are work, so that nobody has to look for them.
        self._work = _Queue()
        self._crowd = _LEAST_CROWD
        self._sequence = count()

    @property
    def now(self) -> datetime:
        """The present moment; while an event is fired, the moment at which it was due."""
        if self.is_ticking and not self._is_firing:
            self._now = max(self._now, self._passed())
        return self._now

    @property
    def beginning(self) -> datetime:
        """Where time starts in its mode."""
        return datetime.now(UTC) if self.mode == "real" else START

    @property
    def has_work(self) -> bool:
        """Whether something is due that someone may wait for."""
        return self._work.first is not None

    def after(self, delay: timedelta, callback: Callable[[], object], *, is_work: bool) -> ScheduledEvent:
        """Call `callback` when `delay` has passed.

        `is_work` says that someone may wait for it: mode `auto` does not let them wait.
        """
        return self.at(self.now + delay, callback, is_work=is_work)

    def at(self, moment: datetime, callback: Callable[[], object], *, is_work: bool) -> ScheduledEvent:
        """Call `callback` at a moment, or as soon as may be if it has passed."""
        event = ScheduledEvent(max(moment, self.now), next(self._sequence), callback, is_work)
        self._events.push(event)
        if is_work:
            self._work.push(event)
        if len(self._events) + len(self._work) > self._crowd:
            # What was cancelled would otherwise stay until it is due, on a clock that stands for ever.
            self.sweep()
            self._crowd = max(_LEAST_CROWD, 2 * (len(self._events) + len(self._work)))
        self.on_schedule()
        return event

    def until(self, moment: datetime) -> Wait:
        """Return a wait for a moment; if it is resolved before, nothing is due any more."""
        wait = Wait()
        if moment > self.now:
            wait.add_callback(self.at(moment, wait.resolve, is_work=True).cancel)
        else:
            wait.resolve()
        return wait

    def catch_up(self) -> datetime:
        """Fire what became due while real time passed; return the moment up to which it did."""
        if self.is_ticking:
            self._fire_until(self._passed())
        return self._now

    def advance(self, length: timedelta) -> None:
        """Let `length` pass at once, and fire what is due meanwhile.

        Raises:
            ValueError: The length is negative.
        """
        if length < timedelta():
            raise ValueError("time can not go back")
        if self.is_ticking:
            self._start += length
            self.catch_up()
        else:
            self._fire_until(self._now + length)
            self.settle()

    def advance_until(self, condition: Callable[[], bool], at_most: timedelta) -> bool:
        """Let time pass at once until a condition holds; say whether it does within `at_most`.

        Raises:
            ValueError: The length is negative.
        """
        if at_most < timedelta():
            raise ValueError("time can not go back")
        end = self.now + at_most
        while not condition():
            event = self._events.first
            if event is None or event.due > end:
                self.advance(end - self.now)
                return condition()
            self.advance(event.due - self.now)
        return True

    def set_mode(self, mode: ClockMode, scale: float) -> None:
        """Let time pass in another way from now on; it never goes back, not even to the wall clock's."""
        self.catch_up()
        self._start, self._origin = self.now, self._monotonic()
        self.mode, self.scale = mode, scale
        self.is_ticking = mode in _TICKING
        self.on_schedule()
        self.settle()

    def set_now(self, moment: datetime) -> None:
        """Go on from another moment, also an earlier one; what is due is so as long after it as before."""
        shift = moment - self.now
        for event in self._events:
            event.due += shift
        self.sweep()
        self._start += shift
        self._now = moment
        self.on_schedule()

    def sweep(self) -> None:
        """Let go of what was cancelled."""
        self._events.sort()
        self._work.sort()

    def run_work(self) -> bool:
        """In mode `auto`, move to the next event that is work; say whether there was one."""
        if self.mode != "auto":
            return False
        event = self._work.first
        if event is not None:
            self._fire_until(event.due)
        return event is not None

    def settle(self) -> None:
        """In mode `auto`, fire events until none is left that is work."""
        while self.run_work():
            pass

    def seconds_to_next(self) -> float | None:
        """Return the real seconds until the next event is due, or None if time alone brings none."""
        event = self._events.first
        if event is None or not self.is_ticking:
            return None
        return max(0.0, (event.due - self.now).total_seconds() / self._speed)

    @property
    def _speed(self) -> float:
        return self.scale if self.mode == "scaled" else 1.0

    def _passed(self) -> datetime:
        return self._start + timedelta(seconds=(self._monotonic() - self._origin) * self._speed)

    def _fire_until(self, end: datetime) -> None:
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
