"""What an operation yields when it can not go on yet."""

from collections.abc import Callable


class Wait:
    """Something that has happened or will happen, in virtual time.

    It belongs to a core and is resolved, and asked, only under that core's lock.

    Attributes:
        resolved: Whether it has happened.
    """

    __slots__ = ("_callbacks", "resolved")

    def __init__(self) -> None:
        self.resolved = False
        self._callbacks: list[Callable[[], object]] = []

    def resolve(self) -> None:
        """Say that it has happened; saying it again does nothing."""
        self.resolved = True
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def add_callback(self, callback: Callable[[], object]) -> None:
        """Call `callback` once when it has happened, now if it already has."""
        if self.resolved:
            callback()
        else:
            self._callbacks.append(callback)
