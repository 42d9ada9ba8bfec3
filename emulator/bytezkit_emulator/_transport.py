"""A way into the emulator for httpx that needs no socket."""

from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager

import httpx

from bytezkit_emulator._core import Core
from bytezkit_emulator._drivers import answer, answer_async, chunks, chunks_async
from bytezkit_emulator._messages import Cut, Reply, Request, Stream


class EmulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers the requests of synchronous and asynchronous clients in process.

    A stream comes chunk by chunk, and a request waits as it would at a server: without an end, if
    the clock is `manual` and nobody advances it.
    """

    def __init__(self, core: Core) -> None:
        self._core = core

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; the thread waits where the request does."""
        with _cut_by_httpx("Server disconnected without sending a response."):
            reply = answer(self._core, _read(request, request.read()))
        return _response(reply, self._core)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; the task waits where the request does."""
        with _cut_by_httpx("Server disconnected without sending a response."):
            reply = await answer_async(self._core, _read(request, await request.aread()))
        return _response(reply, self._core)


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, core: Core, stream: Stream) -> None:
        self._core = core
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _cut_by_httpx("peer closed connection without sending complete message body"):
            yield from chunks(self._core, self._stream)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _cut_by_httpx("peer closed connection without sending complete message body"):
            async for chunk in chunks_async(self._core, self._stream):
                yield chunk

    def close(self) -> None:
        self._core.abandon(self._stream)

    async def aclose(self) -> None:
        self._core.abandon(self._stream)


@contextmanager
def _cut_by_httpx(closed: str) -> Generator[None, None, None]:
    """Let the end of a connection look as it does to those who have one."""
    try:
        yield
    except Cut as cut:
        raise httpx.ReadError("") if cut.how == "reset" else httpx.RemoteProtocolError(closed) from None


def _read(request: httpx.Request, body: bytes) -> Request:
    path, _, query = request.url.raw_path.partition(b"?")
    return Request(
        method=request.method,
        path=path.decode("ascii"),
        query=query.decode("ascii"),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        scheme=request.url.scheme,
    )


def _response(reply: Reply, core: Core) -> httpx.Response:
    if isinstance(reply.body, bytes):
        return httpx.Response(reply.status, headers=reply.headers, content=reply.body)
    return httpx.Response(reply.status, headers=reply.headers, stream=_Body(core, reply.body))
