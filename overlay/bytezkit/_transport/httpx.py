"""The httpx client that synchronous requests are sent with by default, and its transports."""

import os
import ssl
from collections.abc import Callable
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Generic, TypedDict, TypeVar

import httpcore
import httpx

from bytezkit._transport.deadline_network import DeadlineBackend
from bytezkit._transport.headers import KEEP_ALIVE_SECONDS
from bytezkit._transport.proxies import bypasses_proxy, environment_proxies
from bytezkit.errors import ConfigurationError

TransportT = TypeVar("TransportT")


class PoolSettings(TypedDict):
    """Settings of a connection pool of httpcore."""

    ssl_context: ssl.SSLContext
    max_connections: int | None
    max_keepalive_connections: int | None
    keepalive_expiry: float


def pool_settings(ssl_context: ssl.SSLContext, max_connections: int | None) -> PoolSettings:
    """Return the settings of a pool."""
    return {
        "ssl_context": ssl_context,
        "max_connections": max_connections,
        "max_keepalive_connections": max_connections,
        "keepalive_expiry": KEEP_ALIVE_SECONDS,
    }


def proxy_url(proxy: httpx.Proxy) -> httpcore.URL:
    """Return the URL of a proxy for httpcore."""
    url = proxy.url
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/")


class DeadlineTransport(httpx.HTTPTransport):
    """An `httpx.HTTPTransport` that can bound a whole call.

    The timeouts of httpx restart with every byte, so a server that sends single bytes holds a call for ever.
    With this transport, the `deadline` of `Bytez` holds for such a server too. `Bytez` uses it by default; a
    client that you construct yourself needs it as its transport:

        with httpx.Client(transport=DeadlineTransport(), event_hooks=hooks) as http_client:
            client = Bytez(http_client=http_client)

    It speaks HTTP/1.1 and has no limit on the number of connections. Outside calls of `Bytez` it behaves like
    its base class.

    Args:
        proxy: Proxy for all requests (`http`, `https` or `socks5`). Default: no proxy.
        verify: TLS settings. Default: the certificates that httpx trusts.
    """

    def __init__(
        self, *, proxy: str | httpx.URL | httpx.Proxy | None = None, verify: ssl.SSLContext | None = None
    ) -> None:
        # This replaces the pool that `HTTPTransport.__init__` makes, because the base class has no public way
        # to set the network backend of its pool. A transport of another base class would escape the tools
        # that patch `HTTPTransport.handle_request` to mock or instrument httpx.
        if proxy is not None and not isinstance(proxy, httpx.Proxy):
            proxy = httpx.Proxy(proxy)
        self._pool = _connection_pool(proxy, verify or default_ssl_context())


def _connection_pool(proxy: httpx.Proxy | None, ssl_context: ssl.SSLContext) -> httpcore.ConnectionPool:
    network = DeadlineBackend(httpcore.SyncBackend())
    # At a limit, the pool of httpcore closes connections that it has just given to another thread.
    settings = pool_settings(ssl_context, max_connections=None)
    if proxy is None:
        return httpcore.ConnectionPool(network_backend=network, **settings)
    url = proxy_url(proxy)
    if proxy.url.scheme.startswith("socks"):
        return httpcore.SOCKSProxy(url, proxy_auth=proxy.raw_auth, network_backend=network, **settings)
    return httpcore.HTTPProxy(
        url,
        proxy_auth=proxy.raw_auth,
        proxy_headers=proxy.headers.raw,
        proxy_ssl_context=proxy.ssl_context,
        network_backend=network,
        **settings,
    )


class EnvironmentRoutes(Generic[TransportT]):
    """A transport without a proxy, and one for each proxy that the environment names.

    httpx would reach this machine over a proxy too, and fail on entries of `NO_PROXY` that it cannot parse.
    """

    def __init__(self, make: Callable[[str | None], TransportT]) -> None:
        self._direct = make(None)
        self._proxied = {scheme: make(proxy) for scheme, proxy in environment_proxies().items()}

    def choose(self, url: httpx.URL) -> TransportT:
        """Return the transport for a URL."""
        proxied = self._proxied.get(url.scheme)
        return self._direct if proxied is None or bypasses_proxy(url.host, url.port) else proxied

    @property
    def transports(self) -> list[TransportT]:
        """All transports."""
        return [self._direct, *self._proxied.values()]


class EnvironmentTransport(EnvironmentRoutes[DeadlineTransport], httpx.BaseTransport):
    """Sends over the proxies that the environment names, and never over a proxy to this machine."""

    def __init__(self) -> None:
        super().__init__(lambda proxy: DeadlineTransport(proxy=proxy))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request over the proxy of its scheme, or directly."""
        return self.choose(request.url).handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        for transport in self.transports:
            transport.close()


def default_client() -> httpx.Client:
    """Return the client that `Bytez` sends with unless the caller gives one.

    Raises:
        ConfigurationError: A variable of the environment for proxies or TLS is wrong.
    """
    return httpx.Client(transport=EnvironmentTransport(), cookies=no_cookies())


def normalized_url(url: str) -> str:
    """Return a URL as httpx sends it: host in IDNA, no dot segments. An invalid URL is unchanged."""
    try:
        return str(httpx.URL(url))
    except httpx.InvalidURL:
        return url


def no_cookies() -> CookieJar:
    """Return a cookie jar that accepts none: callers of one client must not share a session."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


@cache
def default_ssl_context() -> ssl.SSLContext:
    """Return the certificates that httpx trusts. Reading them takes 20 ms, so all clients share them.

    Raises:
        ConfigurationError: A file that the environment names cannot be used.
    """
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        # Only the error of the key log has the name of the file.
        variable = "SSLKEYLOGFILE" if error.filename else "SSL_CERT_FILE"
        if not os.environ.get(variable):
            raise
        problem = f"the file of {variable} cannot be used: {error.strerror or error}"
    raise ConfigurationError(problem)
