"""Time source of a client, which tests replace."""

import time

import anyio


class Clock:
    """Measures time and sleeps between retries and polls.

    Tests pass a subclass whose `sleep` returns immediately. All times are in seconds. A clock does not affect
    deadlines that interrupt a request in progress: the network measures those in real time.
    """

    def monotonic(self) -> float:
        """Return the seconds since a fixed point in the past."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Block the calling thread; used by `Bytez`."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Suspend the calling task; used by `AsyncBytez`."""
        await anyio.sleep(seconds)
