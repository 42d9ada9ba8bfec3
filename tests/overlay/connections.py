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
from bytezkit._transport.async_sender import AsyncHttpClient, AsyncSender

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


class Pool:
    """Connection pool of httpx or aiohttp: open and busy connections, and calls that hold or wait for one."""

    def __init__(self, client: Any) -> None:
        http = client._session.http
        network = None if isinstance(client, Bytez) else http._network.get()
        self._session = getattr(network, "_session", None)
        if self._session is None:
            transport = (http._clients.current() if network is None else network._client)._transport
            self._pool = getattr(transport, "_direct", transport)._pool
        else:
            self._connector = self._session.connector

    @property
    def open(self) -> int:
        if self._session is None:
            return len(self._pool.connections)
        return self.busy + sum(map(len, self._connector._conns.values()))

    @property
    def busy(self) -> int:
        if self._session is None:
            return sum(not (it.is_idle() or it.is_closed()) for it in self._pool.connections)
        return len(self._connector._acquired)

    @property
    def calls(self) -> int:
        if self._session is None:
            return len(self._pool._requests)
        return self.busy + sum(map(len, self._connector._waiters.values()))

    def limit(self, connections: int) -> None:
        if self._session is None:
            self._pool._max_connections = connections
        else:
            self._connector._limit = connections

    async def aclose(self) -> None:
        await (self._pool.aclose() if self._session is None else self._session.close())


def pool_of(client: Any) -> Pool:
    """Return the connection pool of a client. An async client gets one if it has none yet."""
    return Pool(client)


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
