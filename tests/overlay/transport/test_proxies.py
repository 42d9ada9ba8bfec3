"""Proxies, variables of the environment for them and for TLS, and the choice of aiohttp."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import httpx
import pytest

from bytezkit import AsyncBytez, DeadlineTransport, errors
from bytezkit._transport.httpx import default_ssl_context
from tests.overlay.conftest import Connect
from tests.overlay.loopback import Connection, keep_streams_open, serving
from tests.overlay.replies import MODEL
from tests.overlay.scripted_service import CLIENTS, KEY, ClientKind, resolve

pytestmark = pytest.mark.anyio

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


@contextmanager
def unused_proxy() -> Generator[str, None, None]:
    """Yield the URL of a proxy, and assert that it got no request."""
    requests: list[bytes] = []
    with serving(lambda connection: requests.append(connection.read_request())) as proxy:
        yield proxy.url
    assert not any(requests)


@pytest.mark.parametrize("proxies", [(), ("ALL_PROXY", "HTTP_PROXY")])
@pytest.mark.parametrize("no_proxy", ["", "localhost,[::1]", "fe80::/10", "a:b:c,*.d", "127.0.0.1", "*"])
async def test_loopback_url_bypasses_proxy(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, proxies: tuple[str, ...], no_proxy: str
) -> None:
    monkeypatch.setenv("NO_PROXY", no_proxy)
    with unused_proxy() as proxy:
        for name in proxies:
            monkeypatch.setenv(name, proxy)
        async with connect(keep_streams_open) as (_, client):
            assert await resolve(client.tasks.list()) == []


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


@pytest.mark.parametrize("entry", ["api.invalid", ".invalid", "api.invalid:8080"])
async def test_no_proxy_host_is_reached_directly(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, entry: str
) -> None:
    monkeypatch.setenv("NO_PROXY", entry)
    with unused_proxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        options = UNRESOLVABLE | {"base_url": "http://api.invalid:8080"}
        async with connect(Connection.read_request, **options) as (_, client):
            with pytest.raises(errors.ConnectionFailedError):
                await resolve(client.tasks.list())


def test_deadline_transport_rejects_unknown_proxy_scheme() -> None:
    with pytest.raises(ValueError, match="Unknown scheme"):
        DeadlineTransport(proxy="ftp://host")


def test_aiohttp_is_not_used_by_default() -> None:
    pytest.importorskip("aiohttp", reason="the extra `fast` is not installed")
    assert AsyncBytez(KEY)._session.http._network._http_client is None


def test_missing_aiohttp_raises_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bytezkit._transport.async_sender.find_spec", lambda name: None)
    with pytest.raises(
        errors.ConfigurationError, match=r"aiohttp is not installed: run pip install 'bytezkit\[fast\]'"
    ):
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
