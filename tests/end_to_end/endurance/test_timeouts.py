"""Each kind of waiting ends in time, also those that only sockets and pools show."""

import socket
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest

from bytezkit import AsyncBytez, errors
from tests.overlay.connections import is_at_rest, pool_of, sockets_to
from tests.overlay.loopback import Connection, Service, keep_streams_open, serving
from tests.overlay.scripted_service import CLIENTS, KEY, MODEL, ClientKind, close, contents, resolve
from tests.overlay.transport.test_deadlines import SHORT, silent, soon

pytestmark = pytest.mark.anyio


@pytest.fixture
def client_kind(socket_client_kind: ClientKind) -> ClientKind:
    return socket_client_kind


@contextmanager
def full_port() -> Generator[str, None, None]:
    """Listen where no connection is ever made: as many wait to be accepted as may."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(listener.getsockname())
        yield f"http://localhost:{listener.getsockname()[1]}"


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def look_up(host: str, port: int, *_: object, **__: object) -> list[object]:
        found = addresses if host in ("localhost", b"localhost") else [host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def answering(connection: Connection) -> None:
    connection.read_request()
    connection.answer(b'{"output": ["chat"]}')


@pytest.mark.parametrize("addresses", [1, 20])
async def test_a_connection_that_is_never_made_is_left_at_the_deadline(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch, addresses: int
) -> None:
    resolve_to(monkeypatch, *["127.0.0.1"] * addresses)
    with full_port() as url:
        before = sockets_to(url)
        client = CLIENTS[client_kind](KEY, base_url=url, deadline=SHORT)
        with soon(), pytest.raises(errors.DeadlineExceededError):
            await resolve(client.tasks.list())
        assert sockets_to(url) == before
        assert is_at_rest(client)
        await close(client)


async def test_the_next_address_is_tried_where_the_first_refuses(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolve_to(monkeypatch, "127.0.0.2", "127.0.0.1")
    with serving(answering) as service:
        client = CLIENTS[client_kind](KEY, base_url=service.url.replace("127.0.0.1", "localhost"))
        assert await resolve(client.tasks.list()) == ["chat"]
        await close(client)


async def test_a_host_that_is_not_known_is_an_error_of_the_connection(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look_up(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    client = CLIENTS[client_kind](KEY, base_url="https://api.invalid", max_retries=0)
    with pytest.raises(errors.ConnectionFailedError, match=r"Connect\w*Error: .*not known"):
        await resolve(client.tasks.list())
    await close(client)


async def test_a_handshake_that_does_not_end_is_left_at_the_deadline() -> None:
    with serving(silent) as service:
        url = service.url.replace("http:", "https:")
        # httpx keeps the socket of a cancelled handshake until the garbage collector runs.
        async with AsyncBytez(KEY, base_url=url, deadline=SHORT, http_client="aiohttp") as client:
            with soon(), pytest.raises(errors.DeadlineExceededError):
                await client.tasks.list()
            assert await anyio.to_thread.run_sync(service.noticed_leaving)


async def test_a_call_waits_for_a_free_connection_no_longer_than_its_deadline(
    client_kind: ClientKind,
) -> None:
    with serving(keep_streams_open) as service:
        client: Any = CLIENTS[client_kind](KEY, base_url=service.url)
        pool_of(client).limit(1)
        stream = client.model(MODEL).stream("a")
        await resolve(stream.__aenter__() if client_kind == "async" else next(stream))
        hurried = client.with_options(deadline=SHORT)
        with soon(), pytest.raises(errors.DeadlineExceededError) as caught:
            await resolve(hurried.tasks.list())
        assert caught.value.attempts == 1
        assert pool_of(client).calls == 1
        await close(stream)
        assert await resolve(client.tasks.list()) == []
        assert is_at_rest(client)
        await close(client)


def hesitating_media(connection: Connection) -> None:
    connection.read_request()
    connection.send(b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 1000\r\n\r\nabc")
    connection.wait_until_left()


Read = Callable[[Any, Path], object]
READS: dict[str, Read] = {
    "read": lambda model, path: model.stream("a").read(),
    "save": lambda model, path: model.stream("a").save(path),
}


@pytest.mark.parametrize("read", READS.values(), ids=READS)
async def test_silence_ends_media_at_the_idle_timeout(
    client_kind: ClientKind, tmp_path: Path, read: Read
) -> None:
    with serving(hesitating_media) as service:
        client = CLIENTS[client_kind](KEY, base_url=service.url, idle_timeout=SHORT)
        model = client.model(MODEL, task="text-to-image")
        with soon(), pytest.raises(errors.StreamIdleTimeoutError):
            await resolve(read(model, tmp_path / "a.png"))
        assert await anyio.to_thread.run_sync(service.noticed_leaving)
        assert pool_of(client).open == 0
        assert contents(tmp_path) == []
        await close(client)


async def test_silence_ends_a_download_at_the_idle_timeout(client_kind: ClientKind, tmp_path: Path) -> None:
    where: list[Service] = []

    def keeping_media(connection: Connection) -> None:
        asked = connection.read_request()
        if asked.startswith(b"POST"):
            connection.answer(b'{"error": null, "output": "%s/a.png"}' % where[0].url.encode())
            asked = connection.read_request()
        connection.send(b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 1000\r\n\r\nabc")
        connection.wait_until_left()

    with serving(keeping_media) as service:
        where.append(service)
        client = CLIENTS[client_kind](KEY, base_url=service.url, idle_timeout=SHORT)
        result = await resolve(client.model(MODEL, task="text-to-image").run("a"))
        with soon(), pytest.raises(errors.StreamIdleTimeoutError):
            await resolve(result.output.save(tmp_path / "a.png"))
        assert contents(tmp_path) == []
        await close(client)


@pytest.mark.parametrize("wait", ["load", "wait_until_running", "wait_until_available"])
async def test_waiting_for_a_v1_model_ends_in_time_while_a_request_is_under_way(
    client_kind: ClientKind, wait: str
) -> None:
    with serving(silent) as service:
        client = CLIENTS[client_kind](KEY, base_url=service.url)
        with soon(), pytest.raises(errors.WaitTimeoutError, match="its last status is None"):
            await resolve(getattr(client.v1, wait)(MODEL, timeout=SHORT))
        assert await anyio.to_thread.run_sync(service.noticed_leaving)
        await close(client)
