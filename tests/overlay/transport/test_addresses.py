"""Hosts with several addresses, of which some do not accept connections."""

import socket
import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any, Final

import httpcore
import pytest

from bytezkit import errors
from bytezkit._transport.addresses import connect_first, find_addresses
from tests.overlay.conftest import Connect
from tests.overlay.connections import is_at_rest, pool_of
from tests.overlay.loopback import PATIENCE, keep_streams_open, serving
from tests.overlay.scripted_service import resolve

pytestmark = pytest.mark.anyio

HOUR: Final = 3600.0
HOST: Final = "many.localhost"
LIVE: Final = "127.0.0.1"
SILENT: Final = "127.0.0.2"
REFUSING: Final = "127.0.0.3"


@contextmanager
def silent_address(port: int) -> Generator[None, None, None]:
    """Listen at an address whose queue of connections is full, so that it answers no further attempt."""
    with ExitStack() as sockets:
        listener = sockets.enter_context(socket.socket())
        try:
            listener.bind((SILENT, port))
        except OSError:
            pytest.skip("this system has one loopback address")
        listener.listen(0)
        for _ in range(8):
            waiting = sockets.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex((SILENT, port))
        yield


@pytest.mark.parametrize(
    ("addresses", "error"),
    [
        ([SILENT, LIVE], None),
        ([REFUSING, LIVE], None),
        ([SILENT, REFUSING, SILENT, LIVE], None),
        ([REFUSING, REFUSING], errors.ConnectionFailedError),
        ([SILENT] * 20, errors.DeadlineExceededError),
    ],
)
async def test_call_reaches_the_address_that_accepts(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, addresses: list[str], error: type[Exception] | None
) -> None:
    resolve_name = socket.getaddrinfo

    def getaddrinfo(host: Any, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        hosts = addresses if host in (HOST, HOST.encode()) else [host]
        return [found for name in hosts for found in resolve_name(name, port, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with serving(keep_streams_open) as service:
        port = int(service.url.rpartition(":")[2])
        # The deadline is shorter than the time limit of a connection attempt.
        options = {"deadline": 0.2 if error else PATIENCE, "max_retries": 0}
        async with connect(keep_streams_open, base_url=f"http://{HOST}:{port}", **options) as (_, client):
            with silent_address(port), pytest.raises(error) if error else nullcontext():
                start = time.monotonic()
                try:
                    assert await resolve(client.tasks.list()) == []
                finally:
                    assert time.monotonic() - start < PATIENCE
                    assert pool_of(client).open == (not error)
                    assert is_at_rest(client)


class Stream(httpcore.NetworkStream):
    """A connection that records its end."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def close(self) -> None:
        self.closed.set()


def test_slow_attempt_goes_on_beside_the_next_and_the_loser_is_closed() -> None:
    slow, late = Stream(), Stream()
    late_started, slow_won = threading.Event(), threading.Event()

    def connect(address: str, timeout: float | None) -> httpcore.NetworkStream:
        assert timeout is not None
        if address == "slow":
            assert late_started.wait(PATIENCE)
            return slow
        late_started.set()
        assert slow_won.wait(PATIENCE)
        return late

    assert connect_first(["slow", "late"], connect, HOUR) is slow
    slow_won.set()
    assert late.closed.wait(PATIENCE)
    assert not slow.closed.is_set()


def test_without_threads_addresses_are_tried_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(address: str, timeout: float | None) -> httpcore.NetworkStream:
        if address == "refusing":
            raise httpcore.ConnectError
        return live

    def start(thread: threading.Thread) -> None:
        raise RuntimeError("can't create new thread at interpreter shutdown")

    live = Stream()
    monkeypatch.setattr(threading.Thread, "start", start)
    assert connect_first(["refusing", "live"], connect, HOUR) is live


def test_families_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    six, four = socket.AF_INET6, socket.AF_INET
    addresses = [(six, "::a"), (six, "::b"), (four, "1.1.1.1")]
    found = [(family, socket.SOCK_STREAM, 6, "", (address, 1)) for family, address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    assert find_addresses("many", 1) == ["::a", "1.1.1.1", "::b"]
