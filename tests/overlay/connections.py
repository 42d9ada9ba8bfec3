"""What a client holds open, whichever library keeps its connections."""

import os
import socket
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

import pytest

from bytezkit import Bytez
from bytezkit._core.config import Origin
from bytezkit._transport.async_sender import AsyncHttpClient, AsyncSender, HttpxNetwork

# The libraries below the asynchronous client.
NETWORKS: Final = ("httpx", "aiohttp")


def use_network(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make asynchronous clients use one HTTP library unless they are given a client."""
    if name == "aiohttp":
        pytest.importorskip("aiohttp", reason="the extra `fast` is not installed")
        initialize = AsyncSender.__init__

        def over_aiohttp(self: AsyncSender, origin: Origin, http_client: AsyncHttpClient | None) -> None:
            initialize(self, origin, http_client or "aiohttp")

        monkeypatch.setattr(AsyncSender, "__init__", over_aiohttp)


class InstancePool(Protocol):
    """The connections of a client."""

    @property
    def open(self) -> int:
        """How many there are, idle and busy ones."""
        ...

    @property
    def busy(self) -> int:
        """How many of them a call holds."""
        ...

    @property
    def calls(self) -> int:
        """How many calls hold one or wait for one."""
        ...

    def limit(self, connections: int) -> None:
        """Let there be no more connections than so many."""
        ...

    async def aclose(self) -> None:
        """Close them."""
        ...


class _HttpxPool:
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


class _AiohttpPool:
    def __init__(self, session: Any) -> None:
        self._session = session
        self._connector = session.connector

    @property
    def open(self) -> int:
        return self.busy + sum(len(idle) for idle in self._connector._conns.values())

    @property
    def busy(self) -> int:
        return len(self._connector._acquired)

    @property
    def calls(self) -> int:
        return self.busy + sum(len(waiting) for waiting in self._connector._waiters.values())

    def limit(self, connections: int) -> None:
        self._connector._limit = connections

    async def aclose(self) -> None:
        await self._session.close()


def pool_of(client: Any) -> InstancePool:
    """Return the connections of a client; an asynchronous one that has none yet gets them."""
    http = client._session.http
    if isinstance(client, Bytez):
        return _HttpxPool(http._clients.current())
    network = http._network.get()
    return (
        _HttpxPool(network._client) if isinstance(network, HttpxNetwork) else _AiohttpPool(network._session)
    )


def is_at_rest(client: Any) -> bool:
    """Say whether nothing is under way: no call waits, and each connection is free for the next one."""
    pool = pool_of(client)
    return not pool.calls and not pool.busy


def sockets_to(url: str) -> int:
    """Count the sockets of this process that are connected to a server, whoever holds them."""
    port = urlsplit(url).port
    return sum(_peer_port(int(path.name)) == port for path in [*Path("/dev/fd").iterdir()])


def _peer_port(number: int) -> int | None:
    with suppress(OSError):  # Other threads close theirs meanwhile, and some are not connected.
        if stat.S_ISSOCK(os.fstat(number).st_mode):
            with socket.socket(fileno=os.dup(number)) as duplicate:
                if duplicate.family == socket.AF_INET:
                    port: int = duplicate.getpeername()[1]
                    return port
    return None
