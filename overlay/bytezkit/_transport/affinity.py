"""Restricts connections to the process or event loop that first used them."""

import os
from collections.abc import Callable
from functools import cache


@cache
def process_id() -> int:
    """Return the id of this process. It is cached because it is compared for every chunk of a stream."""
    return os.getpid()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=process_id.cache_clear)  # noqa: TID251 - Windows cannot fork


class Affinity:
    """Binds connections to the first process or event loop that uses them.

    Args:
        current: Returns the current process or event loop.
        problem: Message of the error if another one uses the connections.
    """

    def __init__(self, current: Callable[[], object], problem: str) -> None:
        self._current = current
        self._problem = problem
        self._first: object = None

    def check(self) -> None:
        """Bind to the caller, or compare it with the first caller.

        Raises:
            RuntimeError: The caller is another process or event loop.
        """
        current = self._current()
        if self._first is None:
            self._first = current
        if current != self._first:
            raise RuntimeError(self._problem)


def process_affinity() -> Affinity:
    """Return an affinity to one process."""
    return Affinity(
        process_id, "a forked process cannot use a connection of its parent: open a new one in the child"
    )
