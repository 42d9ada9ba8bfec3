"""Cancelling what a coroutine does, at the place where it waits for the n-th time."""

from collections.abc import Awaitable, Callable, Coroutine, Generator
from functools import partial
from typing import Any, TypeVar

import anyio

T = TypeVar("T")


class _Driven(Awaitable[T]):
    """A coroutine that something is done to when it waits for the n-th time."""

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
            except BaseException as error:  # noqa: BLE001 - whatever it is goes to the coroutine
                resume = partial(steps.throw, error)


async def is_cancelled_at(wait: int, coroutine: Coroutine[Any, Any, object]) -> bool:
    """Run a coroutine and cancel it where it waits for the n-th time; False if it waits less often."""
    with anyio.CancelScope() as scope:
        await _Driven(coroutine, wait, scope.cancel)
    return scope.cancel_called
