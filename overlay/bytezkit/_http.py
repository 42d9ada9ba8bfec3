"""Sending, and reading what comes back: the one module that knows the HTTP library."""

from collections.abc import AsyncIterator, Iterator
from importlib.metadata import version
from typing import Final, TypeAlias

import anyio
import httpx

from bytezkit._bounded_network import BoundedBackend, bounded, time_is_up
from bytezkit._configuration import Origin
from bytezkit._effects import Answer, Cause, Cut, Failure, Outcome, Request
from bytezkit.errors import ConfigurationError

HttpClient: TypeAlias = httpx.Client
AsyncHttpClient: TypeAlias = httpx.AsyncClient

_CONNECT_SECONDS: Final = 10.0
_USER_AGENT: Final = f"bytezkit/{version('bytezkit')}"
_POOL: Final = httpx.Limits(max_connections=1000, max_keepalive_connections=100)
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_UNREADABLE: Final = (httpx.DecodingError, httpx.InvalidURL, httpx.UnsupportedProtocol)
_ERRORS: Final = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL)


class Body:
    """The body of an answer that is still coming."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self._chunks: Iterator[bytes] | None = None
        self._async_chunks: AsyncIterator[bytes] | None = None

    def read(self, idle_seconds: float) -> bytes | Cut | None:
        """Return the next chunk, None at the end, or how the stream was cut."""
        if self._chunks is None:
            # A client of the caller's own knows nothing of `bounded`.
            self._response.request.extensions["timeout"]["read"] = idle_seconds
            self._chunks = self._response.iter_bytes()
        with bounded(idle_seconds):
            try:
                return next(self._chunks, None)
            except (httpx.HTTPError, httpx.StreamError) as error:
                return _cut(error)

    async def read_async(self, idle_seconds: float) -> bytes | Cut | None:
        """Return the next chunk, None at the end, or how the stream was cut."""
        if self._async_chunks is None:
            # What was left of the deadline bounds the opening; from here on it is the idle timeout.
            self._response.request.extensions["timeout"]["read"] = None
            self._async_chunks = self._response.aiter_bytes()
        try:
            with anyio.fail_after(idle_seconds):
                return await anext(self._async_chunks, None)
        except (httpx.HTTPError, httpx.StreamError, TimeoutError) as error:
            return _cut(error)

    def close(self) -> None:
        """Give the connection back."""
        self._response.close()

    async def close_async(self) -> None:
        """Give the connection back."""
        with anyio.CancelScope(shield=True):
            await self._response.aclose()


def _cut(error: Exception) -> Cut:
    return Cut(_reason(error), idle=isinstance(error, (TimeoutError, httpx.TimeoutException)))


class Http:
    """Sends synchronously."""

    def __init__(self, origin: Origin, client: httpx.Client | None) -> None:
        _check_url(origin.base_url)
        self._origin = origin
        self._owned = client is None
        self._client = client or _bounded_client()

    def share(self) -> "Http":
        """Return another sender over the same connections, which it does not close."""
        return Http(self._origin, self._client)

    @property
    def base_url(self) -> str:
        """Where requests go."""
        return self._origin.base_url

    def send(self, request: Request, budget: float | None) -> Outcome:
        """Send once."""
        with bounded(budget):
            try:
                return self._send(request, budget)
            except _ERRORS as error:
                return _failure(error, out_of_time=time_is_up())

    def _send(self, request: Request, budget: float | None) -> Answer:
        built = _build(self._client, self._origin, request, budget)
        response = self._client.send(built, stream=True, auth=None, follow_redirects=False)
        if _stays_open(request, response):
            return _answer(response, b"", Body(response))
        try:
            return _answer(response, response.read(), None)
        finally:
            response.close()

    def close(self) -> None:
        """Close the connections, unless they are someone else's."""
        if self._owned:
            self._client.close()


class AsyncHttp:
    """Sends asynchronously."""

    def __init__(self, origin: Origin, client: httpx.AsyncClient | None) -> None:
        _check_url(origin.base_url)
        self._origin = origin
        self._owned = client is None
        self._client = client or httpx.AsyncClient(limits=_POOL)

    def share(self) -> "AsyncHttp":
        """Return another sender over the same connections, which it does not close."""
        return AsyncHttp(self._origin, self._client)

    @property
    def base_url(self) -> str:
        """Where requests go."""
        return self._origin.base_url

    async def send(self, request: Request, budget: float | None) -> Outcome:
        """Send once."""
        try:
            with anyio.fail_after(budget):
                return await self._send(request, budget)
        except _ERRORS as error:
            return _failure(error, out_of_time=False)
        except TimeoutError as error:
            return _failure(error, out_of_time=True)

    async def _send(self, request: Request, budget: float | None) -> Answer:
        built = _build(self._client, self._origin, request, budget)
        response = await self._client.send(built, stream=True, auth=None, follow_redirects=False)
        if _stays_open(request, response):
            return _answer(response, b"", Body(response))
        try:
            return _answer(response, await response.aread(), None)
        finally:
            with anyio.CancelScope(shield=True):
                await response.aclose()

    async def close(self) -> None:
        """Close the connections, unless they are someone else's."""
        if self._owned:
            await self._client.aclose()


def _check_url(url: str) -> None:
    try:
        httpx.URL(url)
    except httpx.InvalidURL as error:
        reason = str(error)
    else:
        return
    raise ConfigurationError(f"base_url is malformed: {reason}")


def _bounded_client() -> httpx.Client:
    client = httpx.Client(limits=_POOL)
    # The library has no public way to set the network of a client that also honours proxy settings.
    transports = (client._transport, *client._mounts.values())  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    for transport in transports:
        pool = getattr(transport, "_pool", None)
        if pool is not None:
            pool._network_backend = BoundedBackend(pool._network_backend)  # noqa: SLF001
    return client


def _build(
    client: httpx.Client | httpx.AsyncClient, origin: Origin, request: Request, budget: float | None
) -> httpx.Request:
    if client.is_closed:
        raise RuntimeError("the client is closed")
    headers = {"user-agent": _USER_AGENT}
    if not request.elsewhere:
        headers["authorization"] = f"Key {origin.api_key.reveal()}"
    if request.content is not None:
        headers["content-type"] = "application/json"
    if request.provider_key and origin.provider_key is not None:
        headers["provider-key"] = origin.provider_key.reveal()
    connect = _CONNECT_SECONDS if budget is None else min(_CONNECT_SECONDS, budget)
    built = client.build_request(
        request.method,
        request.path if request.elsewhere else origin.base_url + request.path,
        params=request.query or None,
        content=request.content,
        headers=headers,
        timeout=httpx.Timeout(budget, connect=connect),
    )
    if request.elsewhere:
        # A given client may have one of its own, which is not for whoever keeps the media.
        built.headers.pop("authorization", None)
    return built


def _stays_open(request: Request, response: httpx.Response) -> bool:
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    is_whole = media_type == "application/json" and not request.elsewhere
    return request.streamed and response.is_success and not is_whole


def _answer(response: httpx.Response, content: bytes, body: Body | None) -> Answer:
    return Answer(response.status_code, response.headers, content, body)


def _failure(error: Exception, *, out_of_time: bool) -> Failure:
    if out_of_time:
        return Failure(Cause.DEADLINE, "the deadline passed before the service answered")
    if isinstance(error, _UNREADABLE):
        return Failure(Cause.UNREADABLE, _reason(error))
    return Failure(Cause.NOT_SENT if isinstance(error, _NOT_SENT) else Cause.OUTCOME_UNKNOWN, _reason(error))


def _reason(error: Exception) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
