"""The thread that fires events when real time makes them due."""

from threading import Condition, RLock, Thread

from bytezkit_emulator._time.scheduler import Scheduler


class Ticker:
    """Runs a scheduler in modes `real` and `scaled`, from the first event on."""

    def __init__(self, scheduler: Scheduler, lock: RLock) -> None:
        self._scheduler = scheduler
        self._changed = Condition(lock)
        self._thread: Thread | None = None
        self._is_closed = False

    def wake(self) -> None:
        """Look at the schedule again. The caller holds the lock."""
        if self._thread is None and self._scheduler.is_ticking and not self._is_closed:
            self._thread = Thread(target=self._run, name="bytezkit-emulator-ticker", daemon=True)
            self._thread.start()
        self._changed.notify()

    def close(self) -> None:
        """End the thread. The caller does not hold the lock."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        with self._changed:
            while not self._is_closed:
                self._scheduler.catch_up()
                self._changed.wait(self._scheduler.seconds_to_next())
