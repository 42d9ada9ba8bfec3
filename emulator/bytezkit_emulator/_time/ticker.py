"""Thread that fires events when real time makes them due."""

from threading import Condition, RLock, Thread

from bytezkit_emulator._time.scheduler import Scheduler


class Ticker:
    """Runs a scheduler in modes `real` and `scaled`. The thread starts with the first event."""

    def __init__(self, scheduler: Scheduler, lock: RLock) -> None:
        self._scheduler = scheduler
        self._changed = Condition(lock)
        self._thread: Thread | None = None
        self._is_closed = False

    def wake(self) -> None:
        """Re-read the schedule. The caller holds the lock."""
        if self._thread is None and self._scheduler.is_ticking and not self._is_closed:
            self._thread = Thread(target=self._run, name="bytezkit-emulator-ticker", daemon=True)
            self._thread.start()
        self._changed.notify()

    def close(self) -> None:
        """Stop the thread. The caller does not hold the lock, which the thread needs to stop."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        with self._changed:
            while not self._is_closed:
                self._scheduler.catch_up()
                # Releases the lock while it waits.
                self._changed.wait(self._scheduler.seconds_to_next())
