"""What a client holds open."""

import os
import socket
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


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


def pool_of(client: Any) -> Any:
    """Return the connections of a client of either face, idle and busy ones."""
    return client._session.http._client._transport._pool


def is_at_rest(client: Any) -> bool:
    """Say whether nothing is under way: no call waits, and each connection is free for the next one."""
    pool = pool_of(client)
    return not pool._requests and all(connection.is_idle() for connection in pool.connections)
