"""How long something has not been used."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bytezkit_emulator._model.snapshot_schema import SavedIdleTimer
from bytezkit_emulator._time.scheduler import ScheduledEvent, Scheduler


class IdleTimer:
    """Calls back when something was not used for as long as it may be. Callers hold the lock of the core.

    Attributes:
        last_use: When it was last used.

    Args:
        scheduler: Virtual time.
        limit: How long it may be idle.
        is_in_use: Says whether it is used at this moment.
        on_idle: Called when the limit is reached; then nobody looks until the next `watch`.
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
        self._check: ScheduledEvent | None = None

    def touch(self) -> None:
        """Note that it is used."""
        self.last_use = self._scheduler.now

    def watch(self) -> None:
        """Note that it is used, and look from now on."""
        self.touch()
        if self._check is None:
            self._look_after(self._limit)

    def restart(self, limit: timedelta) -> None:
        """Begin anew with another limit."""
        self.stop()
        self._limit = limit
        self.watch()

    def stop(self) -> None:
        """Look no more."""
        if self._check is not None:
            self._check.cancel()
            self._check = None

    def save(self, now: datetime) -> SavedIdleTimer:
        """Save it as if the use of this moment ended now."""
        return SavedIdleTimer(
            last_use=now if self._is_in_use() else self.last_use,
            check=None if self._check is None else self._check.due,
        )

    def restore(self, saved: SavedIdleTimer) -> None:
        """Take the place of a timer that was saved."""
        self.last_use = saved.last_use
        if saved.check is not None:
            self._check = self._scheduler.at(saved.check, self._look, is_work=False)

    def _look_after(self, delay: timedelta) -> None:
        # One event that looks again is enough, however often it is used meanwhile.
        self._check = self._scheduler.after(delay, self._look, is_work=False)

    def _look(self) -> None:
        self._check = None
        rest = self._limit if self._is_in_use() else self.last_use + self._limit - self._scheduler.now
        if rest > timedelta():
            self._look_after(rest)
        else:
            self._on_idle()
