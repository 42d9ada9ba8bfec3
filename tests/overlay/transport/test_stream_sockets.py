"""Streams over sockets: silence, cuts, and closing from elsewhere."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import anyio
import anyio.to_thread
import httpx
import pytest

from bytezkit import AsyncBytez, AsyncTextStream, Bytez, errors
from tests.overlay.connections import pool_of
from tests.overlay.loopback import Connection, serving
from tests.overlay.scripted_service import KEY, MODEL, ClientKind, close, next_text, resolve
from tests.overlay.transport.test_deadlines import CLIENTS, SHORT, soon

pytestmark = pytest.mark.anyio

LONG = timedelta(seconds=4)


def hesitating(connection: Connection) -> None:
    connection.read_request()
    connection.start_text(b"Once ", b"upon")
    connection.wait_until_left()


def cut(connection: Connection) -> None:
    connection.read_request()
    connection.start_text(b"Once ")  # The end of the thread closes the connection.


@pytest.fixture
def client_kind(socket_client_kind: ClientKind) -> ClientKind:
    return socket_client_kind


async def opened(stream: Any) -> Any:
    return await stream.__aenter__() if isinstance(stream, AsyncTextStream) else stream


async def read_all_but_the_end(stream: Any) -> None:
    read = ""
    while read != "Once upon":
        read += await next_text(stream) or ""


async def test_silence_ends_a_stream_at_the_idle_timeout(client_kind: ClientKind) -> None:
    with serving(hesitating) as service:
        client = CLIENTS[client_kind](KEY, base_url=service.url, idle_timeout=SHORT)
        stream = await opened(client.model(MODEL).stream("a"))
        await read_all_but_the_end(stream)
        with (
            soon(),
            pytest.raises(errors.StreamIdleTimeoutError, match=r"received no data for 0\.05 s") as caught,
        ):
            await next_text(stream)
        assert caught.value.__context__ is None
        assert await anyio.to_thread.run_sync(service.noticed_leaving)
        assert pool_of(client).open == 0
        await close(client)


async def test_the_idle_timeout_holds_over_a_given_http_client(client_kind: ClientKind) -> None:
    with serving(hesitating) as service:
        given = httpx.Client() if client_kind == "sync" else httpx.AsyncClient()
        client: Any = CLIENTS[client_kind](KEY, base_url=service.url, idle_timeout=SHORT, http_client=given)  # type: ignore[arg-type]
        stream = await opened(client.model(MODEL).stream("a"))
        await read_all_but_the_end(stream)
        with soon(), pytest.raises(errors.StreamIdleTimeoutError):
            await next_text(stream)
        await close(given)


async def test_a_cut_connection_is_told(client_kind: ClientKind) -> None:
    with serving(cut) as service:
        client = CLIENTS[client_kind](KEY, base_url=service.url)
        stream = await opened(client.model(MODEL).stream("a"))
        assert await next_text(stream) == "Once "
        with pytest.raises(errors.StreamInterruptedError, match=r"was interrupted: \w+Error"):
            await next_text(stream)
        assert pool_of(client).open == 0
        await close(client)


async def test_leaving_early_frees_the_connection(client_kind: ClientKind) -> None:
    with serving(hesitating) as service:
        client = CLIENTS[client_kind](KEY, base_url=service.url)
        stream = await opened(client.model(MODEL).stream("a"))
        await next_text(stream)
        assert pool_of(client).open == 1
        await close(stream)
        assert pool_of(client).open == 0
        assert await anyio.to_thread.run_sync(service.noticed_leaving)
        await close(client)


@contextmanager
def reading_in_a_thread(stream: Any) -> Generator[list[object], None, None]:
    """Read the rest in another thread, and keep what came of it."""
    came: list[object] = []

    def read() -> None:
        try:
            came.append(stream.read())
        except errors.BytezError as error:
            came.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    yield came
    thread.join(5)
    assert not thread.is_alive()


def test_closing_from_another_thread_ends_a_silent_stream_quietly_at_the_idle_timeout() -> None:
    with serving(hesitating) as service, Bytez(KEY, base_url=service.url, idle_timeout=SHORT) as client:
        stream = client.model(MODEL).stream("a")
        assert next(stream) + next(stream) == "Once upon"
        with reading_in_a_thread(stream) as came:
            while not stream._read_lock.locked():
                assert not came
            stream.close()
        assert came == [""]
        assert service.noticed_leaving()
        assert pool_of(client).open == 0


@pytest.mark.usefixtures("network")
async def test_closing_from_another_task_ends_a_silent_stream_at_once() -> None:
    came: list[str] = []
    with serving(hesitating) as service:
        async with AsyncBytez(KEY, base_url=service.url, idle_timeout=LONG) as client:
            stream = client.model(MODEL).stream("a")
            await read_all_but_the_end(stream)

            async def read() -> None:
                came.append(await stream.read())

            with anyio.fail_after(1):
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(read)
                    await anyio.wait_all_tasks_blocked()
                    await stream.aclose()
            assert came == [""]
            assert await next_text(stream) is None
            assert pool_of(client).open == 0
            assert await anyio.to_thread.run_sync(service.noticed_leaving)


@pytest.mark.usefixtures("network")
async def test_closing_from_another_task_ends_a_stream_that_is_being_opened() -> None:
    def silent(connection: Connection) -> None:
        connection.read_request()
        connection.wait_until_left()

    with serving(silent) as service:
        async with AsyncBytez(KEY, base_url=service.url) as client:
            stream = client.model(MODEL).stream("a")
            with anyio.fail_after(1):
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(stream.read)
                    await anyio.wait_all_tasks_blocked()
                    await stream.aclose()
            assert await anyio.to_thread.run_sync(service.noticed_leaving)
            assert pool_of(client).open == 0


@pytest.mark.usefixtures("network")
async def test_a_reader_that_is_cancelled_frees_the_connection() -> None:
    with serving(hesitating) as service:
        async with AsyncBytez(KEY, base_url=service.url, idle_timeout=LONG) as client:
            stream = client.model(MODEL).stream("a")
            await read_all_but_the_end(stream)
            with anyio.move_on_after(0.02) as scope:
                await next_text(stream)
            assert scope.cancelled_caught
            assert pool_of(client).open == 0
            assert await next_text(stream) is None
            assert await anyio.to_thread.run_sync(service.noticed_leaving)


@pytest.mark.usefixtures("network")
async def test_a_second_reader_gets_a_clear_error_and_does_not_disturb_the_first() -> None:
    with serving(hesitating) as service:
        async with AsyncBytez(KEY, base_url=service.url, idle_timeout=LONG) as client:
            stream = client.model(MODEL).stream("a")
            await read_all_but_the_end(stream)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(next_text, stream)
                await anyio.wait_all_tasks_blocked()
                with pytest.raises(RuntimeError, match="another task is reading this stream"):
                    await next_text(stream)
                assert pool_of(client).open == 1
                await stream.aclose()


@pytest.mark.usefixtures("network")
async def test_an_asynchronous_stream_opens_when_it_is_first_used() -> None:
    with serving(hesitating) as service:
        async with AsyncBytez(KEY, base_url=service.url) as client:
            stream = client.model(MODEL).stream("a")
            with pytest.raises(RuntimeError, match="not open yet"):
                _ = stream.metadata
            await stream.aclose()
            assert await next_text(stream) is None
            assert pool_of(client).open == 0
            assert not service.left.is_set()


@pytest.mark.usefixtures("network")
async def test_entering_an_open_stream_opens_no_second_one() -> None:
    with serving(hesitating) as service:
        async with AsyncBytez(KEY, base_url=service.url) as client:
            stream = client.model(MODEL).stream("a")
            await resolve(next_text(stream))
            async with stream:
                assert pool_of(client).open == 1
