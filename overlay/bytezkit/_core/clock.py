"""The time that a client lives in."""

import time

import anyio


class Clock:
    """Tells the time and waits. Tests pass a subclass that does not really wait.

    All times are in seconds. Deadlines that interrupt a running exchange are kept in real time.
    """

    def monotonic(self) -> float:
        """Return seconds since some fixed point."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, in `Bytez`."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Wait, in `AsyncBytez`."""
        await anyio.sleep(seconds)
