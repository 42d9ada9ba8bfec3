"""Bodies and headers over every HTTP library: sizes, encodings, early responses, and hooks of the caller."""

import gzip
import ssl
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any, Final
from unittest.mock import AsyncMock

import httpcore
import httpx
import pytest

from bytezkit import Attempt, errors
from bytezkit._transport.content_encoding import BodyBuffer
from bytezkit._transport.early_response import EarlyResponseBackend
from tests.overlay.conftest import Connect, MakeClient
from tests.overlay.loopback import Connection, Handler
from tests.overlay.replies import MODEL, Chunks, error_reply, output, reply, text
from tests.overlay.scripted_service import close, entered, next_of, resolve

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
    async with entered(client.model(MODEL).map(["a"])) as outcomes:
        return (await next_of(outcomes)).result.output


DURATIONS: Final = [None, timedelta.max, timedelta(days=365 * 300), float("inf"), 30 * 86400]


@pytest.mark.parametrize("duration", DURATIONS)
@pytest.mark.parametrize(("action", "expected"), [(run, "a"), (stream, "ab"), (map_one, "a")])
async def test_none_or_an_extreme_duration_is_no_limit(
    connect: Connect, duration: timedelta | float | None, action: Callable[[Any], Any], expected: str
) -> None:
    async with connect(respond, deadline=duration, idle_timeout=duration or timedelta.max) as (_, client):
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


@pytest.mark.parametrize("is_encrypted", [False, True])
async def test_early_response_is_read_before_the_write_fails(is_encrypted: bool) -> None:
    network = AsyncMock(**{"read.side_effect": [b"HTTP/1.1 413 \r\n", b"\r\n", b"", b""]})
    network.connect_tcp.return_value = network.start_tls.return_value = network

    def refuse(*_: object) -> None:
        raise httpcore.WriteTimeout if network.read.await_count < 3 else httpcore.WriteError

    network.write.side_effect = refuse
    stream = await EarlyResponseBackend(network).connect_tcp("host", 80)
    if is_encrypted:
        stream = await stream.start_tls(ssl.create_default_context())
    with pytest.raises(httpcore.WriteTimeout):
        await stream.write(b"x", 5.0)
    network.write.assert_awaited_once_with(b"x", 5.0)
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


MIB: Final = 2**20
JSON: Final = b'{"output": "paid", "error": null}'


ENCODED: Final = {
    "none": (JSON, ""),
    "a name that is no encoding": (JSON, "utf-8, identity"),
    "gzip": (gzip.compress(JSON), "GZip"),
    "gzip in two members": (gzip.compress(JSON[:9]) + gzip.compress(JSON[9:]), "x-gzip"),
    "gzip with padding": (gzip.compress(JSON) + bytes(9), "gzip"),
    "deflate": (zlib.compress(JSON), "deflate"),
    "deflate without header": (zlib.compress(JSON, wbits=-zlib.MAX_WBITS), "deflate"),
    "two encodings": (gzip.compress(zlib.compress(JSON)), "deflate, identity, gzip"),
}


@pytest.mark.parametrize(("body", "encoding"), ENCODED.values(), ids=ENCODED)
@pytest.mark.parametrize("size", [1, 10_000])
def test_encoded_body_is_decoded(body: bytes, encoding: str, size: int) -> None:
    buffer = BodyBuffer(200, encoding, MIB)
    for start in range(0, len(body), size):
        for _ in buffer.add(body[start : start + size]):
            pass
    assert (buffer.content, buffer.problem) == (JSON, None)


def answer(status: bytes, media_type: bytes, encoding: bytes, body: bytes) -> Handler:
    """Send a response whose body never ends, so that only a client that stops reading gets anywhere."""

    def handle(connection: Connection) -> None:
        connection.read_request()
        head = b"HTTP/1.1 %s x\r\ncontent-type: %s\r\ncontent-encoding: %s\r\n\r\n"
        connection.send(head % (status, media_type, encoding) + body)
        connection.wait_until_left()

    return handle


ENDLESS: Final = {
    "plain": (b"identity", b" " * (3 * MIB)),
    "gzip": (b"gzip", gzip.compress(b" " * (3 * MIB))),
    "gzip twice": (b"gzip, gzip", gzip.compress(gzip.compress(b" " * (3 * MIB)))),
}


@pytest.mark.parametrize(("encoding", "body"), ENDLESS.values(), ids=ENDLESS)
async def test_too_large_response_ends_reading(connect: Connect, encoding: bytes, body: bytes) -> None:
    handle = answer(b"200", b"application/json", encoding, body)
    async with connect(handle, max_response_bytes=2 * MIB) as (service, client):
        with pytest.raises(errors.DecodeError, match=r"larger than max_response_bytes \(2097152\)") as caught:
            await run(client)
        assert service.noticed_leaving()
    assert (caught.value.body, caught.value.attempts) == (b" " * MIB, 1)
    # The body of an error is read up to its maximum.
    async with connect(answer(b"400", b"text/plain", encoding, body)) as (service, client):
        with pytest.raises(errors.BadRequestError, match="the service answered 400"):
            await run(client)
        assert service.noticed_leaving()


async def test_compressed_stream_arrives_in_small_pieces(connect: Connect) -> None:
    async with connect(answer(b"200", b"text/plain", *ENDLESS["gzip twice"])) as (_, client):
        stream = client.model(MODEL).stream("a")
        sizes = [len(await next_of(stream) or "") for _ in range(48)]
        await close(stream)
    assert (max(sizes), sum(sizes)) == (2**16, 3 * MIB)


async def test_decompression_ends_at_the_deadline(connect: Connect) -> None:
    # Each empty member of the inner file takes time to decode, and the result is empty.
    body = gzip.compress(gzip.compress(b"") * 200_000) * 50

    def handle(connection: Connection) -> None:
        connection.read_request()
        head = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip, gzip\r\ncontent-length: %d\r\n\r\n"
        connection.send(head % len(body) + body)

    async with connect(handle, deadline=0.2) as (_, client):
        with pytest.raises(errors.DeadlineExceededError):
            await run(client)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip, gzip"])
async def test_unsupported_encoding_is_an_error_with_the_body(make_client: MakeClient, encoding: str) -> None:
    it = make_client(reply(200, Chunks([b"abc"]), content_encoding=encoding))
    message = f"the content encoding '{encoding}' is not supported"
    with pytest.raises(errors.DecodeError, match=message) as caught:
        await it.run("a")
    assert caught.value.body == b"abc"
    assert it.request().headers["accept-encoding"] == "gzip, deflate"


def add_hook(http_client: Any, *steps: Callable[[httpx.Response], object]) -> None:
    """Add a response hook that performs the steps; an asynchronous client needs an asynchronous hook."""

    async def async_hook(response: httpx.Response) -> None:
        for step in steps:
            await resolve(step(response))

    is_async = isinstance(http_client, httpx.AsyncClient)
    http_client.event_hooks["response"] += [async_hook] if is_async else steps


def read(response: httpx.Response) -> object:
    return response.aread() if isinstance(response.stream, httpx.AsyncByteStream) else response.read()


BUSY: Final = error_reply(429, "busy", retry_after="7")
# Replies of the service, error, attempts and `retry_after` in seconds.
STATUSES: Final = [
    ([error_reply(404)], errors.NotFoundError, 1, None),
    ([error_reply(418)], errors.StatusError, 1, None),
    ([reply(302, location="/elsewhere")], errors.StatusError, 1, None),
    ([BUSY] * 3, errors.RateLimitError, 3, 7),
    ([error_reply(500)], errors.ServerError, 1, None),
    ([reply(400, Chunks([b"not read by the hook"]))], errors.BadRequestError, 1, None),
]


@pytest.mark.parametrize("case", STATUSES)
async def test_status_that_a_hook_raises_is_the_error_of_that_status(
    make_client: MakeClient, case: Any
) -> None:
    replies, error, attempts, retry_after = case
    it = make_client(*replies)
    add_hook(it.http_client, httpx.Response.raise_for_status)
    with pytest.raises(error) as caught:
        await it.run("a")
    assert (type(caught.value), caught.value.attempts) == (error, attempts)
    assert caught.value.retry_after == (retry_after and timedelta(seconds=retry_after))
    assert len(it.script.requests) == attempts


async def test_body_that_a_hook_has_read_is_not_decoded_again(make_client: MakeClient) -> None:
    body, seen = b'{"output": "paid", "error": null}', list[bytes]()
    compressed = reply(200, Chunks([gzip.compress(body)]), content_encoding="gzip")
    it = make_client(compressed, text(b"On", b"ce"), reply(200, Chunks([body])), max_response_bytes=len(body))
    add_hook(it.http_client, read, lambda response: seen.append(response.content))
    assert (await it.run("a")).output == "paid"
    assert await it.do(lambda client: client.model(MODEL).stream("a").read()) == "Once"
    it.client = it.client.with_options(max_response_bytes=len(body) - 1)
    with pytest.raises(errors.DecodeError, match="larger than max_response_bytes"):
        await it.run("a")
    assert seen == [body, b"Once", body]


async def test_other_errors_of_a_hook_are_raised_unchanged(make_client: MakeClient) -> None:
    def fail(response: httpx.Response) -> None:
        raise LookupError("mine")

    it = make_client(output("a"))
    add_hook(it.http_client, fail)
    with pytest.raises(LookupError, match="mine"):
        await it.run("a")
