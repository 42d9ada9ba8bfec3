"""Cancels a coroutine at its n-th await."""

from collections.abc import Callable, Coroutine, Generator
from functools import partial
from types import coroutine as awaitable
from typing import Any

import anyio


@awaitable
def _drive(
    coroutine: Coroutine[Any, Any, object], wait: int, act: Callable[[], object]
) -> Generator[Any, Any, None]:
    """Run a coroutine with an action at its n-th await."""
    resume: Callable[[], Any] = partial(coroutine.send, None)
    waits = 0
    while True:
        try:
            awaited = resume()
        except StopIteration:
            return
        waits += 1
        if waits == wait:
            act()
        try:
            resume = partial(coroutine.send, (yield awaited))
        except BaseException as error:  # noqa: BLE001 - forwarded to the coroutine
            resume = partial(coroutine.throw, error)


async def is_cancelled_at(wait: int, coroutine: Coroutine[Any, Any, object]) -> bool:
    """Run a coroutine and cancel it at its n-th await; return False if it has fewer."""
    with anyio.CancelScope() as scope:
        await _drive(coroutine, wait, scope.cancel)
    return scope.cancel_called
