"""Timer that calls back after a time without use."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from bytezkit_emulator._time.scheduler import ScheduledEvent, Scheduler


class SavedIdleTimer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A timer in a snapshot: time of the last use, and time of the next check if the timer runs."""

    last_use: datetime
    check: datetime | None


class IdleTimer:
    """Calls back when an object has not been used for `limit`. Callers hold the runtime's lock.

    Attributes:
        last_use: Time of the last use.

    Args:
        scheduler: Virtual time.
        limit: Maximum time without use.
        is_in_use: Returns whether the object is used now.
        on_idle: Called when the limit is reached; afterwards the timer is stopped until the next `start`.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        limit: timedelta,
        *,
        is_in_use: Callable[[], bool],
        on_idle: Callable[[], object],
    ) -> None:
        self.last_use = scheduler.now
        self._scheduler = scheduler
        self._limit = limit
        self._is_in_use = is_in_use
        self._on_idle = on_idle
        self._check_event: ScheduledEvent | None = None

    def touch(self) -> None:
        """Record a use."""
        self.last_use = self._scheduler.now

    def start(self) -> None:
        """Record a use, and start the timer if it is stopped."""
        self.touch()
        if self._check_event is None:
            self._schedule_check(self._limit)

    def restart(self, limit: timedelta) -> None:
        """Restart the timer with another limit."""
        self.stop()
        self._limit = limit
        self.start()

    def stop(self) -> None:
        """Stop the timer."""
        if self._check_event is not None:
            self._check_event.cancel()
            self._check_event = None

    def save(self, now: datetime) -> SavedIdleTimer:
        """Save the state as if the current use ended at `now`."""
        return SavedIdleTimer(
            last_use=now if self._is_in_use() else self.last_use,
            check=None if self._check_event is None else self._check_event.due,
        )

    def restore(self, saved: SavedIdleTimer) -> None:
        """Restore a saved state."""
        self.last_use = saved.last_use
        if saved.check is not None:
            self._check_event = self._scheduler.call_at(saved.check, self._check_idle, is_work=False)

    def _schedule_check(self, delay: timedelta) -> None:
        # One event, which checks again, costs less than one event per use.
        self._check_event = self._scheduler.call_later(delay, self._check_idle, is_work=False)

    def _check_idle(self) -> None:
        self._check_event = None
        remaining = self._limit if self._is_in_use() else self.last_use + self._limit - self._scheduler.now
        if remaining > timedelta():
            self._schedule_check(remaining)
        else:
            self._on_idle()
