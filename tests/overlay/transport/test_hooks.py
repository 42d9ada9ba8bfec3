"""Hooks and transports of the caller's HTTP client that read bodies or raise errors."""

import gzip
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest

from bytezkit import errors
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import MODEL, Chunks, Reply, error_reply, output, reply, text
from tests.overlay.scripted_service import CLIENTS, KEY, ClientKind, resolve

pytestmark = pytest.mark.anyio

Hook = Callable[[httpx.Response], object]


def add_hook(http_client: Any, *steps: Hook) -> None:
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
    ([BUSY, output("a")], None, 2, None),
]


@pytest.mark.parametrize(("replies", "error", "attempts", "retry_after"), STATUSES)
async def test_status_that_a_hook_raises_is_the_error_of_that_status(
    make_client: MakeClient,
    replies: list[Reply],
    error: type[errors.BytezError] | None,
    attempts: int,
    retry_after: int | None,
) -> None:
    it = make_client(*replies)
    add_hook(it.http_client, httpx.Response.raise_for_status)
    if error is None:
        assert (await it.run("a")).output == "a"
    else:
        with pytest.raises(error) as caught:
            await it.run("a")
        assert type(caught.value) is error
        assert caught.value.attempts == attempts
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


class LoggingTransport(httpx.MockTransport):
    """Passes the bytes of each response through a stream of its own."""

    log = b""

    def _logged(self, chunk: bytes) -> bytes:
        self.log += chunk
        return chunk

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        stream: Any = response.stream
        return httpx.Response(200, headers=response.headers, content=map(self._logged, stream))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        stream: Any = response.stream
        content = (self._logged(chunk) async for chunk in stream)
        return httpx.Response(200, headers=response.headers, content=content)


@pytest.mark.parametrize("streams", [True, False])
async def test_transport_that_logs_bodies_does_not_change_the_outcome(
    client_kind: ClientKind, streams: bool
) -> None:
    content = b"Once upon" if streams else b'{"error": null, "output": "Once upon"}'
    transport = LoggingTransport(lambda _: httpx.Response(200, content=content))
    http_class: Any = httpx.Client if client_kind == "sync" else httpx.AsyncClient
    model = CLIENTS[client_kind](KEY, http_client=http_class(transport=transport)).model(MODEL)
    if streams:
        assert await resolve(model.stream("a").read()) == "Once upon"
    else:
        assert (await resolve(model.run("a"))).output == "Once upon"
    assert transport.log == content
