"""Sending, and reading what comes back: the one module that knows the HTTP library."""

import copy
import os
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final, TypeAlias

import anyio
import httpx

from bytezkit import __version__
from bytezkit._bounded_network import BoundedBackend, CancellableBackend, bounded, time_is_up
from bytezkit._configuration import Origin
from bytezkit._effects import Answer, Cause, Cut, Failure, Outcome, Request
from bytezkit._place import Place, event_loop, process
from bytezkit._secrets import Secret
from bytezkit.errors import ConfigurationError

HttpClient: TypeAlias = httpx.Client
AsyncHttpClient: TypeAlias = httpx.AsyncClient

_CONNECT_SECONDS: Final = 10.0
_USER_AGENT: Final = f"bytezkit/{__version__}"
# At its limits the pool of the HTTP library closes connections that it has just given to another call. So
# there is none on idle ones, whose time is long enough for a thread that waits for its turn, and none at all
# among threads. Tasks are many more: they wait for one of as many as a process may have open.
_THREADS_POOL: Final = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=30)
_TASKS_POOL: Final = httpx.Limits(max_connections=1000, max_keepalive_connections=1000, keepalive_expiry=30)
_NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
# A host name that can not be one fails as text.
_UNREADABLE: Final = (httpx.DecodingError, httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError)
# A broken TLS record passes the asynchronous network as the OSError that it is.
_ERRORS: Final = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError, OSError)


class Body:
    """The body of an answer that is still coming."""

    def __init__(self, response: httpx.Response, place: Place) -> None:
        place.check()
        self._response = response
        self._place = place
        self._chunks: Iterator[bytes] | None = None
        self._async_chunks: AsyncIterator[bytes] | None = None

    def read(self, idle_seconds: float) -> bytes | Cut | None:
        """Return the next chunk, None at the end, or how the stream was cut."""
        self._place.check()
        if self._chunks is None:
            # A client of the caller's own knows nothing of `bounded`.
            self._response.request.extensions["timeout"]["read"] = idle_seconds
            self._chunks = self._response.iter_bytes()
        with bounded(idle_seconds):
            try:
                return next(self._chunks, None)
            except _ERRORS as error:
                return _cut(error)

    async def read_async(self, idle_seconds: float) -> bytes | Cut | None:
        """Return the next chunk, None at the end, or how the stream was cut."""
        self._place.check()
        if self._async_chunks is None:
            # What was left of the deadline bounds the opening; from here on it is the idle timeout.
            self._response.request.extensions["timeout"]["read"] = None
            self._async_chunks = self._response.aiter_bytes()
        try:
            with anyio.fail_after(idle_seconds):
                return await anext(self._async_chunks, None)
        except _ERRORS as error:
            return _cut(error)

    def close(self) -> None:
        """Give the connection back."""
        self._response.close()

    async def close_async(self) -> None:
        """Give the connection back."""
        self._place.check()
        with anyio.CancelScope(shield=True):
            await self._response.aclose()


def _cut(error: Exception) -> Cut:
    return Cut(_reason(error), idle=isinstance(error, (TimeoutError, httpx.TimeoutException)))


class Clients:
    """What a client and its copies send with: what the caller gave, or one for each process.

    Over a connection of its parent, a forked process would read the parent's answers.
    """

    def __init__(self, given: httpx.Client | None) -> None:
        self._given = given
        self._given_to = process()
        self._own = {} if given else {os.getpid(): _bounded_client()}

    def here(self) -> httpx.Client:
        """Return the one of this process.

        Raises:
            RuntimeError: It was given, and another process used it.
        """
        if self._given is not None:
            self._given_to.check()
            return self._given
        process = os.getpid()
        if process not in self._own:
            *_, inherited = self._own.values()
            self._own.setdefault(process, inherited if inherited.is_closed else _bounded_client())
        return self._own[process]


class Http:
    """Sends synchronously."""

    def __init__(self, origin: Origin, client: httpx.Client | None) -> None:
        _check_url(origin.base_url)
        _check_client(client, httpx.Client)
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
                return _failure(error, out_of_time=time_is_up())

    def _send(self, request: Request, budget: float | None, headers: Mapping[str, str]) -> Answer:
        client = self._client
        built = _build(client, self._origin, request, budget, headers)
        response = client.send(built, stream=True, auth=None, follow_redirects=False)
        if _stays_open(request, response):
            return _answer(self._origin, response, b"", Body(response, process()))
        try:
            return _answer(self._origin, response, response.read(), None)
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
        _check_client(client, httpx.AsyncClient)
        self._origin = origin
        self._owned = client is None
        self._client = client or _cancellable_client()
        self._place = event_loop()

    def share(self) -> "AsyncHttp":
        """Return another sender over the same connections, which it does not close."""
        shared = copy.copy(self)
        shared._owned = False  # noqa: SLF001 - of its own class
        return shared

    @property
    def base_url(self) -> str:
        """Where requests go."""
        return self._origin.base_url

    async def send(self, request: Request, budget: float | None, headers: Mapping[str, str]) -> Outcome:
        """Send once, with some headers besides the client's own."""
        try:
            with anyio.fail_after(budget):
                return await self._send(request, budget, headers)
        except TimeoutError as error:
            return _failure(error, out_of_time=True)
        except _ERRORS as error:
            return _failure(error, out_of_time=False)

    async def _send(self, request: Request, budget: float | None, headers: Mapping[str, str]) -> Answer:
        built = _build(self._client, self._origin, request, budget, headers)
        self._place.check()
        response = await self._client.send(built, stream=True, auth=None, follow_redirects=False)
        if _stays_open(request, response):
            return _answer(self._origin, response, b"", Body(response, self._place))
        try:
            return _answer(self._origin, response, await response.aread(), None)
        finally:
            with anyio.CancelScope(shield=True):
                await response.aclose()

    async def close(self) -> None:
        """Close the connections, unless they are someone else's."""
        if self._owned:
            self._place.check()
            await self._client.aclose()


def _check_url(url: str) -> None:
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


def _check_client(client: object, kind: type[httpx.Client | httpx.AsyncClient]) -> None:
    if client is not None and not isinstance(client, kind):
        raise ConfigurationError(f"http_client must be an httpx.{kind.__name__}, not {type(client).__name__}")


def _no_cookies() -> CookieJar:
    """Return a jar that keeps nothing, so that no answer can spoil or mark the requests after it."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


@cache
def _tls() -> ssl.SSLContext:
    """Read the certificates once: they take 20 ms and most of the memory of a client."""
    return httpx.create_ssl_context()


def _bounded_client() -> httpx.Client:
    client = httpx.Client(limits=_THREADS_POOL, cookies=_no_cookies(), verify=_tls())
    _set_network(client, BoundedBackend)
    return client


def _cancellable_client() -> httpx.AsyncClient:
    client = httpx.AsyncClient(limits=_TASKS_POOL, cookies=_no_cookies(), verify=_tls())
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


def _build(
    client: httpx.Client | httpx.AsyncClient,
    origin: Origin,
    request: Request,
    budget: float | None,
    extra: Mapping[str, str],
) -> httpx.Request:
    if client.is_closed:
        raise RuntimeError("the client is closed")
    headers = {"user-agent": _USER_AGENT}
    if not request.elsewhere:
        headers = {name.lower(): value for name, value in extra.items()} | headers
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


def _answer(origin: Origin, response: httpx.Response, content: bytes, body: Body | None) -> Answer:
    content = content if response.is_success else origin.hide_keys(content)
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
