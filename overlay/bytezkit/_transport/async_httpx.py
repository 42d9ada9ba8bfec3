"""The httpx client that asynchronous requests are sent with by default, and its transports."""

from typing import cast

import httpcore
import httpx

from bytezkit._transport.early_response import EarlyResponseBackend
from bytezkit._transport.headers import MAX_CONNECTIONS
from bytezkit._transport.httpx import (
    EnvironmentRoutes,
    default_ssl_context,
    no_cookies,
    pool_settings,
    proxy_url,
)


class _EarlyResponseTransport(httpx.AsyncHTTPTransport):
    """An `httpx.AsyncHTTPTransport` that receives a response which is sent before the request was read."""

    def __init__(self, proxy: str | None) -> None:
        # As in `DeadlineTransport`.
        self._pool = _async_connection_pool(httpx.Proxy(proxy) if proxy else None)


def _async_connection_pool(proxy: httpx.Proxy | None) -> httpcore.AsyncConnectionPool:
    # pyright takes the class for the placeholder that httpcore defines if anyio is not installed.
    network = EarlyResponseBackend(cast("httpcore.AsyncNetworkBackend", httpcore.AnyIOBackend()))
    settings = pool_settings(default_ssl_context(), MAX_CONNECTIONS)
    if proxy is None:
        return httpcore.AsyncConnectionPool(network_backend=network, **settings)
    url = proxy_url(proxy)
    if proxy.url.scheme.startswith("socks"):
        return httpcore.AsyncSOCKSProxy(url, proxy_auth=proxy.raw_auth, network_backend=network, **settings)
    return httpcore.AsyncHTTPProxy(
        url,
        proxy_auth=proxy.raw_auth,
        proxy_headers=proxy.headers.raw,
        proxy_ssl_context=proxy.ssl_context,
        network_backend=network,
        **settings,
    )


class AsyncEnvironmentTransport(EnvironmentRoutes[_EarlyResponseTransport], httpx.AsyncBaseTransport):
    """Asynchronous `EnvironmentTransport`."""

    def __init__(self) -> None:
        super().__init__(_EarlyResponseTransport)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request over the proxy of its scheme, or directly."""
        return await self.choose(request.url).handle_async_request(request)

    async def aclose(self) -> None:
        """Close all connections."""
        for transport in self.transports:
            await transport.aclose()


def default_async_client() -> httpx.AsyncClient:
    """Return the client that `AsyncBytez` sends with unless the caller chooses another.

    Raises:
        ConfigurationError: A variable of the environment for proxies or TLS is wrong.
    """
    return httpx.AsyncClient(transport=AsyncEnvironmentTransport(), cookies=no_cookies())
