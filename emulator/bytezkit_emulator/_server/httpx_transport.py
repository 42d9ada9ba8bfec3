"""In-process transports for httpx, which need no socket."""

from collections.abc import AsyncIterator, Iterator

import httpx

from bytezkit_emulator._common.http_types import Cut, Reply, Request
from bytezkit_emulator._runtime import Runtime
from bytezkit_emulator._server.driver import Driver

_NO_ANSWER = "Server disconnected without sending a response."
_PART_OF_A_BODY = "peer closed connection without sending complete message body"


class EmulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers the requests of synchronous and asynchronous clients in process.

    A stream comes chunk by chunk, and a request waits as it would at a server: without an end, if
    the clock is `manual` and nobody advances it.
    """

    def __init__(self, core: Runtime) -> None:
        self._core = core

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; the thread waits where the request does."""
        driver = Driver(self._core, _read(request, request.read()))
        try:
            return _response(driver.next(), driver)
        except Cut as cut:
            raise _error(cut, _NO_ANSWER) from None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; the task waits where the request does."""
        driver = Driver(self._core, _read(request, await request.aread()))
        try:
            return _response(await driver.next_async(), driver)
        except Cut as cut:
            raise _error(cut, _NO_ANSWER) from None


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def __iter__(self) -> Iterator[bytes]:
        try:
            while isinstance(piece := self._driver.next(), bytes):
                yield piece
        except Cut as cut:
            raise _error(cut, _PART_OF_A_BODY) from None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while isinstance(piece := await self._driver.next_async(), bytes):
                yield piece
        except Cut as cut:
            raise _error(cut, _PART_OF_A_BODY) from None

    def close(self) -> None:
        self._driver.close()

    async def aclose(self) -> None:
        self._driver.close()


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


def _response(reply: Reply | bytes | None, driver: Driver) -> httpx.Response:
    if not isinstance(reply, Reply):
        raise TypeError("an answer begins with its head")
    if isinstance(reply.body, bytes):
        return httpx.Response(reply.status, headers=reply.headers, content=reply.body)
    return httpx.Response(reply.status, headers=reply.headers, stream=_Body(driver))


def _error(cut: Cut, closed: str) -> httpx.TransportError:
    """Return the exception that httpx raises at the end of a real connection."""
    return httpx.ReadError("") if cut.how == "reset" else httpx.RemoteProtocolError(closed)
