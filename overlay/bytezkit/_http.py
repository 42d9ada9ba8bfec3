"""Sending, and reading what comes back, over httpx: the one module that knows it."""

import copy
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache, lru_cache
from typing import Final, TypeAlias

import anyio
import httpx

from bytezkit._bounded_network import (
    BoundedBackend,
    BoundedStream,
    CancellableBackend,
    CancellableStream,
    bounded,
    time_is_up,
)
from bytezkit._configuration import Origin
from bytezkit._effects import Answer, Cause, Cut, Failure, OpenBody, Outcome, Request
from bytezkit._place import process, process_id
from bytezkit._secrets import Secret
from bytezkit._tasks_pool import TasksPool
from bytezkit._wire import (
    CONNECT_SECONDS,
    KEPT_SECONDS,
    MOST_CONNECTIONS,
    OUT_OF_TIME,
    answer,
    fields,
    head,
    reason,
    stays_open,
    url_of,
)
from bytezkit.errors import ConfigurationError

HttpClient: TypeAlias = httpx.Client
AsyncHttpClient: TypeAlias = httpx.AsyncClient

# At its limits the pool of the HTTP library closes connections that it has just given to another call. So
# there is none on idle ones, whose time is long enough for a thread that waits for its turn, and none at all
# among threads.
_THREADS_POOL: Final = httpx.Limits(
    max_connections=None, max_keepalive_connections=None, keepalive_expiry=KEPT_SECONDS
)
_TASKS_POOL: Final = httpx.Limits(
    max_connections=MOST_CONNECTIONS,
    max_keepalive_connections=MOST_CONNECTIONS,
    keepalive_expiry=KEPT_SECONDS,
)
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
# A host name that can not be one fails as text.
_UNREADABLE: Final = (httpx.DecodingError, httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError)
# A broken TLS record passes the asynchronous network as the OSError that it is.
_ERRORS: Final = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError, OSError)


class _Body(OpenBody):
    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        connection: object = response.extensions.get("network_stream")
        self._connection = connection if isinstance(connection, BoundedStream) else None
        self._place = process()
        self._place.check()
        self._chunks: Iterator[bytes] | None = None

    def read(self, idle_seconds: float) -> bytes | Cut | None:
        self._place.check()
        if self._chunks is None:
            # Over a client of the caller's own it is the time between bytes.
            self._response.request.extensions["timeout"]["read"] = idle_seconds
            self._chunks = iter(_chunks(self._response))
        if self._connection is not None:
            self._connection.expiry = time.monotonic() + idle_seconds
        try:
            return next(self._chunks, None)
        except _ERRORS as error:
            return _cut(error)

    def close(self) -> None:
        self._response.close()


def _chunks(response: httpx.Response) -> Iterable[bytes]:
    if "content-encoding" in response.headers or not isinstance(response.stream, httpx.SyncByteStream):
        return response.iter_bytes()
    return response.stream


def _async_chunks(response: httpx.Response) -> AsyncIterable[bytes]:
    if "content-encoding" in response.headers or not isinstance(response.stream, httpx.AsyncByteStream):
        return response.aiter_bytes()
    return response.stream


def _cut(error: Exception) -> Cut:
    return Cut(reason(error), idle=isinstance(error, (TimeoutError, httpx.TimeoutException)))


class Clients:
    """What a client and its copies send with: what the caller gave, or one for each process.

    Over a connection of its parent, a forked process would read the parent's answers.
    """

    def __init__(self, given: httpx.Client | None) -> None:
        self._given = given
        self._given_to = process()
        self._own = {} if given else {process_id(): own_client()}

    def here(self) -> httpx.Client:
        """Return the one of this process.

        Raises:
            RuntimeError: It was given, and another process used it.
        """
        if self._given is not None:
            self._given_to.check()
            return self._given
        process = process_id()
        if process not in self._own:
            *_, inherited = self._own.values()
            self._own.setdefault(process, inherited if inherited.is_closed else own_client())
        return self._own[process]


class Http:
    """Sends synchronously."""

    def __init__(self, origin: Origin, client: httpx.Client | None) -> None:
        check_url(origin.base_url)
        check_client(client, httpx.Client)
        self._origin = origin
        self._owned = client is None
        self._clients = Clients(client)

    def share(self, provider_key: Secret | None = None) -> "Http":
        """Return another sender over the same connections, which it does not close.

        Args:
            provider_key: Sent with runs from there; None leaves it as it is.
        """
        shared = copy.copy(self)
        shared._owned = False  # noqa: SLF001 - of its own class
        if provider_key is not None:
            shared._origin = replace(self._origin, provider_key=provider_key)  # noqa: SLF001
        return shared

    @property
    def base_url(self) -> str:
        """Where requests go."""
        return self._origin.base_url

    @property
    def _client(self) -> httpx.Client:
        return self._clients.here()

    def send(self, request: Request, budget: float | None, headers: Mapping[str, str]) -> Outcome:
        """Send once, with some headers besides the client's own."""
        with bounded(budget):
            try:
                return self._send(request, budget, headers)
            except _ERRORS as error:
                return OUT_OF_TIME if time_is_up() else _failure(error)

    def _send(self, request: Request, budget: float | None, headers: Mapping[str, str]) -> Answer:
        client, url = self._client, url_of(self._origin, request)
        _check_open(client)
        built = _build(client, request, url, head(self._origin, request, headers), budget)
        response = client.send(built, stream=True, auth=None, follow_redirects=False)
        status, received = response.status_code, fields(response.headers.raw)
        if stays_open(request, status, received):
            return answer(self._origin, status, received, b"", _Body(response))
        try:
            return answer(self._origin, status, received, b"".join(_chunks(response)))
        finally:
            response.close()

    def close(self) -> None:
        """Close the connections, unless they are someone else's."""
        if self._owned:
            self._client.close()


class _Reply:
    """An answer whose body is still coming, asynchronously."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers = fields(response.headers.raw)
        self._response = response
        connection: object = response.extensions.get("network_stream")
        self._connection = connection if isinstance(connection, CancellableStream) else None
        self._chunks: AsyncIterator[bytes] | None = None

    async def read(self) -> bytes | Failure:
        try:
            return b"".join([chunk async for chunk in _async_chunks(self._response)])
        except _ERRORS as error:
            return _failure(error)

    async def read_chunk(self, idle_seconds: float) -> bytes | Cut | None:
        if self._chunks is None:
            # What was left of the deadline bounds the opening; from here on it is the idle timeout.
            self._response.request.extensions["timeout"]["read"] = idle_seconds
            self._chunks = aiter(_async_chunks(self._response))
        if self._connection is not None:
            self._connection.expiry = time.monotonic() + idle_seconds
        try:
            return await anext(self._chunks, None)
        except _ERRORS as error:
            return _cut(error)

    async def close(self) -> None:
        with anyio.CancelScope(shield=True):
            await self._response.aclose()


class HttpxNetwork:
    """Asynchronous connections.

    Args:
        client: What the caller gave.
    """

    def __init__(self, client: httpx.AsyncClient | None = None) -> None:
        self._client = client or own_async_client()

    async def open(
        self, request: Request, url: str, headers: Mapping[str, str], budget: float | None
    ) -> _Reply | Failure:
        """Send a request and read the head of the answer, or say why none came.

        Raises:
            RuntimeError: The connections are closed.
        """
        _check_open(self._client)
        try:
            built = _build(self._client, request, url, headers, budget)
            response = await self._client.send(built, stream=True, auth=None, follow_redirects=False)
        except _ERRORS as error:
            return _failure(error)
        return _Reply(response)

    @staticmethod
    @asynccontextmanager
    async def within(seconds: float | None) -> AsyncGenerator[None, None]:
        """Cancel what the block does when its time is up.

        Raises:
            TimeoutError: It was.
        """
        with anyio.fail_after(seconds):
            yield

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def check_url(url: str) -> None:
    try:
        # Names that the library takes and the network then can not look up.
        httpx.URL(url).host.encode("idna")
    except httpx.InvalidURL as error:
        reason = str(error)
    except UnicodeError:
        reason = "its host is no name"
    else:
        return
    raise ConfigurationError(f"base_url is malformed: {reason}")


def check_client(client: object, kind: type[httpx.Client | httpx.AsyncClient]) -> None:
    if client is not None and not isinstance(client, kind):
        raise ConfigurationError(f"http_client must be an httpx.{kind.__name__}, not {type(client).__name__}")


@cache
def tls() -> ssl.SSLContext:
    """Read the certificates once: they take 20 ms and most of the memory of a client."""
    return httpx.create_ssl_context()


class _OwnClient(httpx.Client):
    """Connections and proxies alone: no cookies, redirects, hooks or log, which take a third of a call."""

    def send(self, request: httpx.Request, **_: object) -> httpx.Response:
        response = self._transport_for_url(request.url).handle_request(request)
        response.request = request
        return response


class _OwnAsyncClient(httpx.AsyncClient):
    """As `_OwnClient`."""

    async def send(self, request: httpx.Request, **_: object) -> httpx.Response:
        response = await self._transport_for_url(request.url).handle_async_request(request)
        response.request = request
        return response


def own_client() -> httpx.Client:
    client = _OwnClient(limits=_THREADS_POOL, verify=tls())
    _set_network(client, BoundedBackend)
    return client


def own_async_client() -> httpx.AsyncClient:
    client = _OwnAsyncClient(limits=_TASKS_POOL, verify=tls())
    transport = client._transport  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    if isinstance(transport, httpx.AsyncHTTPTransport):
        transport._pool = TasksPool(  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            ssl_context=tls(), max_connections=MOST_CONNECTIONS, keepalive_expiry=KEPT_SECONDS
        )
    _set_network(client, CancellableBackend)
    return client


def _set_network(
    client: httpx.Client | httpx.AsyncClient,
    backend: type[BoundedBackend | CancellableBackend],
) -> None:
    # The library has no public way to set the network of a client that also honours proxy settings.
    transports = (client._transport, *client._mounts.values())  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    for transport in transports:
        pool = getattr(transport, "_pool", None)
        if pool is not None:
            pool._network_backend = backend(pool._network_backend)  # noqa: SLF001


def _check_open(client: httpx.Client | httpx.AsyncClient) -> None:
    if client.is_closed:
        raise RuntimeError("the client is closed")


def _build(
    client: httpx.Client | httpx.AsyncClient,
    request: Request,
    url: str,
    headers: Mapping[str, str],
    budget: float | None,
) -> httpx.Request:
    connect = CONNECT_SECONDS if budget is None else min(CONNECT_SECONDS, budget)
    built = client.build_request(
        request.method,
        url if request.elsewhere else _url(url),
        content=request.content,
        headers=headers,
        timeout=httpx.Timeout(budget, connect=connect),
    )
    if request.elsewhere:
        # A given client may have one of its own, which is not for whoever keeps the media.
        built.headers.pop("authorization", None)
    return built


@lru_cache(maxsize=256)
def _url(text: str) -> httpx.URL:
    """Parse a URL of the service once: it takes longer than all else that goes into a request."""
    return httpx.URL(text)


def _failure(error: Exception) -> Failure:
    if isinstance(error, _UNREADABLE):
        return Failure(Cause.UNREADABLE, reason(error))
    return Failure(Cause.NOT_SENT if isinstance(error, _NOT_SENT) else Cause.OUTCOME_UNKNOWN, reason(error))
