"""Where connections may be used."""

import os
from collections.abc import Callable
from functools import cache


@cache
def process_id() -> int:
    """Return the number of this process; to ask the system each time would be felt in every chunk."""
    return os.getpid()


if hasattr(os, "register_at_fork"):  # Windows has no forks.
    os.register_at_fork(after_in_child=process_id.cache_clear)


class Place:
    """The process or event loop that first used some connections: the only one that may use them."""

    def __init__(self, here: Callable[[], object], problem: str) -> None:
        self._here = here
        self._problem = problem
        self._first: object = None

    def check(self) -> None:
        """Hold the caller to it.

        Raises:
            RuntimeError: This is another one.
        """
        here = self._here()
        if self._first is None:
            self._first = here
        if here != self._first:
            raise RuntimeError(self._problem)


def process() -> Place:
    """Return the place of what belongs to a process."""
    return Place(process_id, "a forked process can not use a connection of its parent: open its own there")
