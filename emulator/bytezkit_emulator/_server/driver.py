"""Drives one request through the runtime; shared by HTTP server, ASGI application and httpx transports."""

import asyncio
from collections.abc import Callable
from threading import Event

from bytezkit_emulator._common.http_types import Reply, Request
from bytezkit_emulator._runtime import Runtime
from bytezkit_emulator._time.future import Future


class Driver:
    """Drives one request: returns the head of the reply, with the body if it is complete, then body chunks.

    `step` with `notify` calls back when the next part is ready, `next` blocks the thread, and `next_async`
    suspends the task. A transport that does not need the rest of the parts closes the driver.

    Args:
        runtime: Handles the request.
        request: The request.
    """

    def __init__(self, runtime: Runtime, request: Request) -> None:
        self._runtime = runtime
        self._parts = runtime.handle(request)

    def step(self) -> Future | Reply | bytes | None:
        """Return the next part, a `Future` if the part is not ready, or None at the end.

        Raises:
            ConnectionCutError: The connection must be cut.
        """
        return self._runtime.step(self._parts)

    def notify(self, future: Future, callback: Callable[[], object]) -> None:
        """Call `callback` once when `future` is resolved, from the thread that resolves it."""
        self._runtime.notify(future, callback)

    def next(self) -> Reply | bytes | None:
        """Return the next part, or None at the end; block the thread until the part is ready.

        Raises:
            ConnectionCutError: The connection must be cut.
        """
        try:
            while isinstance(part := self.step(), Future):
                resolved = Event()
                self.notify(part, resolved.set)
                resolved.wait()
        except BaseException:
            # Includes KeyboardInterrupt: the request must not keep its instance busy.
            self.close()
            raise
        return part

    async def next_async(self) -> Reply | bytes | None:
        """Return the next part, or None at the end; suspend the task until the part is ready.

        Raises:
            ConnectionCutError: The connection must be cut.
        """
        try:
            while isinstance(part := self.step(), Future):
                await self._wait_for(part)
        except BaseException:
            # Includes CancelledError: the request must not keep its instance busy.
            self.close()
            raise
        return part

    def close(self) -> None:
        """Abandon the request, unless it has ended."""
        self._runtime.abandon(self._parts)

    async def _wait_for(self, future: Future) -> None:
        loop = asyncio.get_running_loop()
        resolved = asyncio.Event()

        def wake() -> None:
            # The loop is closed if its program ended without waiting for this task.
            if not loop.is_closed():
                loop.call_soon_threadsafe(resolved.set)

        self.notify(future, wake)
        await resolved.wait()
