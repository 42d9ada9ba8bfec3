"""Deadlines and idle timeouts over sockets: a call ends in time even if the service does not."""

import gzip
import re
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import anyio
import anyio.to_thread
import httpcore
import httpx
import pytest

from bytezkit import AsyncTextStream, Bytez, DeadlineTransport, errors
from bytezkit._transport.deadline_network import DeadlineBackend, deadline, deadline_has_passed
from tests.overlay.conftest import Connect
from tests.overlay.connections import is_at_rest, pool_of
from tests.overlay.loopback import PATIENCE, Connection, Handler, keep_streams_open, serving
from tests.overlay.replies import MODEL
from tests.overlay.scripted_service import KEY, close, contents, next_of, resolve

pytestmark = pytest.mark.anyio

SHORT = timedelta(milliseconds=50)
DEADLINE = {"deadline": SHORT}


def silent(connection: Connection) -> None:
    connection.read_request()
    connection.wait_until_left()


def unread(connection: Connection) -> None:
    connection.over.wait(5)


def endless(sent: bytes = b"", *, drip: bytes = b"", flood: bytes = b"") -> Handler:
    """Send bytes, bytes one by one, bytes without an end, or, after them, nothing."""

    def handle(connection: Connection) -> None:
        connection.read_request()
        connection.send(sent)
        connection.drip(drip)
        while flood and not connection.over.is_set():
            connection.send(flood)
        connection.wait_until_left()

    return handle


OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"transfer-encoding: chunked\r\n\r\n"
dripping_head = endless(OK, drip=b"x: " + b"x" * 1000)
ENDLESS: dict[str, Handler] = {
    "interim responses": endless(flood=b"HTTP/1.1 100 Continue\r\n\r\n"),
    "interim responses in one packet": endless(flood=b"HTTP/1.1 103 Early Hints\r\n\r\n" * 2000),
    "slow interim responses": endless(drip=b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "slow status line": endless(drip=b"HTTP/1.1 200 " + b"x" * 1000),
    "slow header": dripping_head,
    "slow headers": endless(OK, drip=b"x: y\r\n" * 1000),
    "slow body": endless(OK + b"content-length: 1000\r\n\r\n", drip=b" " * 1000),
    "slow chunk": endless(CHUNKED, drip=b"fff\r\n" + b" " * 1000),
    "slow trailers": endless(CHUNKED + b"0\r\n", drip=b"x: y\r\n" * 1000),
    "slow gzip": endless(OK + b"content-encoding: gzip\r\n\r\n", drip=gzip.compress(bytes(1000))),
    "length too long": endless(OK + b"content-length: 9\r\n\r\n{}"),
    "no last chunk": endless(CHUNKED + b"2\r\n{}\r\n"),
    "neither length nor end": endless(OK + b"\r\n{}"),
    "half a header": endless(OK + b"content-length"),
}


@contextmanager
def soon() -> Generator[None, None, None]:
    """Assert that the block ends at the short deadline, before the service loses its patience."""
    start = time.monotonic()
    yield
    assert 0.04 < time.monotonic() - start < PATIENCE


def list_tasks(client: Any) -> object:
    return client.tasks.list()


def stream_of(client: Any) -> Any:
    return client.model(MODEL).stream("a")


EXCEEDED = (errors.DeadlineExceededError, "before the service answered")
WAITED = (errors.WaitTimeoutError, "its last status is None")


@pytest.mark.parametrize(
    ("handler", "action", "expected"),
    [
        *(pytest.param(it, list_tasks, EXCEEDED, id=name) for name, it in ENDLESS.items()),
        (dripping_head, lambda client: stream_of(client).read(), EXCEEDED),
        (unread, lambda client: client.model(MODEL).run("x" * 6_000_000), EXCEEDED),
        (silent, lambda client: client.model(MODEL).load(), EXCEEDED),
        (silent, lambda client: client.model(MODEL).cluster.wait_until_running(), EXCEEDED),
        (silent, lambda client: client.model(MODEL).load(timeout=SHORT), WAITED),
        (silent, lambda client: client.model(MODEL).cluster.wait_until_running(timeout=SHORT), WAITED),
    ],
)
async def test_call_ends_at_deadline(
    connect: Connect, handler: Handler, action: Callable[[Any], object], expected: Any
) -> None:
    async with connect(handler, **(DEADLINE if expected == EXCEEDED else {})) as (service, client):
        with soon(), pytest.raises(expected[0], match=expected[1]) as caught:
            await resolve(action(client))
        if expected == EXCEEDED:
            assert caught.value.attempts == 1
            assert (caught.value.path or "").startswith("/models/v2/")
        assert caught.value.__context__ is None
        assert pool_of(client).open == 0
        assert handler is unread or await anyio.to_thread.run_sync(service.noticed_leaving)


@pytest.mark.parametrize(("handler", "scheme"), [(silent, "https"), (dripping_head, "http")])
def test_tls_handshake_and_given_deadline_transport_end_at_deadline(handler: Handler, scheme: str) -> None:
    with serving(handler) as service, httpx.Client(transport=DeadlineTransport()) as given:
        url = service.url.replace("http:", f"{scheme}:")
        http_client = given if scheme == "http" else None
        with soon(), Bytez(KEY, base_url=url, deadline=SHORT, http_client=http_client) as client:
            with pytest.raises(errors.DeadlineExceededError):
                client.tasks.list()
            assert service.noticed_leaving()


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_proxied_call_ends_at_deadline(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("NO_PROXY", "direct.example")
    options: dict[str, Any] = {"base_url": f"{scheme}://api.invalid", "allow_insecure": True, **DEADLINE}
    async with connect(dripping_head, proxy_variable=f"{scheme}_proxy", **options) as (_, client):
        with soon(), pytest.raises(errors.DeadlineExceededError):
            await resolve(client.tasks.list())


async def test_given_http_client_ends_at_deadline_between_bytes(connect: Connect, http_client: Any) -> None:
    async with connect(silent, deadline=SHORT, http_client=http_client) as (_, client):
        with soon(), pytest.raises(errors.DeadlineExceededError):
            await resolve(client.tasks.list())


async def test_wait_for_a_free_connection_ends_at_the_deadline(connect: Connect) -> None:
    async with connect(keep_streams_open) as (_, client):
        pool_of(client).limit(1)
        opened = stream_of(client)
        assert await next_of(opened)
        with soon(), pytest.raises(errors.DeadlineExceededError) as caught:
            await resolve(client.with_options(deadline=SHORT).tasks.list())
        assert (caught.value.attempts, pool_of(client).calls) == (1, 1)
        await close(opened)
        assert await resolve(client.tasks.list()) == []
        assert is_at_rest(client)


def bounded(stream: Mock) -> httpcore.NetworkStream:
    """Return a connection that keeps to the deadline of its thread."""
    return DeadlineBackend(Mock(**{"connect_tcp.return_value": stream})).connect_tcp("127.0.0.1", 80)


def test_read_and_write_after_deadline_raise_timeout() -> None:
    stream = bounded(Mock())
    with deadline(None):
        with deadline(0):
            assert deadline_has_passed()
            with pytest.raises(httpcore.ReadTimeout):
                stream.read(1)
            with pytest.raises(httpcore.WriteTimeout):
                stream.write(b"")
        assert not deadline_has_passed()


LARGE = b"x" * 100_000


@pytest.mark.parametrize(
    ("parts", "written"),
    [([b"head ", b"body", b""], [b"head body"]), ([b"head", LARGE, b"end"], [b"head", LARGE, b"end"])],
)
def test_small_writes_are_joined_and_large_ones_not_copied(parts: list[bytes], written: list[bytes]) -> None:
    network = Mock(**{"read.return_value": b"read"})
    stream = bounded(network)
    # httpcore takes a readable idle connection for a closed connection.
    assert stream.get_extra_info("is_readable")
    for part in parts:
        stream.write(part)
        assert not stream.get_extra_info("is_readable")
    assert stream.read(100) == b"read"
    assert stream.get_extra_info("is_readable")
    sent = [call.args[0] for call in network.write.call_args_list]
    assert sent == written
    assert LARGE not in parts or sent[1] is LARGE


LONG = timedelta(seconds=4)


def unfinished(connection: Connection) -> None:
    connection.read_request()
    connection.start_text(b"Once ", b"upon")
    connection.wait_until_left()


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
        message = r"received no data for 0\.05 s"
        with soon(), pytest.raises(errors.StreamIdleTimeoutError, match=message) as caught:
            await next_of(stream)
        assert caught.value.__context__ is None
        assert await anyio.to_thread.run_sync(service.noticed_leaving)
        assert given or pool_of(client).open == 0


def test_close_from_other_thread_ends_silent_stream_at_idle_timeout() -> None:
    found: list[object] = []
    with serving(unfinished) as service, Bytez(KEY, base_url=service.url, idle_timeout=SHORT) as client:
        stream = client.model(MODEL).stream("a")
        assert next(stream) + next(stream) == "Once upon"

        thread = threading.Thread(target=lambda: found.append(stream.read()))
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


async def test_second_reader_raises_and_cancelled_reader_closes_connection(connect_async: Connect) -> None:
    async with connect_async(unfinished, idle_timeout=LONG) as (service, client):
        stream = stream_of(client)
        await read_all_but_end(stream)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(next_of, stream)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(RuntimeError, match=r"^another task is reading this stream$"):
                await next_of(stream)
            assert pool_of(client).open == 1
            tasks.cancel_scope.cancel()
        assert pool_of(client).open == 0
        assert await next_of(stream) is None
        assert await anyio.to_thread.run_sync(service.noticed_leaving)
