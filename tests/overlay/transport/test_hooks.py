"""Hooks and transports of the caller's HTTP client that read bodies or raise errors."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import anyio.to_thread
import httpx
import pytest

from bytezkit import errors
from tests.overlay.scripted_service import (
    CLIENTS,
    KEY,
    MODEL,
    Chunks,
    ClientKind,
    FakeClock,
    Reply,
    StubSequence,
    error_reply,
    fix_jitter,
    make_scripted_client,
    output,
    reply,
    resolve,
)

pytestmark = pytest.mark.anyio

Hook = Callable[[httpx.Response], object]


def add_hook(http_client: Any, *steps: Callable[[httpx.Response], object]) -> None:
    """Add a response hook that performs the steps; an asynchronous client needs an asynchronous hook."""

    async def async_hook(response: httpx.Response) -> None:
        for step in steps:
            await resolve(step(response))

    def hook(response: httpx.Response) -> None:
        for step in steps:
            step(response)

    http_client.event_hooks["response"].append(
        async_hook if isinstance(http_client, httpx.AsyncClient) else hook
    )


def read(response: httpx.Response) -> object:
    return response.aread() if isinstance(response.stream, httpx.AsyncByteStream) else response.read()


BUSY: Final = error_reply(429, "busy", retry_after="7")
# Replies of the service, error, attempts and `retry_after` in seconds.
STATUSES: Final = [
    ([error_reply(401)], errors.AuthenticationError, 1, None),
    ([error_reply(404)], errors.NotFoundError, 1, None),
    ([error_reply(413)], errors.ContentTooLargeError, 1, None),
    ([error_reply(418)], errors.StatusError, 1, None),
    ([reply(302, location="/elsewhere")], errors.StatusError, 1, None),
    ([BUSY] * 3, errors.RateLimitError, 3, 7),
    ([error_reply(503, retry_after="3")] * 3, errors.ServerError, 3, 3),
    ([error_reply(500)], errors.ServerError, 1, None),
    ([error_reply(502)], errors.ServerError, 1, None),
    ([reply(400, Chunks([b"not read by the hook"]))], errors.BadRequestError, 1, None),
    ([BUSY, output("a")], None, 2, None),
]


@pytest.mark.parametrize(("replies", "error", "attempts", "retry_after"), STATUSES)
async def test_status_that_a_hook_raises_is_the_error_of_that_status(
    client_kind: ClientKind,
    replies: list[Reply],
    error: type[errors.BytezError] | None,
    attempts: int,
    retry_after: int | None,
) -> None:
    scripted = make_scripted_client(client_kind, *replies)
    add_hook(scripted.http_client, httpx.Response.raise_for_status)
    if error is None:
        assert (await scripted.run("a")).output == "a"
    else:
        with pytest.raises(error) as caught:
            await scripted.run("a")
        assert type(caught.value) is error
        assert caught.value.attempts == attempts
        assert caught.value.retry_after == (retry_after and timedelta(seconds=retry_after))
    assert len(scripted.script.requests) == attempts


async def test_other_errors_of_a_hook_are_raised_unchanged(client_kind: ClientKind) -> None:
    def fail(response: httpx.Response) -> None:
        raise LookupError("mine")

    scripted = make_scripted_client(client_kind, output("a"))
    add_hook(scripted.http_client, fail)
    with pytest.raises(LookupError, match="mine"):
        await scripted.run("a")
    assert len(scripted.script.requests) == 1


async def test_concurrent_calls_with_hooks_that_read_and_raise_get_their_own_outcomes(
    client_kind: ClientKind,
) -> None:
    calls = range(24)

    def respond(request: httpx.Request) -> httpx.Response:
        number = int(json.loads(request.content)["input"])
        return httpx.Response(200 if number % 2 else 404, json={"error": None, "output": number})

    http_class: Any = httpx.Client if client_kind == "sync" else httpx.AsyncClient
    http_client = http_class(transport=httpx.MockTransport(respond))
    add_hook(http_client, read, httpx.Response.raise_for_status)
    model = CLIENTS[client_kind](KEY, http_client=http_client).model(MODEL)

    async def call(number: int) -> object:
        run = model.run
        try:
            result = await (
                anyio.to_thread.run_sync(run, str(number)) if client_kind == "sync" else run(str(number))
            )
        except errors.NotFoundError:
            return None
        return result.output

    outcomes = await asyncio.gather(*map(call, calls))
    assert outcomes == [number if number % 2 else None for number in calls]


class LoggingTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Reads each response, or passes its bytes through a stream of its own."""

    def __init__(self, script: StubSequence, *, reads: bool) -> None:
        self._transport = httpx.MockTransport(script)
        self._reads = reads
        self.log = b""

    def _logged(self, chunk: bytes) -> bytes:
        self.log += chunk
        return chunk

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._transport.handle_request(request)
        if self._reads:
            self._logged(response.read())
            return response
        stream: Any = response.stream
        return httpx.Response(
            response.status_code, headers=response.headers, content=map(self._logged, stream)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._transport.handle_async_request(request)
        if self._reads:
            self._logged(await response.aread())
            return response
        stream: Any = response.stream
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            content=(self._logged(chunk) async for chunk in stream),
        )


@pytest.mark.parametrize("reads", [True, False])
@pytest.mark.parametrize("streams", [True, False])
async def test_transport_that_logs_bodies_does_not_change_the_outcome(
    client_kind: ClientKind, reads: bool, streams: bool
) -> None:
    content = b"Once upon" if streams else b'{"error": null, "output": "Once upon"}'
    script = StubSequence([reply(200, content)])
    transport = LoggingTransport(script, reads=reads)
    http_class: Any = httpx.Client if client_kind == "sync" else httpx.AsyncClient
    client = CLIENTS[client_kind](KEY, http_client=http_class(transport=transport), clock=FakeClock())
    fix_jitter(client)
    model = client.model(MODEL, task="text-generation")
    if streams:
        assert await resolve(model.stream("a").read()) == "Once upon"
    else:
        assert (await resolve(model.run("a"))).output == "Once upon"
    assert transport.log == content
