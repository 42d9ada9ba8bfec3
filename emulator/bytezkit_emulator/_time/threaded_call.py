"""Call of a function that may be slow, in a thread."""

from collections.abc import Callable
from contextvars import copy_context
from threading import RLock, Thread
from typing import Generic, TypeVar

from bytezkit_emulator._time.future import RealTimeFuture

_T = TypeVar("_T")


class ThreadedCall(RealTimeFuture, Generic[_T]):
    """Future that a call in a thread of its own resolves.

    The thread does not hold the runtime's lock, so that the function may use the emulator, and other requests
    continue. There is no pool, since a function may wait for another one. A call that has not ended does not
    prevent the end of the process.

    Args:
        function: The function.
    """

    __slots__ = ("_error", "_function", "_result")

    def __init__(self, function: Callable[[], _T]) -> None:
        super().__init__()
        self._function = function
        self._result: list[_T] = []
        self._error: BaseException | None = None

    def start(self, lock: RLock) -> None:
        """Start the call.

        Args:
            lock: The runtime's lock, which the thread takes to resolve the future.
        """
        run = copy_context().run
        Thread(target=run, args=(self._run, lock), name="bytezkit-emulator-function", daemon=True).start()

    def result(self) -> _T:
        """Return the result of the finished call, or raise its exception."""
        if self._error is not None:
            raise self._error
        return self._result[0]

    def _run(self, lock: RLock) -> None:
        try:
            self._result.append(self._function())
        # Raised in the request, which must not wait for ever.
        except BaseException as error:  # noqa: BLE001  # the function belongs to the user and may raise anything
            self._error = error
        with lock:
            self.resolve()
