"""Cancellation at any await leaves no socket, task or file; each async client belongs to one event loop."""

import gc
import sys
from asyncio import Runner
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from types import coroutine as awaitable
from typing import Any, Final, TypeAlias
from uuid import uuid4

import anyio
import anyio.lowlevel
import pytest

import bytezkit
from bytezkit import AsyncBytez
from bytezkit.testing import EmulatorClock
from bytezkit_emulator import Emulator
from tests.overlay.connections import is_at_rest, pool_of, sockets_to
from tests.overlay.loopback import keep_streams_open, serving
from tests.overlay.scripted_service import contents, next_of

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("network")]

MAX_AWAITS: Final = 200
TEXT: Final = "openai-community/gpt2"
IMAGES: Final = "dreamlike-art/dreamlike-photoreal-2.0"
PACKAGE: Final = str(bytezkit.__path__[0])

Act: TypeAlias = Callable[[AsyncBytez, Path], Coroutine[Any, Any, object]]


async def upload_file(client: AsyncBytez, path: Path) -> None:
    image = path.with_name("sent.png")
    image.write_bytes(b"\x89PNG\r\n\x1a\n")
    try:
        await client.model("google/vit-base-patch16-224", task="image-classification").run(image)
    finally:
        image.unlink()


async def leave_early(client: AsyncBytez, path: Path) -> None:
    async with client.model(TEXT).stream("a") as stream:
        await anext(stream)


async def download_and_save(client: AsyncBytez, path: Path) -> None:
    result = await client.model(IMAGES, task="text-to-image").run("a cat")
    await result.output.download()
    await result.output.save(path)


ACTS: Final[dict[str, Act]] = {
    "run": lambda client, path: client.model(TEXT).run("Once"),
    "read": lambda client, path: client.model(TEXT).stream("Once upon a time").read(),
    "load": lambda client, path: client.model(TEXT).load(),
    "upload": upload_file,
    "leave early": leave_early,
    "save a stream": lambda client, path: (
        client.model(IMAGES, task="text-to-image").stream("a cat").save(path)
    ),
    "download and save": download_and_save,
    "v1": lambda client, path: client.v1.load(TEXT),
}


@awaitable
def drive(
    coroutine: Coroutine[Any, Any, object], wait: int, act: Callable[[], object]
) -> Generator[Any, Any, None]:
    """Run a coroutine with an action at its n-th await."""
    resume: Callable[[], Any] = partial(coroutine.send, None)
    for number in count(1):
        try:
            awaited = resume()
        except StopIteration:
            return
        if number == wait:
            act()
        try:
            resume = partial(coroutine.send, (yield awaited))
        except BaseException as error:  # noqa: BLE001 - forwarded to the coroutine
            resume = partial(coroutine.throw, error)


async def is_cancelled_at(wait: int, coroutine: Coroutine[Any, Any, object]) -> bool:
    """Run a coroutine and cancel it at its n-th await; return False if it has fewer."""
    with anyio.CancelScope() as scope:
        await drive(coroutine, wait, scope.cancel)
    return scope.cancel_called


def running() -> set[int]:
    return {task.id for task in anyio.get_running_tasks()}


def hidden_files(folder: Path) -> list[str]:
    return [path.name for path in folder.glob(".*")]


@contextmanager
def unclosed_generators() -> Generator[list[str], None, None]:
    """Collect the files of async generators that their users do not close."""
    hooks = sys.get_asyncgen_hooks()
    files: list[str] = []

    def finalize(generator: Any) -> None:
        files.append(generator.ag_code.co_filename)
        assert hooks.finalizer is not None
        hooks.finalizer(generator)

    sys.set_asyncgen_hooks(finalizer=finalize)
    yield files
    sys.set_asyncgen_hooks(*hooks)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
async def test_cancellation_at_each_await_leaves_no_resource(
    emulator: Emulator, tmp_path: Path, act: Act
) -> None:
    before = running()
    for wait in count(1):
        client = AsyncBytez(f"{uuid4()}", base_url=emulator.url, clock=EmulatorClock(emulator.clock))
        with unclosed_generators() as unclosed:
            is_cancelled = await is_cancelled_at(wait, act(client, tmp_path / f"{wait}.png"))
            for _ in range(20):  # The HTTP library finishes its own generators in some turns of the loop.
                await anyio.lowlevel.checkpoint()

        assert running() == before, wait
        assert is_at_rest(client), wait
        assert sockets_to(emulator.url) == pool_of(client).open, wait
        assert not [it for it in unclosed if it.startswith(PACKAGE)], wait
        assert await client.tasks.list(), wait
        await client.aclose()
        assert sockets_to(emulator.url) == 0, wait
        if not is_cancelled:
            break
        assert wait < MAX_AWAITS
    assert wait > 1
    assert len({*contents(tmp_path)}) <= 1  # Files are complete or missing.
    assert not hidden_files(tmp_path)
    gc.collect()  # An unclosed socket warns now, and a warning is an error.


async def test_cancelled_close_closes_the_client(emulator: Emulator) -> None:
    for wait in count(1):
        client = AsyncBytez("key", base_url=emulator.url)
        await client.tasks.list()
        is_cancelled = await is_cancelled_at(wait, client.aclose())
        assert sockets_to(emulator.url) == 0, wait
        with pytest.raises(RuntimeError, match=r"^the client is closed$"):
            await client.tasks.list()
        if not is_cancelled:
            break
    assert wait > 1


async def test_call_cancelled_in_the_queue_of_the_pool_leaves_it() -> None:
    with serving(keep_streams_open) as service:
        client = AsyncBytez("key", base_url=service.url)
        pool = pool_of(client)
        pool.limit(1)
        async with client.model(TEXT).stream("Once upon a time") as stream:
            await anext(stream)
            async with anyio.create_task_group() as tasks:
                for _ in range(5):
                    tasks.start_soon(client.tasks.list)
                while pool.calls < 6:
                    await anyio.lowlevel.checkpoint()
                tasks.cancel_scope.cancel()
            assert pool.calls == 1
        assert is_at_rest(client)
        assert await client.tasks.list() == []
        await client.aclose()


MESSAGE: Final = "the client belongs to the event loop that first used it: make one for each event loop"
# Calls in a second event loop.
SECOND_ACTS: Final[dict[str, Callable[[AsyncBytez], Coroutine[Any, Any, object]]]] = {
    "list": lambda client: client.tasks.list(),
    "copy": lambda client: client.with_options(max_retries=0).tasks.list(),
    "read": lambda client: client.model(TEXT).stream("Once").read(),
    "close": lambda client: client.aclose(),
}


@pytest.mark.parametrize("act", SECOND_ACTS.values(), ids=SECOND_ACTS)
def test_second_event_loop_raises_during_and_after_the_first(emulator: Emulator, act: Any) -> None:
    client = AsyncBytez("key", base_url=emulator.url)
    with Runner() as second:
        with Runner() as first:
            assert first.run(client.tasks.list())
            with pytest.raises(RuntimeError, match=MESSAGE):
                second.run(act(client))
            assert first.run(client.tasks.list())
            first.run(pool_of(client).aclose())  # A socket cannot be closed after its event loop ended.
        with pytest.raises(RuntimeError, match=MESSAGE):
            second.run(act(client))
    del client
    with pytest.warns(ResourceWarning, match="unclosed AsyncBytez"):
        gc.collect()


def test_stream_in_a_second_event_loop_raises(emulator: Emulator) -> None:
    client = AsyncBytez("key", base_url=emulator.url)
    stream = client.model(TEXT).stream("Once upon a time")
    with Runner() as first, Runner() as second:
        assert first.run(next_of(stream))
        for act in (next_of(stream), stream.aclose()):
            with pytest.raises(RuntimeError, match=MESSAGE):
                second.run(act)
        first.run(stream.aclose())
        first.run(client.aclose())
        assert sockets_to(emulator.url) == 0
