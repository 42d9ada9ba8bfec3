"""Sends the requests of the asynchronous client over httpx or aiohttp."""

import asyncio
import copy
from collections.abc import AsyncIterator, Iterator, Mapping
from importlib.util import find_spec
from typing import Final, Literal, Protocol, TypeAlias

import anyio
import anyio.lowlevel
import httpx

from bytezkit._core.config import Origin
from bytezkit._core.effects import OpenBody, Request, Response, Send, SendResult, StreamCut, TransportFailure
from bytezkit._core.unclosed import close_without_waiting, place_of_caller, warn_unclosed
from bytezkit._transport.affinity import Affinity
from bytezkit._transport.async_httpx import default_async_client
from bytezkit._transport.content_encoding import BodyBuffer, ContentDecoder, EncodingError
from bytezkit._transport.headers import (
    DEADLINE_PASSED,
    complete_response,
    is_open_stream,
    response_headers,
)
from bytezkit._transport.httpx import default_ssl_context
from bytezkit._transport.proxies import environment_proxies
from bytezkit._transport.sender import (
    HTTPX_ERRORS,
    build_request,
    check_client,
    check_open,
    check_url,
    response_of_hook,
    stream_cut,
    transport_failure,
    undecoded_encoding,
)
from bytezkit.errors import ConfigurationError

AsyncHttpClient: TypeAlias = httpx.AsyncClient | Literal["aiohttp"]

_OTHER_EVENT_LOOP: Final = (
    "the client belongs to the event loop that first used it: make one for each event loop"
)


class NetworkResponse(Protocol):
    """A response whose body is not read yet.

    Attributes:
        status: HTTP status.
        headers: Headers, with names in lower case.
        encoding: Content encoding of the chunks; empty if they are not encoded.
    """

    status: int
    headers: Mapping[str, str]
    encoding: str

    async def read(self, buffer: BodyBuffer) -> TransportFailure | None:
        """Read the body until its end or until the buffer is full, or return why it did not arrive."""
        ...

    async def read_chunk(self, idle_seconds: float) -> bytes | StreamCut | None:
        """Return the next chunk, None at the end, or why the body ended early."""
        ...

    async def close(self) -> None:
        """Release the connection, even if the calling task is cancelled."""
        ...


class Network(Protocol):
    """The connections of one event loop."""

    async def open(
        self, origin: Origin, request: Request, extra_headers: Mapping[str, str], budget: float | None
    ) -> NetworkResponse | SendResult:
        """Send a request and read the head of the response; its body too if the network had to read it.

        Raises:
            RuntimeError: The connections are closed.
        """
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...


class AsyncSender:
    """Sends requests of the asynchronous client.

    Attributes:
        origin: Base URL, keys and headers.

    Args:
        origin: Base URL, keys and headers.
        http_client: The client that the caller gave, or `"aiohttp"`. Default: a new client of httpx.

    Raises:
        ConfigurationError: The base URL cannot be parsed, the client is of a wrong type, aiohttp is not
            installed, or a variable of the environment for proxies or TLS is wrong.
    """

    def __init__(self, origin: Origin, http_client: AsyncHttpClient | None) -> None:
        check_url(origin.base_url)
        if http_client != "aiohttp":
            check_client(http_client, httpx.AsyncClient)
        elif find_spec("aiohttp") is None:
            raise ConfigurationError("aiohttp is not installed: run pip install 'bytezkit[fast]'")
        self.origin = origin
        self._owns_network = not isinstance(http_client, httpx.AsyncClient)
        if self._owns_network:
            # The connections are made by the first call, but their settings should fail here.
            environment_proxies(allow_socks=http_client is None)
            default_ssl_context()
        self._network = _LazyNetwork(http_client)
        self._affinity = Affinity(_event_loop, _OTHER_EVENT_LOOP)

    def share(self, origin: Origin) -> "AsyncSender":
        """Return another sender over the same connections; arguments as for `Sender.share`."""
        shared: AsyncSender = copy.copy(self)
        shared._owns_network = False
        shared.origin = origin
        return shared

    async def send(self, send: Send, headers: Mapping[str, str]) -> SendResult:
        """Send a request once; arguments and errors as for `Sender.send`."""
        network = self._network.get()
        self._affinity.check()
        try:
            with anyio.fail_after(send.budget):
                return await self._send(network, send, headers)
        except TimeoutError:
            return DEADLINE_PASSED

    async def _send(self, network: Network, send: Send, extra: Mapping[str, str]) -> SendResult:
        response = await network.open(self.origin, send.request, extra, send.budget)
        if isinstance(response, (Response, TransportFailure)):
            return response
        if is_open_stream(send.request, response.status, response.headers):
            body = _AsynchronousBody(response, self._affinity, self._network)
            return Response(response.status, response.headers, b"", body)
        buffer = BodyBuffer(response.status, response.encoding, send.max_bytes)
        try:
            failure = await response.read(buffer)
        finally:
            await response.close()
        return failure or complete_response(self.origin, response.status, response.headers, buffer)

    async def close(self) -> None:
        """Close the connections, unless the caller gave the client."""
        if self._owns_network:
            self._affinity.check()
            await self._network.close()


class _LazyNetwork:
    """The connections of a client and its copies, made by the event loop that first uses them."""

    def __init__(self, http_client: AsyncHttpClient | None) -> None:
        self._http_client = http_client
        self._network: Network | None = None
        self._is_closed = False
        self._made_at = place_of_caller()

    def get(self) -> Network:
        """Return the connections.

        Raises:
            RuntimeError: They are closed, or aiohttp is asked for on an event loop other than asyncio's.
        """
        if self._is_closed:
            raise RuntimeError("the client is closed")
        if self._network is None:
            self._network = self._open_network()
        return self._network

    def _open_network(self) -> Network:
        if isinstance(self._http_client, httpx.AsyncClient):
            return HttpxNetwork(self._http_client)
        if self._http_client is None:
            return HttpxNetwork(default_async_client())
        if isinstance(_event_loop(), asyncio.AbstractEventLoop):
            from bytezkit._transport.aiohttp import AiohttpNetwork  # noqa: PLC0415 - it needs the extra

            return AiohttpNetwork()
        raise RuntimeError("aiohttp needs asyncio: leave http_client out on another event loop")

    async def close(self) -> None:
        self._is_closed = True
        if self._network is not None:
            await self._network.close()

    def __del__(self) -> None:
        is_own = not isinstance(self._http_client, httpx.AsyncClient)
        if is_own and self._network is not None and not self._is_closed:
            close_without_waiting(self.close())
            warn_unclosed("AsyncBytez: close it, or use it in an `async with` block", self._made_at)


def _event_loop() -> object:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:  # The event loop is trio's.
        return anyio.lowlevel.current_token()


class _AsynchronousBody(OpenBody):
    def __init__(self, response: NetworkResponse, affinity: Affinity, network: _LazyNetwork) -> None:
        self._response = response
        self._affinity = affinity
        # As for the body of a synchronous response.
        self._network = network
        self._decoder = ContentDecoder(response.encoding)
        # Decoded pieces of the last chunk.
        self._pieces: Iterator[bytes] = iter(())

    async def read_async(self, idle_seconds: float) -> bytes | StreamCut | None:
        self._affinity.check()
        try:
            piece = next(self._pieces, None)
            if piece is not None:
                # One chunk can have so many pieces that reading them would keep other tasks from running.
                await anyio.lowlevel.checkpoint()
                return piece
            chunk = await self._response.read_chunk(idle_seconds)
            if not isinstance(chunk, bytes):
                return chunk
            self._pieces = self._decoder.feed(chunk)
            return next(self._pieces, b"")
        except EncodingError as error:
            return stream_cut(error)

    async def close_async(self) -> None:
        self._affinity.check()
        await self._response.close()


class HttpxNetwork:
    """Connections of an `httpx.AsyncClient`."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def open(
        self, origin: Origin, request: Request, extra_headers: Mapping[str, str], budget: float | None
    ) -> "_HttpxResponse | SendResult":
        """Send a request and read the head of the response.

        Raises:
            RuntimeError: The client is closed.
        """
        check_open(self._client)
        try:
            built = build_request(self._client, origin, request, extra_headers, budget)
            response = await self._client.send(built, stream=True, auth=None, follow_redirects=False)
        except httpx.HTTPStatusError as error:
            return response_of_hook(origin, error)
        except HTTPX_ERRORS as error:
            return transport_failure(error)
        return _HttpxResponse(response)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


class _HttpxResponse:
    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers: Mapping[str, str] = response_headers(response.headers.raw)
        self.encoding = undecoded_encoding(response)
        self._response = response
        self._chunks: AsyncIterator[bytes] | None = None

    async def read(self, buffer: BodyBuffer) -> TransportFailure | None:
        try:
            async for chunk in self._undecoded_chunks():
                for _ in buffer.add(chunk):
                    await anyio.lowlevel.checkpoint()
                if buffer.is_full:
                    break
        except HTTPX_ERRORS as error:
            return transport_failure(error)
        return None

    async def read_chunk(self, idle_seconds: float) -> bytes | StreamCut | None:
        if self._chunks is None:
            # Until here it was the deadline of the call.
            self._response.request.extensions["timeout"]["read"] = idle_seconds
            self._chunks = self._undecoded_chunks()
        try:
            return await anext(self._chunks, None)
        except HTTPX_ERRORS as error:
            return stream_cut(error)

    def _undecoded_chunks(self) -> AsyncIterator[bytes]:
        # A hook of the caller may have read the body.
        return (
            self._response.aiter_bytes() if self._response.is_stream_consumed else self._response.aiter_raw()
        )

    async def close(self) -> None:
        with anyio.CancelScope(shield=True):
            await self._response.aclose()
