"""Deadlines over sockets: a call ends in time even if the service does not."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import anyio.to_thread
import httpx
import pytest

from bytezkit import Bytez, DeadlineTransport, errors
from tests.overlay.conftest import Connect
from tests.overlay.loopback import Connection, Handler, serving
from tests.overlay.scripted_service import KEY, MODEL, resolve

pytestmark = pytest.mark.anyio

SHORT = timedelta(milliseconds=50)
DEADLINE = {"deadline": SHORT}
HEAD = b"HTTP/1.1 200 OK\r\nx-long: " + b"x" * 1000


def silent(connection: Connection) -> None:
    connection.read_request()
    connection.wait_until_left()


def unread(connection: Connection) -> None:
    connection.over.wait(5)


def dripping_head(connection: Connection) -> None:
    connection.read_request()
    connection.drip(HEAD)


def dripping_body(connection: Connection) -> None:
    connection.read_request()
    connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    connection.drip(b" " * 1000)


@contextmanager
def soon() -> Generator[None, None, None]:
    """Assert that the block lasts about as long as the short deadline."""
    start = time.monotonic()
    yield
    assert 0.04 < time.monotonic() - start < 0.5


def list_tasks(client: Any) -> object:
    return client.tasks.list()


def stream(client: Any) -> object:
    return client.model(MODEL).stream("a").read()


def upload(client: Any) -> object:
    return client.model(MODEL).run("x" * 6_000_000)


def load(**options: object) -> Callable[[Any], object]:
    return lambda client: client.model(MODEL).load(**options)


def wait(**options: object) -> Callable[[Any], object]:
    return lambda client: client.model(MODEL).cluster.wait_until_running(**options)


EXCEEDED = (errors.DeadlineExceededError, "before the service answered")
WAITED = (errors.WaitTimeoutError, "its last status is None")


@pytest.mark.parametrize(
    ("handler", "action", "options", "expected"),
    [
        (silent, list_tasks, DEADLINE, EXCEEDED),
        (dripping_head, list_tasks, DEADLINE, EXCEEDED),
        (dripping_body, list_tasks, DEADLINE, EXCEEDED),
        (dripping_head, stream, DEADLINE, EXCEEDED),
        (unread, upload, DEADLINE, EXCEEDED),
        (silent, load(), DEADLINE, EXCEEDED),
        (silent, wait(), DEADLINE, EXCEEDED),
        (silent, load(timeout=SHORT), {}, WAITED),
        (silent, wait(timeout=SHORT), {}, WAITED),
    ],
)
async def test_call_ends_at_deadline(
    connect: Connect,
    handler: Handler,
    action: Callable[[Any], object],
    options: dict[str, timedelta],
    expected: tuple[type[errors.BytezError], str],
) -> None:
    async with connect(handler, **options) as (service, client):
        with soon(), pytest.raises(expected[0], match=expected[1]) as caught:
            await resolve(action(client))
        if expected == EXCEEDED:
            assert caught.value.attempts == 1
            assert (caught.value.path or "").startswith("/models/v2/")
        assert caught.value.__context__ is None
        assert handler is unread or await anyio.to_thread.run_sync(service.noticed_leaving)


def test_tls_handshake_ends_at_deadline() -> None:
    with serving(silent) as service:
        url = service.url.replace("http:", "https:")
        with soon(), Bytez(KEY, base_url=url, deadline=SHORT) as client:
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


def test_deadline_transport_bounds_given_http_client() -> None:
    with (
        serving(dripping_head) as service,
        httpx.Client(transport=DeadlineTransport()) as http_client,
        Bytez(KEY, base_url=service.url, deadline=SHORT, http_client=http_client) as client,
        pytest.raises(errors.DeadlineExceededError),
    ):
        client.tasks.list()


async def test_unused_port_raises_connection_failed(connect: Connect) -> None:
    with serving(silent) as closed:
        pass
    async with connect(silent, base_url=closed.url, max_retries=0) as (_, client):
        with pytest.raises(errors.ConnectionFailedError, match=r"Connect\w*Error"):
            await resolve(client.model(MODEL).run("a"))


async def test_call_without_deadline_succeeds(connect: Connect) -> None:
    def respond(connection: Connection) -> None:
        connection.read_request()
        connection.answer(b'{"output": []}')

    async with connect(respond, deadline=None) as (_, client):
        assert await resolve(client.tasks.list()) == []
