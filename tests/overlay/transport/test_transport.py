"""HTTP clients below the client: proxies, caller's HTTP clients, and the choice of aiohttp."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from bytezkit import AsyncBytez, DeadlineTransport, errors
from tests.overlay.conftest import Connect
from tests.overlay.loopback import Connection, serving
from tests.overlay.scripted_service import CLIENTS, KEY, MODEL, ClientKind, resolve

pytestmark = pytest.mark.anyio

UNRESOLVABLE: dict[str, Any] = {"base_url": "http://api.invalid", "allow_insecure": True, "max_retries": 0}


@contextmanager
def unused_proxy() -> Generator[str, None, None]:
    """Yield the URL of a proxy, and assert that it got no request."""
    requests: list[bytes] = []
    with serving(lambda connection: requests.append(connection.read_request())) as proxy:
        yield proxy.url
    assert not any(requests)


async def test_loopback_url_bypasses_proxy(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    def handle(connection: Connection) -> None:
        while connection.read_request():
            connection.answer(b'{"error": null, "output": []}')

    with unused_proxy() as proxy:
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        async with connect(handle) as (_, client):
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


@pytest.mark.parametrize("proxy", ["http://a:secret@host:port", "ftp://a:secret@host", "http://:0", "//"])
async def test_malformed_proxy_raises_configuration_error(
    socket_client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(errors.ConfigurationError, match="HTTPS_PROXY is not the URL of") as caught:
        await resolve(CLIENTS[socket_client_kind](KEY).tasks.list())
    assert "secret" not in str(caught.value)


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
