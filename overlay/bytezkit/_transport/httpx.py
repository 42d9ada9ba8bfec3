"""The httpx clients that requests are sent with by default, and the transport with a total deadline."""

import ssl
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpcore
import httpx

from bytezkit._transport.deadline_network import DeadlineBackend
from bytezkit._transport.headers import KEEP_ALIVE_SECONDS, MAX_CONNECTIONS
from bytezkit._transport.proxies import bypasses_proxy, environment_proxies

# httpx reads the proxies of the environment itself for an asynchronous client.
_NEVER_PROXIED: Final = ("all://localhost", "all://*.localhost", "all://127.0.0.1", "all://[::1]")


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
        self._pool = _connection_pool(proxy, verify or default_ssl_context())


def _connection_pool(
    proxy: str | httpx.URL | httpx.Proxy | None, ssl_context: ssl.SSLContext
) -> httpcore.ConnectionPool:
    network = DeadlineBackend(httpcore.SyncBackend())
    # At a limit, the pool of httpcore closes connections that it has just given to another thread.
    if proxy is None:
        return httpcore.ConnectionPool(
            ssl_context=ssl_context,
            max_connections=None,
            max_keepalive_connections=None,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
            network_backend=network,
        )
    settings = proxy if isinstance(proxy, httpx.Proxy) else httpx.Proxy(proxy)
    url = httpcore.URL(
        scheme=settings.url.raw_scheme, host=settings.url.raw_host, port=settings.url.port, target=b"/"
    )
    if settings.url.scheme.startswith("socks"):
        return httpcore.SOCKSProxy(
            url,
            proxy_auth=settings.raw_auth,
            ssl_context=ssl_context,
            max_connections=None,
            max_keepalive_connections=None,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
            network_backend=network,
        )
    return httpcore.HTTPProxy(
        url,
        proxy_auth=settings.raw_auth,
        proxy_headers=settings.headers.raw,
        ssl_context=ssl_context,
        proxy_ssl_context=settings.ssl_context,
        max_connections=None,
        max_keepalive_connections=None,
        keepalive_expiry=KEEP_ALIVE_SECONDS,
        network_backend=network,
    )


class EnvironmentTransport(httpx.BaseTransport):
    """Sends over the proxies that the environment names, and never over a proxy to this machine."""

    def __init__(self) -> None:
        self._direct = DeadlineTransport()
        self._proxied = {
            scheme: DeadlineTransport(proxy=proxy) for scheme, proxy in environment_proxies().items()
        }

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request over the proxy of its scheme, or directly."""
        proxied = self._proxied.get(request.url.scheme)
        if proxied is None or bypasses_proxy(request.url.host):
            return self._direct.handle_request(request)
        return proxied.handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        for transport in (self._direct, *self._proxied.values()):
            transport.close()


def default_client() -> httpx.Client:
    """Return the client that `Bytez` sends with unless the caller gives one.

    Raises:
        ConfigurationError: A proxy of the environment is malformed.
    """
    return httpx.Client(transport=EnvironmentTransport(), cookies=_no_cookies())


def default_async_client() -> httpx.AsyncClient:
    """Return the client that `AsyncBytez` sends with unless the caller chooses another.

    Raises:
        ConfigurationError: A proxy of the environment is malformed.
    """
    limits = httpx.Limits(
        max_connections=MAX_CONNECTIONS,
        max_keepalive_connections=MAX_CONNECTIONS,
        keepalive_expiry=KEEP_ALIVE_SECONDS,
    )
    environment_proxies()  # Checks the proxies, with clearer errors than those of httpx.
    return httpx.AsyncClient(
        limits=limits,
        verify=default_ssl_context(),
        cookies=_no_cookies(),
        mounts=dict.fromkeys(_NEVER_PROXIED),
    )


def normalized_url(url: str) -> str:
    """Return a URL as httpx sends it: host in IDNA, no dot segments. An invalid URL is unchanged."""
    try:
        return str(httpx.URL(url))
    except httpx.InvalidURL:
        return url


def _no_cookies() -> CookieJar:
    """Return a cookie jar that accepts none: callers of one client must not share a session."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))


@cache
def default_ssl_context() -> ssl.SSLContext:
    """Return the certificates that httpx trusts. Reading them takes 20 ms, so all clients share them."""
    return httpx.create_ssl_context()
