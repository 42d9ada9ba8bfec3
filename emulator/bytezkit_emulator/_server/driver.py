"""One request on its way through the core: HTTP server, ASGI application and httpx transports share it."""

import asyncio
from collections.abc import Callable
from threading import Event

from bytezkit_emulator._common.http_types import Reply, Request
from bytezkit_emulator._runtime import Runtime
from bytezkit_emulator._time.future import Wait


class Driver:
    """Drives one request: the head of the answer, with the body if it is whole, then the pieces of the body.

    A transport decides how it waits: `step` with `notify` calls back, `next` blocks the thread, `next_async`
    suspends the task. It closes the driver if it does not need the rest.

    Args:
        core: Answers the request.
        request: The request.
    """

    def __init__(self, core: Runtime, request: Request) -> None:
        self._core = core
        self._parts = core.answer(request)

    def step(self) -> Wait | Reply | bytes | None:
        """Return the next part, a `Wait` if the part is not ready, or None at the end.

        Raises:
            Cut: The connection ends here.
        """
        return self._core.step(self._parts)

    def notify(self, wait: Wait, callback: Callable[[], object]) -> None:
        """Call `callback` once when `wait` is resolved, from the thread that resolves it."""
        self._core.notify(wait, callback)

    def next(self) -> Reply | bytes | None:
        """Return the next part, or None at the end; block the thread until the part is ready.

        Raises:
            Cut: The connection ends here.
        """
        try:
            while isinstance(part := self.step(), Wait):
                resolved = Event()
                self.notify(part, resolved.set)
                resolved.wait()
        except BaseException:
            self.close()
            raise
        return part

    async def next_async(self) -> Reply | bytes | None:
        """Return the next part, or None at the end; suspend the task until the part is ready.

        Raises:
            Cut: The connection ends here.
        """
        try:
            while isinstance(part := self.step(), Wait):
                await self._resolved(part)
        except BaseException:
            self.close()
            raise
        return part

    def close(self) -> None:
        """Abandon the request, unless it is at its end."""
        self._core.abandon(self._parts)

    async def _resolved(self, wait: Wait) -> None:
        loop = asyncio.get_running_loop()
        resolved = asyncio.Event()

        def wake() -> None:
            # The loop is closed if its program ended without waiting for this task.
            if not loop.is_closed():
                loop.call_soon_threadsafe(resolved.set)

        self.notify(wait, wake)
        await resolved.wait()
