"""Connects, waits for a connection, and media end at their timeout."""

import re
import socket
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest

from bytezkit import errors
from tests.overlay.connections import is_at_rest, pool_of, sockets_to
from tests.overlay.loopback import Connection, keep_streams_open, serving
from tests.overlay.replies import MODEL
from tests.overlay.scripted_service import CLIENTS, KEY, ClientKind, close, contents, resolve
from tests.overlay.transport.test_deadlines import SHORT, soon

pytestmark = pytest.mark.anyio


@contextmanager
def full_port() -> Generator[str, None, None]:
    """Listen with a full backlog, so that no connection is accepted."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            with suppress(BlockingIOError):
                waiting.connect(listener.getsockname())
        yield f"http://localhost:{listener.getsockname()[1]}"


def patch_addresses(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Resolve localhost to these addresses."""

    def look_up(host: str, port: int, *_: object, **__: object) -> list[object]:
        found = addresses if host in ("localhost", b"localhost") else [host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


async def test_connect_to_many_addresses_ends_at_the_deadline(
    socket_client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    patch_addresses(monkeypatch, *["127.0.0.1"] * 20)
    with full_port() as url:
        before = sockets_to(url)
        client = CLIENTS[socket_client_kind](KEY, base_url=url, deadline=SHORT)
        with soon(), pytest.raises(errors.DeadlineExceededError):
            await resolve(client.tasks.list())
        assert sockets_to(url) == before
        assert is_at_rest(client)
        await close(client)


async def test_wait_for_a_free_connection_ends_at_the_deadline(socket_client_kind: ClientKind) -> None:
    with serving(keep_streams_open) as service:
        client: Any = CLIENTS[socket_client_kind](KEY, base_url=service.url)
        pool_of(client).limit(1)
        stream = client.model(MODEL).stream("a")
        await resolve(stream.__aenter__() if socket_client_kind == "async" else next(stream))
        with soon(), pytest.raises(errors.DeadlineExceededError) as caught:
            await resolve(client.with_options(deadline=SHORT).tasks.list())
        assert caught.value.attempts == 1
        assert pool_of(client).calls == 1
        await close(stream)
        assert await resolve(client.tasks.list()) == []
        assert is_at_rest(client)
        await close(client)


def stall_in_media(connection: Connection) -> None:
    """Answer a run with a URL of this service, and stall in the body of media."""
    request = connection.read_request()
    if request.startswith(b"POST") and b'"stream"' not in request:
        [host] = re.findall(rb"(?i)host: (\S+)", request)
        connection.answer(b'{"error": null, "output": "http://%s/a.png"}' % host)
        connection.read_request()
    connection.send(b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 1000\r\n\r\nabc")
    connection.wait_until_left()


async def run_and_save(model: Any, path: Path) -> None:
    result = await resolve(model.run("a"))
    await resolve(result.output.save(path))


@pytest.mark.parametrize(
    "act", [lambda model, path: model.stream("a").save(path), run_and_save], ids=["stream", "download"]
)
async def test_stalled_media_end_at_the_idle_timeout(
    socket_client_kind: ClientKind, tmp_path: Path, act: Callable[[Any, Path], object]
) -> None:
    with serving(stall_in_media) as service:
        client = CLIENTS[socket_client_kind](KEY, base_url=service.url, idle_timeout=SHORT)
        model = client.model(MODEL, task="text-to-image")
        with soon(), pytest.raises(errors.StreamIdleTimeoutError):
            await resolve(act(model, tmp_path / "a.png"))
        assert await anyio.to_thread.run_sync(service.noticed_leaving)
        assert contents(tmp_path) == []
        await close(client)
