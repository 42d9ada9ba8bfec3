"""Connections that a client holds open, independent of its HTTP library."""

import os
import socket
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from bytezkit import Bytez
from bytezkit._core.config import Origin
from bytezkit._transport.async_sender import AsyncHttpClient, AsyncSender, HttpxNetwork

# HTTP libraries of the async client.
NETWORKS: Final = ("httpx", "aiohttp")


def use_network(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make async clients use an HTTP library unless they are given a client."""
    if name == "aiohttp":
        pytest.importorskip("aiohttp", reason="the extra `fast` is not installed")
        initialize = AsyncSender.__init__

        def with_aiohttp(self: AsyncSender, origin: Origin, http_client: AsyncHttpClient | None) -> None:
            initialize(self, origin, http_client or "aiohttp")

        monkeypatch.setattr(AsyncSender, "__init__", with_aiohttp)


class HttpxPool:
    """Connection pool of httpx: open and busy connections, and calls that hold or wait for one."""

    def __init__(self, client: Any) -> None:
        transport = client._transport
        self._pool = getattr(transport, "_direct", transport)._pool

    @property
    def open(self) -> int:
        return len(self._pool.connections)

    @property
    def busy(self) -> int:
        return sum(not (it.is_idle() or it.is_closed()) for it in self._pool.connections)

    @property
    def calls(self) -> int:
        return len(self._pool._requests)

    def limit(self, connections: int) -> None:
        self._pool._max_connections = connections

    async def aclose(self) -> None:
        await self._pool.aclose()


class AiohttpPool:
    """Connection pool of aiohttp, with the same members."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._connector = session.connector

    @property
    def open(self) -> int:
        return self.busy + sum(map(len, self._connector._conns.values()))

    @property
    def busy(self) -> int:
        return len(self._connector._acquired)

    @property
    def calls(self) -> int:
        return self.busy + sum(map(len, self._connector._waiters.values()))

    def limit(self, connections: int) -> None:
        self._connector._limit = connections

    async def aclose(self) -> None:
        await self._session.close()


def pool_of(client: Any) -> HttpxPool | AiohttpPool:
    """Return the connection pool of a client. An async client gets one if it has none yet."""
    http = client._session.http
    if isinstance(client, Bytez):
        return HttpxPool(http._clients.current())
    network = http._network.get()
    if isinstance(network, HttpxNetwork):
        return HttpxPool(network._client)
    return AiohttpPool(network._session)


def is_at_rest(client: Any) -> bool:
    """Return whether no call waits and no connection is busy."""
    pool = pool_of(client)
    return not pool.calls and not pool.busy


def sockets_to(url: str) -> int:
    """Count the sockets of this process that are connected to a server."""
    port = urlsplit(url).port
    return sum(_peer_port(int(path.name)) == port for path in [*Path("/dev/fd").iterdir()])


def _peer_port(number: int) -> int | None:
    # Other threads may close their sockets meanwhile, and some sockets are not connected.
    with suppress(OSError):
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            with socket.socket(fileno=os.dup(number)) as duplicate:
                if duplicate.family == socket.AF_INET:
                    port: int = duplicate.getpeername()[1]
                    return port
    return None
