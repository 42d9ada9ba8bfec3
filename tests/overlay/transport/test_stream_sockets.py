"""Streams over sockets: idle timeout, interruption, and closing during a read."""

import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest

from bytezkit import AsyncTextStream, Bytez, errors
from tests.overlay.conftest import Connect
from tests.overlay.connections import pool_of
from tests.overlay.loopback import Connection, serving
from tests.overlay.replies import MODEL
from tests.overlay.scripted_service import KEY, contents, next_of, resolve
from tests.overlay.transport.test_deadlines import SHORT, silent, soon

pytestmark = pytest.mark.anyio

LONG = timedelta(seconds=4)


def unfinished(connection: Connection) -> None:
    connection.read_request()
    connection.start_text(b"Once ", b"upon")
    connection.wait_until_left()


def stream_of(client: Any) -> Any:
    return client.model(MODEL).stream("a")


async def read_all_but_end(stream: Any) -> None:
    read = ""
    while read != "Once upon":
        read += await next_of(stream) or ""


@pytest.mark.parametrize("given", [False, True])
async def test_silent_stream_raises_at_idle_timeout(connect: Connect, http_client: Any, given: bool) -> None:
    options = {"http_client": http_client} if given else {}
    async with connect(unfinished, idle_timeout=SHORT, **options) as (service, client):
        stream = stream_of(client)
        if isinstance(stream, AsyncTextStream):
            await stream.__aenter__()
        await read_all_but_end(stream)
        with (
            soon(),
            pytest.raises(errors.StreamIdleTimeoutError, match=r"received no data for 0\.05 s") as caught,
        ):
            await next_of(stream)
        assert caught.value.__context__ is None
        assert await anyio.to_thread.run_sync(service.noticed_leaving)
        assert given or pool_of(client).open == 0


def test_close_from_other_thread_ends_silent_stream_at_idle_timeout() -> None:
    found: list[object] = []
    with serving(unfinished) as service, Bytez(KEY, base_url=service.url, idle_timeout=SHORT) as client:
        stream = client.model(MODEL).stream("a")
        assert next(stream) + next(stream) == "Once upon"

        def read() -> None:
            try:
                found.append(stream.read())
            except errors.BytezError as error:
                found.append(error)

        thread = threading.Thread(target=read)
        thread.start()
        while not stream._read_lock.locked():
            assert not found
        stream.close()
        thread.join(5)
        assert found == [""]
        assert service.noticed_leaving()
        assert pool_of(client).open == 0


def stall_in_media(connection: Connection) -> None:
    """Answer a run with a URL of this service, and stall in the body of media."""
    request = connection.read_request()
    if request.startswith(b"POST") and b'"stream"' not in request:
        [host] = re.findall(rb"(?i)host: (\S+)", request)
        connection.answer(b'{"error": null, "output": "http://%s/a.png"}' % host)
        connection.read_request()
    connection.send(b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 1000\r\n\r\nabc")
    connection.wait_until_left()


@pytest.mark.parametrize("is_stream", [True, False])
async def test_stalled_media_end_at_the_idle_timeout(
    connect: Connect, tmp_path: Path, is_stream: bool
) -> None:
    async with connect(stall_in_media, idle_timeout=SHORT) as (service, client):
        model = client.model(MODEL, task="text-to-image")
        media = model.stream("a") if is_stream else (await resolve(model.run("a"))).output
        with soon(), pytest.raises(errors.StreamIdleTimeoutError):
            await resolve(media.save(tmp_path / "a.png"))
        assert await anyio.to_thread.run_sync(service.noticed_leaving)
        assert contents(tmp_path) == []


@pytest.mark.parametrize("opened", [True, False])
async def test_aclose_from_other_task_ends_read_at_once(connect_async: Connect, opened: bool) -> None:
    found: list[str] = []
    async with connect_async(unfinished if opened else silent, idle_timeout=LONG) as (service, client):
        stream = stream_of(client)
        if opened:
            await read_all_but_end(stream)

        async def read() -> None:
            found.append(await stream.read())

        with anyio.fail_after(1):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(read)
                await anyio.wait_all_tasks_blocked()
                await stream.aclose()
        assert found == [""]
        assert await next_of(stream) is None
        assert pool_of(client).open == 0
        assert await anyio.to_thread.run_sync(service.noticed_leaving)


async def test_second_reader_raises_and_first_continues(connect_async: Connect) -> None:
    async with connect_async(unfinished, idle_timeout=LONG) as (_, client):
        stream = stream_of(client)
        await read_all_but_end(stream)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(next_of, stream)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(RuntimeError, match="another task is reading this stream"):
                await next_of(stream)
            assert pool_of(client).open == 1
            await stream.aclose()
