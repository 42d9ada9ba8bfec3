"""For tests of code that uses this client, with or without pytest.

The fixtures for pytest need no import: `docs/testing.md` shows them.
"""

from datetime import datetime, timedelta
from typing import Protocol

import anyio.lowlevel

from bytezkit._core.clock import Clock

__all__ = ["EmulatorClock", "VirtualTime"]


class VirtualTime(Protocol):
    """Time that passes when it is told to, as `Emulator.clock` does."""

    @property
    def now(self) -> datetime:
        """The present moment."""
        ...

    def advance(self, length: timedelta) -> object:
        """Let time pass at once."""
        ...


class EmulatorClock(Clock):
    """Lets a client wait in the emulator's time: back-off and `Retry-After` take no real time.

        Bytez(key, base_url=emulator.url, clock=EmulatorClock(emulator.clock))

    Args:
        time: The emulator's clock.
    """

    def __init__(self, time: VirtualTime) -> None:
        self._time = time

    def monotonic(self) -> float:
        """Return seconds since some fixed point."""
        return self._time.now.timestamp()

    def sleep(self, seconds: float) -> None:
        """Let the emulator's time pass."""
        self._time.advance(timedelta(seconds=seconds))

    async def sleep_async(self, seconds: float) -> None:
        """Let the emulator's time pass, and other tasks go on."""
        self.sleep(seconds)
        await anyio.lowlevel.checkpoint()
