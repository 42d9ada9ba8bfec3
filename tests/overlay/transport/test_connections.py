"""Hosts with several addresses, proxies, variables of the environment for TLS, and the choice of aiohttp."""

import socket
import sys
import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any, Final
from unittest.mock import Mock

import httpcore
import httpx
import pytest

from bytezkit import AsyncBytez, errors
from bytezkit._transport.addresses import connect_first, find_addresses
from bytezkit._transport.httpx import default_ssl_context
from tests.overlay.conftest import Connect
from tests.overlay.connections import is_at_rest, pool_of
from tests.overlay.loopback import PATIENCE, Connection, keep_streams_open, serving
from tests.overlay.replies import MODEL
from tests.overlay.scripted_service import CLIENTS, KEY, ClientKind, resolve

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
        options = {"deadline": 0.2 if error is errors.DeadlineExceededError else PATIENCE, "max_retries": 0}
        async with connect(keep_streams_open, base_url=f"http://{HOST}:{port}", **options) as (_, client):
            with silent_address(port), pytest.raises(error) if error else nullcontext():
                start = time.monotonic()
                try:
                    assert await resolve(client.tasks.list()) == []
                finally:
                    assert time.monotonic() - start < PATIENCE
                    assert pool_of(client).open == (not error)
                    assert is_at_rest(client)


def test_slow_attempt_goes_on_beside_the_next_and_the_loser_is_closed() -> None:
    late_started, slow_won, late_closed = threading.Event(), threading.Event(), threading.Event()
    slow, late = Mock(), Mock(**{"close.side_effect": late_closed.set})

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
    assert late_closed.wait(PATIENCE)
    slow.close.assert_not_called()


def test_without_threads_addresses_are_tried_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    live = Mock()
    connect = Mock(side_effect=[httpcore.ConnectError, live])
    failure = RuntimeError("can't create new thread at interpreter shutdown")
    monkeypatch.setattr(threading.Thread, "start", Mock(side_effect=failure))
    assert connect_first(["refusing", "live"], connect, HOUR) is live


def test_families_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    six, four = socket.AF_INET6, socket.AF_INET
    addresses = [(six, "::a"), (six, "::b"), (four, "1.1.1.1")]
    found = [(family, socket.SOCK_STREAM, 6, "", (address, 1)) for family, address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    assert find_addresses("many", 1) == ["::a", "1.1.1.1", "::b"]


# Variable, value, and message of the error.
UNUSABLE: Final = [
    ("ALL_PROXY", "socks5://a:secret@127.0.0.1:1080", "ALL_PROXY is the URL of a SOCKS proxy"),
    ("HTTPS_PROXY", "socks4://a:secret@127.0.0.1:1080", "HTTPS_PROXY is not the URL of"),
    *(
        ("HTTP_PROXY", it, "HTTP_PROXY is not the URL of")
        for it in ("http://a:secret@b:x", "ftp://a:secret@b", "http://:0", "//", "http://a b", "http://a..b")
    ),
    pytest.param(
        *("SSL_CERT_FILE", "/nowhere/secret.pem", "the file of SSL_CERT_FILE cannot be used: No such file"),
        marks=pytest.mark.skipif(httpx.__version__ < "0.28", reason="httpx 0.27 ignores a missing file"),
    ),
    ("SSL_CERT_FILE", __file__, "the file of SSL_CERT_FILE cannot be used: "),
    ("SSLKEYLOGFILE", "/nowhere/secret", "the file of SSLKEYLOGFILE cannot be used: No such file"),
]


@pytest.fixture(autouse=True)
def _fresh_ssl_context() -> None:
    default_ssl_context.cache_clear()


@pytest.mark.parametrize(("variable", "value", "message"), UNUSABLE)
def test_constructor_names_unusable_variable(
    socket_client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv(variable, value)
    with pytest.raises(errors.ConfigurationError, match=message) as caught:
        CLIENTS[socket_client_kind](KEY)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


UNRESOLVABLE: dict[str, Any] = {"base_url": "http://api.invalid", "allow_insecure": True, "max_retries": 0}


# `NO_PROXY` and the host of a URL that is not on the loopback.
DIRECT: Final = [
    *((it, None) for it in ("", "localhost,[::1]", "fe80::/10", "a:b:c,*.d", "127.0.0.1", "*")),
    *((it, "http://api.invalid:8080") for it in ("api.invalid", ".invalid", "api.invalid:8080")),
]


@pytest.mark.parametrize("proxies", [(), ("ALL_PROXY", "HTTP_PROXY")])
@pytest.mark.parametrize("direct", DIRECT)
async def test_loopback_and_hosts_of_no_proxy_are_reached_directly(
    connect: Connect,
    monkeypatch: pytest.MonkeyPatch,
    proxies: tuple[str, ...],
    direct: tuple[str, str | None],
) -> None:
    no_proxy, base_url = direct
    monkeypatch.setenv("NO_PROXY", no_proxy)
    requests: list[bytes] = []
    with serving(lambda connection: requests.append(connection.read_request())) as proxy:
        for name in proxies:
            monkeypatch.setenv(name, proxy.url)
        options = UNRESOLVABLE | {"base_url": base_url} if base_url else {}
        async with connect(keep_streams_open, **options) as (_, client):
            with pytest.raises(errors.ConnectionFailedError) if base_url else nullcontext():
                assert await resolve(client.tasks.list()) == []
    assert not any(requests)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", ["http_proxy", "all_proxy"])
async def test_other_host_is_reached_through_proxy(connect: Connect, name: str, scheme: str) -> None:
    requests: list[bytes] = []

    def handle(connection: Connection) -> None:
        if request := connection.read_request():
            requests.append(request)
        connection.send(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")

    variable = name.replace("http", scheme)
    options = UNRESOLVABLE | {"base_url": f"{scheme}://api.invalid"}
    async with connect(handle, proxy_variable=variable, **options) as (_, client):
        with pytest.raises(errors.BytezError):
            await resolve(client.tasks.list())
    [request] = requests
    target = b"GET http://api.invalid/" if scheme == "http" else b"CONNECT api.invalid:443 "
    assert request.startswith(target)
    assert b"proxy-authorization: basic dxnlcjpwyxnz" in request.lower()


def test_aiohttp_is_not_used_by_default() -> None:
    pytest.importorskip("aiohttp", reason="the extra `fast` is not installed")
    assert AsyncBytez(KEY)._session.http._network._http_client is None


def test_missing_aiohttp_raises_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bytezkit._transport.async_sender.find_spec", lambda name: None)
    message = r"aiohttp is not installed: run pip install 'bytezkit\[fast\]'"
    with pytest.raises(errors.ConfigurationError, match=message):
        AsyncBytez(KEY, http_client="aiohttp")


async def test_aiohttp_sends_failed_request_once() -> None:
    pytest.importorskip("aiohttp", reason="the extra `fast` is not installed")
    methods: list[bytes] = []

    def handle(connection: Connection) -> None:
        if request := connection.read_request():
            methods.append(request.partition(b" ")[0])
            if request.startswith(b"GET"):
                connection.answer(b'{"error": null, "output": []}')
                handle(connection)

    with serving(handle) as service:
        async with AsyncBytez(KEY, base_url=service.url, http_client="aiohttp", max_retries=0) as client:
            assert await client.tasks.list() == []
            with pytest.raises(errors.ConnectionFailedError):
                await client.model(MODEL).cluster.delete()
    assert methods == [b"GET", b"DELETE"]
