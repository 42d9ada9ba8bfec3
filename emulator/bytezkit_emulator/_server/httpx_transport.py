"""In-process transports for httpx."""

from collections.abc import AsyncIterator, Iterator

import httpx

from bytezkit_emulator._common.http_types import ConnectionCutError, Reply, Request
from bytezkit_emulator._runtime import Runtime
from bytezkit_emulator._server.driver import Driver

# Messages of httpcore for the same events on a real connection.
_NO_RESPONSE = "Server disconnected without sending a response."
_INCOMPLETE_BODY = "peer closed connection without sending complete message body"


class EmulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Handles the requests of synchronous and asynchronous clients in process.

    A stream arrives chunk by chunk. A request waits as it would at a server: for ever, if the clock is
    `manual` and no other thread or task advances it.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Handle a request; block the thread until the reply is ready."""
        driver = Driver(self._runtime, _convert_request(request, request.read()))
        try:
            return _to_httpx_response(driver.next(), driver)
        except ConnectionCutError as cut:
            raise _to_httpx_error(cut, _NO_RESPONSE) from None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Handle a request; suspend the task until the reply is ready."""
        driver = Driver(self._runtime, _convert_request(request, await request.aread()))
        try:
            return _to_httpx_response(await driver.next_async(), driver)
        except ConnectionCutError as cut:
            raise _to_httpx_error(cut, _NO_RESPONSE) from None


class _BodyStream(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def __iter__(self) -> Iterator[bytes]:
        try:
            while isinstance(piece := self._driver.next(), bytes):
                yield piece
        except ConnectionCutError as cut:
            raise _to_httpx_error(cut, _INCOMPLETE_BODY) from None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while isinstance(piece := await self._driver.next_async(), bytes):
                yield piece
        except ConnectionCutError as cut:
            raise _to_httpx_error(cut, _INCOMPLETE_BODY) from None

    def close(self) -> None:
        self._driver.close()

    async def aclose(self) -> None:
        self._driver.close()


def _convert_request(request: httpx.Request, body: bytes) -> Request:
    path, _, query = request.url.raw_path.partition(b"?")
    return Request(
        method=request.method,
        path=path.decode("ascii"),
        query=query.decode("ascii"),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        scheme=request.url.scheme,
        is_local=True,
    )


def _to_httpx_response(reply: Reply | bytes | None, driver: Driver) -> httpx.Response:
    if not isinstance(reply, Reply):
        raise TypeError(f"expected a reply as first part, found {type(reply).__name__}")
    if isinstance(reply.body, bytes):
        return httpx.Response(reply.status, headers=reply.headers, content=reply.body)
    return httpx.Response(reply.status, headers=reply.headers, stream=_BodyStream(driver))


def _to_httpx_error(cut: ConnectionCutError, closed: str) -> httpx.TransportError:
    """Return the exception that httpx raises at the end of a real connection."""
    return httpx.ReadError("") if cut.how == "reset" else httpx.RemoteProtocolError(closed)
