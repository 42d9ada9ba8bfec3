"""Extreme durations, headers and bodies have the same outcome over every HTTP library."""

import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, Final

import httpcore
import pytest

from bytezkit import AsyncBytez, Attempt, errors
from bytezkit._transport.early_response import EarlyResponseBackend
from tests.overlay.conftest import Connect
from tests.overlay.loopback import Connection
from tests.overlay.scripted_service import MODEL, resolve

pytestmark = pytest.mark.anyio


def respond(connection: Connection) -> None:
    """Answer each request: a POST with a stream if it asks for one."""
    while request := connection.read_request():
        if b'"stream":true' in request:
            connection.start_text(b"a", b"b")
            connection.send(b"0\r\n\r\n")
        elif request.startswith(b"GET"):
            connection.answer(b'{"output": [{"id": "a", "task": "chat"}], "status": "RUNNING"}')
        else:
            connection.answer(b'{"error": null, "output": "a"}')


async def run(client: Any) -> Any:
    return (await resolve(client.model(MODEL).run("a"))).output


async def stream(client: Any) -> Any:
    return await resolve(client.model(MODEL, task="text-generation").stream("a").read())


async def map_one(client: Any) -> Any:
    outcomes = client.model(MODEL).map(["a"])
    if isinstance(client, AsyncBytez):
        async with outcomes:
            return [outcome.result.output async for outcome in outcomes]
    return [outcome.result.output for outcome in outcomes]


@pytest.mark.parametrize("duration", [timedelta.max, timedelta(days=365 * 300), float("inf"), 30 * 86400])
@pytest.mark.parametrize(("action", "expected"), [(run, "a"), (stream, "ab"), (map_one, ["a"])])
async def test_extreme_duration_is_no_limit(
    connect: Connect, duration: timedelta | float, action: Callable[[Any], Any], expected: object
) -> None:
    async with connect(respond, deadline=duration, idle_timeout=duration) as (_, client):
        assert await action(client) == expected


async def test_early_refusal_of_large_body_is_content_too_large(connect: Connect) -> None:
    def refuse(connection: Connection) -> None:
        received = 0
        while received < 5000 and (chunk := connection.socket.recv(65536)):
            received += len(chunk)
        body = b'{"error": "the body is too large"}'
        head = b"HTTP/1.1 413 \r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        connection.send(head + body)
        # Closing at once could reset the connection before the response is sent.
        with suppress(ConnectionError):
            while connection.socket.recv(65536):
                pass

    async with connect(refuse, max_retries=0) as (_, client):
        with pytest.raises(errors.ContentTooLargeError, match="the body is too large"):
            await resolve(client.model(MODEL).run("x" * 2_000_000))


class _Refusing(httpcore.AsyncNetworkBackend, httpcore.AsyncNetworkStream):
    """Connections whose peer responds early. A write fails: by a timeout unless the response was read."""

    def __init__(self) -> None:
        self.response = [b"HTTP/1.1 413 \r\n", b"\r\n"]

    async def connect_tcp(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        return self

    async def start_tls(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        return self

    async def read(self, *_: Any) -> bytes:
        return self.response.pop(0) if self.response else b""

    async def write(self, *_: Any) -> None:
        raise httpcore.WriteTimeout if self.response else httpcore.WriteError


@pytest.mark.parametrize("is_encrypted", [False, True])
async def test_early_response_is_read_before_the_write_fails(is_encrypted: bool) -> None:
    stream = await EarlyResponseBackend(_Refusing()).connect_tcp("host", 80)
    if is_encrypted:
        stream = await stream.start_tls(ssl.create_default_context())
    with pytest.raises(httpcore.WriteTimeout):
        await stream.write(b"x")
    with pytest.raises(httpcore.WriteError):
        await stream.write(b"x" * 65_537)
    assert [await stream.read(100), await stream.read(100)] == [b"HTTP/1.1 413 \r\n\r\n", b""]


MANY: Final = 200


async def test_many_response_headers(connect: Connect) -> None:
    def respond(connection: Connection) -> None:
        connection.read_request()
        headers = b"".join(b"x-header-%d: %d\r\n" % (number, number) for number in range(MANY))
        connection.send(b"HTTP/1.1 418 \r\n%scontent-length: 0\r\n\r\n" % headers)

    async with connect(respond) as (_, client):
        with pytest.raises(errors.StatusError) as caught:
            await run(client)
    assert len([name for name in caught.value.headers if name.startswith("x-header-")]) == MANY


@pytest.mark.parametrize(
    ("name", "value"), [("x-a", "1\r\nx-b: 2"), ("x-a", "\n"), ("x-a\r", "1"), ("x-a", "é")]
)
async def test_malformed_header_of_tracer(connect: Connect, name: str, value: str) -> None:
    @contextmanager
    def tracer(attempt: Attempt) -> Generator[None, None, None]:
        attempt.headers[name] = value
        yield

    requests: list[bytes] = []
    async with connect(lambda it: requests.append(it.read_request()), tracer=tracer) as (_, client):
        with pytest.raises(errors.ConfigurationError, match="header"):
            await run(client)
    assert not any(requests)
