"""Cancels a coroutine at its n-th await."""

from collections.abc import Awaitable, Callable, Coroutine, Generator
from functools import partial
from typing import Any, TypeVar

import anyio

T = TypeVar("T")


class _Driven(Awaitable[T]):
    """A coroutine with an action at its n-th await."""

    def __init__(self, coroutine: Coroutine[Any, Any, T], wait: int, act: Callable[[], object]) -> None:
        self._coroutine = coroutine
        self._wait = wait
        self._act = act

    def __await__(self) -> Generator[Any, Any, T]:
        steps = self._coroutine.__await__()
        resume: Callable[[], Any] = partial(next, steps)
        waits = 0
        while True:
            try:
                awaited = resume()
            except StopIteration as end:
                result: T = end.value
                return result
            waits += 1
            if waits == self._wait:
                self._act()
            try:
                resume = partial(steps.send, (yield awaited))
            except BaseException as error:  # noqa: BLE001 - forwarded to the coroutine
                resume = partial(steps.throw, error)


async def is_cancelled_at(wait: int, coroutine: Coroutine[Any, Any, object]) -> bool:
    """Run a coroutine and cancel it at its n-th await; return False if it has fewer."""
    with anyio.CancelScope() as scope:
        await _Driven(coroutine, wait, scope.cancel)
    return scope.cancel_called
