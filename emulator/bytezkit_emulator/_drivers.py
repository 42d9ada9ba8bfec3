"""Driving the core to an answer: by blocking a thread, or on an asyncio event loop."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from threading import Event

from bytezkit_emulator._core import Core
from bytezkit_emulator._messages import Reply, Request, Stream
from bytezkit_emulator._wait import Wait


def answer(core: Core, request: Request) -> Reply:
    """Answer a request; the thread waits where the request does."""
    pending = core.answer(request)
    try:
        while isinstance(step := core.step(pending), Wait):
            _block(core, step)
        return step
    finally:
        core.abandon(pending)


def chunks(core: Core, stream: Stream) -> Iterator[bytes]:
    """Yield the pieces of a stream. The caller abandons the stream in the end."""
    while (chunk := core.next_chunk(stream)) is not None:
        if isinstance(chunk, Wait):
            _block(core, chunk)
        else:
            yield chunk


async def answer_async(core: Core, request: Request) -> Reply:
    """Answer a request; the task waits where the request does."""
    pending = core.answer(request)
    try:
        while isinstance(step := core.step(pending), Wait):
            await _await(core, step)
        return step
    finally:
        core.abandon(pending)


async def chunks_async(core: Core, stream: Stream) -> AsyncGenerator[bytes, None]:
    """Yield the pieces of a stream. The caller abandons the stream in the end."""
    while (chunk := core.next_chunk(stream)) is not None:
        if isinstance(chunk, Wait):
            await _await(core, chunk)
        else:
            yield chunk


def _block(core: Core, wait: Wait) -> None:
    resolved = Event()
    core.notify(wait, resolved.set)
    resolved.wait()


async def _await(core: Core, wait: Wait) -> None:
    loop = asyncio.get_running_loop()
    resolved = asyncio.Event()

    def wake() -> None:
        # The loop is closed when its program ended without waiting for this task.
        if not loop.is_closed():
            loop.call_soon_threadsafe(resolved.set)

    core.notify(wait, wake)
    await resolved.wait()
