"""Helpers for tests of code that uses this client, with or without pytest.

The pytest fixtures need no import: see `docs/testing.md`.
"""

from datetime import datetime, timedelta
from typing import Protocol

import anyio.lowlevel

from bytezkit._core.clock import Clock

__all__ = ["EmulatorClock", "VirtualTime"]


class VirtualTime(Protocol):
    """Clock that advances only by `advance`, such as `Emulator.clock`."""

    @property
    def now(self) -> datetime:
        """Current virtual time."""
        ...

    def advance(self, duration: timedelta, /) -> object:
        """Advance the virtual time by `duration` without waiting."""
        ...


class EmulatorClock(Clock):
    """Client clock that waits in virtual time, so that back-off and `Retry-After` take no real time.

        Bytez(key, base_url=emulator.url, clock=EmulatorClock(emulator.clock))

    Args:
        time: The emulator's clock.
    """

    def __init__(self, time: VirtualTime) -> None:
        self._time = time

    def monotonic(self) -> float:
        """Return the virtual time in seconds since the epoch."""
        return self._time.now.timestamp()

    def sleep(self, seconds: float) -> None:
        """Advance the virtual time by `seconds`."""
        self._time.advance(timedelta(seconds=seconds))

    async def sleep_async(self, seconds: float) -> None:
        """Advance the virtual time by `seconds`, and yield to other tasks."""
        self.sleep(seconds)
        await anyio.lowlevel.checkpoint()
