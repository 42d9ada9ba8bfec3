"""Sizes of bodies, compressed or not, over each HTTP library."""

import gzip
import zlib
from typing import Any, Final

import httpx
import pytest

from bytezkit import errors
from bytezkit._transport.content_encoding import BodyBuffer
from tests.overlay.conftest import Connect, MakeClient
from tests.overlay.loopback import Connection, Handler
from tests.overlay.scripted_service import MODEL, Chunks, close, next_text, reply, resolve

pytestmark = pytest.mark.anyio

MIB: Final = 2**20
JSON: Final = b'{"output": "paid", "error": null}'


def raw_deflate(content: bytes) -> bytes:
    return zlib.compress(content, wbits=-zlib.MAX_WBITS)


ENCODED: Final = {
    "none": (JSON, ""),
    "a name that is no encoding": (JSON, "utf-8, identity"),
    "gzip": (gzip.compress(JSON), "GZip"),
    "gzip in two members": (gzip.compress(JSON[:9]) + gzip.compress(JSON[9:]), "x-gzip"),
    "gzip with padding": (gzip.compress(JSON) + bytes(9), "gzip"),
    "deflate": (zlib.compress(JSON), "deflate"),
    "deflate without header": (raw_deflate(JSON), "deflate"),
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
            await resolve(client.model(MODEL).run("a"))
        assert service.noticed_leaving()
    assert caught.value.body == b" " * MIB
    assert caught.value.attempts == 1


@pytest.mark.parametrize(("encoding", "body"), ENDLESS.values(), ids=ENDLESS)
async def test_body_of_an_error_is_read_up_to_its_maximum(
    connect: Connect, encoding: bytes, body: bytes
) -> None:
    async with connect(answer(b"400", b"text/plain", encoding, body)) as (service, client):
        with pytest.raises(errors.BadRequestError, match="the service answered 400"):
            await resolve(client.model(MODEL).run("a"))
        assert service.noticed_leaving()


async def test_compressed_stream_arrives_in_small_pieces(connect: Connect) -> None:
    async with connect(answer(b"200", b"text/plain", *ENDLESS["gzip twice"])) as (_, client):
        stream = client.model(MODEL).stream("a")
        sizes = [len(await next_text(stream) or "") for _ in range(48)]
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
            await resolve(client.model(MODEL).run("a"))


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip, gzip"])
async def test_unsupported_encoding_is_an_error_with_the_body(make_client: MakeClient, encoding: str) -> None:
    it = make_client(reply(200, Chunks([b"abc"]), content_encoding=encoding))
    with pytest.raises(
        errors.DecodeError, match=f"the content encoding '{encoding}' is not supported"
    ) as caught:
        await it.run("a")
    assert caught.value.body == b"abc"
    assert it.request().headers["accept-encoding"] == "gzip, deflate"


async def test_body_that_a_hook_has_read_is_not_decoded_again(make_client: MakeClient) -> None:
    read: list[Any] = []

    def read_body(response: httpx.Response) -> None:
        read.append(response.read())

    async def read_body_async(response: httpx.Response) -> None:
        read.append(await response.aread())

    body, large = Chunks([gzip.compress(JSON)]), Chunks([JSON])
    it = make_client(
        reply(200, body, content_encoding="gzip"), reply(200, large), max_response_bytes=len(JSON)
    )
    is_async = isinstance(it.http_client, httpx.AsyncClient)
    it.http_client.event_hooks = {"response": [read_body_async if is_async else read_body]}
    assert (await it.run("a")).output == "paid"
    limited = it.client.with_options(max_response_bytes=len(JSON) - 1)
    with pytest.raises(errors.DecodeError, match="larger than max_response_bytes"):
        await resolve(limited.model(MODEL).run("a"))
    assert read == [JSON, JSON]
