"""Future that an operation yields while it waits."""

from collections.abc import Callable


class Future:
    """An event in virtual time that a request waits for.

    It is used only under the runtime's lock. Unlike `asyncio.Future` it has no event loop, since the thread
    that advances time resolves it.

    Attributes:
        resolved: Whether the event has happened.
    """

    __slots__ = ("_callbacks", "resolved")

    def __init__(self) -> None:
        self.resolved: bool = False
        self._callbacks: list[Callable[[], object]] = []

    def resolve(self) -> None:
        """Resolve the future and call its callbacks; later calls do nothing."""
        self.resolved = True
        # Detached first, since a callback may resolve this future again.
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def add_callback(self, callback: Callable[[], object]) -> None:
        """Call `callback` once when the future is resolved, now if it already is."""
        if self.resolved:
            callback()
        else:
            self._callbacks.append(callback)


class RealTimeFuture(Future):
    """Future that a thread resolves in real time, so that virtual time does not advance for it."""

    __slots__ = ()
