"""A call ends near its deadline, whatever the other side of the socket does."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta

import anyio.to_thread
import httpx
import pytest

from bytezkit import AsyncBytez, Bytez, errors
from tests.overlay.loopback import Connection, Handler, serving
from tests.overlay.scripted_service import KEY, MODEL, ClientKind, close, resolve

pytestmark = pytest.mark.anyio

SHORT = timedelta(milliseconds=50)
CLIENTS: dict[ClientKind, type[Bytez | AsyncBytez]] = {"sync": Bytez, "async": AsyncBytez}
HEAD = b"HTTP/1.1 200 OK\r\nx-long: " + b"x" * 1000


@pytest.fixture
def client_kind(socket_client_kind: ClientKind) -> ClientKind:
    return socket_client_kind


def silent(connection: Connection) -> None:
    connection.read_request()
    connection.wait_until_left()


def dripping_head(connection: Connection) -> None:
    connection.read_request()
    connection.drip(HEAD)


def dripping_body(connection: Connection) -> None:
    connection.read_request()
    connection.send(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n")
    connection.drip(b" " * 1000)


@contextmanager
def soon() -> Generator[None, None, None]:
    """Hold that the block takes about as long as the short deadline."""
    began = time.monotonic()
    yield
    assert 0.04 < time.monotonic() - began < 0.5


@pytest.mark.parametrize("handler", [silent, dripping_head, dripping_body])
async def test_a_service_that_never_ends_is_left_at_the_deadline(
    client_kind: ClientKind, handler: Handler
) -> None:
    with serving(handler) as service:
        client = CLIENTS[client_kind](KEY, base_url=service.url, deadline=SHORT)
        with (
            soon(),
            pytest.raises(errors.DeadlineExceededError, match="before the service answered") as caught,
        ):
            await resolve(client.tasks.list())
        assert (caught.value.attempts, caught.value.path) == (1, "/models/v2/list/tasks")
        assert caught.value.__context__ is None
        assert await anyio.to_thread.run_sync(service.noticed_leaving)
        await close(client)


async def test_opening_a_stream_keeps_to_the_deadline(client_kind: ClientKind) -> None:
    with serving(dripping_head) as service:
        client = CLIENTS[client_kind](KEY, base_url=service.url, deadline=SHORT)
        with soon(), pytest.raises(errors.DeadlineExceededError):
            await resolve(client.model(MODEL).stream("a").read())
        await close(client)


async def test_an_upload_that_nobody_reads_ends_at_the_deadline(client_kind: ClientKind) -> None:
    def deaf(connection: Connection) -> None:
        connection.over.wait(5)

    with serving(deaf) as service:
        client = CLIENTS[client_kind](KEY, base_url=service.url, deadline=SHORT)
        with soon(), pytest.raises(errors.DeadlineExceededError):
            await resolve(client.model(MODEL).run("x" * 6_000_000))
        await close(client)


def test_a_handshake_that_does_not_end_keeps_to_the_deadline() -> None:
    with serving(silent) as service:
        url = service.url.replace("http:", "https:")
        with soon(), Bytez(KEY, base_url=url, deadline=SHORT) as client:
            with pytest.raises(errors.DeadlineExceededError):
                client.tasks.list()
            assert service.noticed_leaving()


async def test_a_proxy_of_the_environment_keeps_to_the_deadline(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "direct.example")
    with serving(dripping_head) as service:
        monkeypatch.setenv("HTTP_PROXY", service.url)
        client = CLIENTS[client_kind](KEY, base_url="http://api.invalid", allow_insecure=True, deadline=SHORT)
        with soon(), pytest.raises(errors.DeadlineExceededError):
            await resolve(client.tasks.list())
        await close(client)


async def test_a_given_http_client_keeps_to_the_deadline_between_bytes(client_kind: ClientKind) -> None:
    with serving(silent) as service:
        http_client: dict[ClientKind, Callable[[], object]] = {
            "sync": httpx.Client,
            "async": httpx.AsyncClient,
        }
        given = http_client[client_kind]()
        client = CLIENTS[client_kind](KEY, base_url=service.url, deadline=SHORT, http_client=given)  # type: ignore[arg-type]
        with soon(), pytest.raises(errors.DeadlineExceededError):
            await resolve(client.tasks.list())
        await close(given)


@pytest.mark.parametrize("task", ["load", "wait"])
async def test_waiting_for_a_cluster_ends_in_time_while_a_request_is_under_way(
    client_kind: ClientKind, task: str
) -> None:
    with serving(silent) as service:
        client = CLIENTS[client_kind](KEY, base_url=service.url)
        model = client.model(MODEL)
        action = model.load if task == "load" else model.cluster.wait_until_running
        with soon(), pytest.raises(errors.WaitTimeoutError, match="its last status is None"):
            await resolve(action(timeout=SHORT))
        await close(client)


@pytest.mark.parametrize("task", ["load", "wait"])
async def test_a_deadline_closer_than_the_wait_is_told_apart(client_kind: ClientKind, task: str) -> None:
    with serving(silent) as service:
        client = CLIENTS[client_kind](KEY, base_url=service.url, deadline=SHORT)
        model = client.model(MODEL)
        action = model.load if task == "load" else model.cluster.wait_until_running
        with soon(), pytest.raises(errors.DeadlineExceededError):
            await resolve(action())
        await close(client)


async def test_a_port_where_nobody_listens_is_tried_again(client_kind: ClientKind) -> None:
    with serving(silent) as service:
        url = service.url
    client = CLIENTS[client_kind](KEY, base_url=url, max_retries=0)
    with pytest.raises(errors.ConnectionFailedError, match=r"Connect\w*Error"):
        await resolve(client.model(MODEL).run("a"))
    await close(client)


async def test_without_a_deadline_a_call_takes_its_time(client_kind: ClientKind) -> None:
    def answering(connection: Connection) -> None:
        connection.read_request()
        connection.answer(b'{"output": []}')

    with serving(answering) as service:
        client = CLIENTS[client_kind](KEY, base_url=service.url, deadline=None)
        assert await resolve(client.tasks.list()) == []
        await close(client)
