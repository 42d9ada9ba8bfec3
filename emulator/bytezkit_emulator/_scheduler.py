"""Virtual time, and what is due in it."""

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final, Literal, TypeAlias

from bytezkit_emulator._wait import Wait

ClockMode: TypeAlias = Literal["auto", "manual", "real", "scaled"]

START: Final = datetime(2025, 1, 1, tzinfo=UTC)


def timestamp(moment: datetime) -> str:
    """Spell a moment as the service does: ISO 8601 with milliseconds and Z."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


@dataclass(slots=True, order=True)
class Event:
    """A callback at a moment; events of one moment keep the order in which they were made."""

    due: datetime
    sequence: int
    callback: Callable[[], object] = field(compare=False)
    is_work: bool = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Let nothing happen when it is due."""
        self.cancelled = True


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
    """

    def __init__(
        self, mode: ClockMode, scale: float, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.mode: Final = mode
        self.is_ticking: Final = mode in ("real", "scaled")
        self.on_schedule: Callable[[], object] = lambda: None
        self._scale = scale if mode == "scaled" else 1.0
        self._monotonic = monotonic
        self._origin = monotonic()
        self._start = datetime.now(UTC) if mode == "real" else START
        self._now = self._start
        self._is_firing = False
        self._events: list[Event] = []
        self._sequence = count()

    @property
    def now(self) -> datetime:
        """The present moment; while an event is fired, the moment at which it was due."""
        if self.is_ticking and not self._is_firing:
            self._now = max(self._now, self._passed())
        return self._now

    def after(self, delay: timedelta, callback: Callable[[], object], *, is_work: bool) -> Event:
        """Call `callback` when `delay` has passed.

        `is_work` says that someone may wait for it: mode `auto` does not let them wait.
        """
        event = Event(self.now + delay, next(self._sequence), callback, is_work)
        heapq.heappush(self._events, event)
        self.on_schedule()
        return event

    def until(self, moment: datetime) -> Wait:
        """Return a wait for a moment."""
        wait = Wait()
        delay = moment - self.now
        if delay > timedelta():
            self.after(delay, wait.resolve, is_work=True)
        else:
            wait.resolve()
        return wait

    def catch_up(self) -> None:
        """Fire what became due while real time passed."""
        if self.is_ticking:
            self._fire_until(self._passed())

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

    def run_work(self) -> bool:
        """In mode `auto`, move to the next event that is work; say whether there was one."""
        if self.mode != "auto":
            return False
        due = min((event.due for event in self._pending() if event.is_work), default=None)
        if due is not None:
            self._fire_until(due)
        return due is not None

    def settle(self) -> None:
        """In mode `auto`, fire events until none is left that is work."""
        while self.run_work():
            pass

    def seconds_to_next(self) -> float | None:
        """Return the real seconds until the next event is due, or None without one."""
        due = min((event.due for event in self._pending()), default=None)
        return None if due is None else max(0.0, (due - self.now).total_seconds() / self._scale)

    def _pending(self) -> list[Event]:
        return [event for event in self._events if not event.cancelled]

    def _passed(self) -> datetime:
        return self._start + timedelta(seconds=(self._monotonic() - self._origin) * self._scale)

    def _fire_until(self, end: datetime) -> None:
        self._is_firing = True
        try:
            while self._events and self._events[0].due <= end:
                event = heapq.heappop(self._events)
                if not event.cancelled:
                    self._now = max(self._now, event.due)
                    event.callback()
            self._now = max(self._now, end)
        finally:
            self._is_firing = False
