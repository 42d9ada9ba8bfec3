"""The HTTP clients that requests are sent with: proxies, deadlines, the choice of aiohttp."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest

from bytezkit import AsyncBytez, Bytez, DeadlineTransport, errors
from tests.overlay.loopback import Connection, serving
from tests.overlay.scripted_service import KEY, MODEL, ClientKind, close, resolve

pytestmark = pytest.mark.anyio

SHORT: Final = timedelta(milliseconds=50)
CLIENTS: Final[dict[ClientKind, Any]] = {"sync": Bytez, "async": AsyncBytez}


@pytest.fixture
def client_kind(socket_client_kind: ClientKind) -> ClientKind:
    return socket_client_kind


def answering(connection: Connection) -> None:
    while connection.read_request():
        connection.answer(b'{"error": null, "output": []}')


@contextmanager
def unused_proxy() -> Generator[str, None, None]:
    """Serve a proxy that no request must reach."""
    seen: list[bytes] = []
    with serving(lambda connection: seen.append(connection.read_request())) as proxy:
        yield proxy.url
    assert not any(seen)


def dripping(connection: Connection) -> None:
    connection.read_request()
    connection.drip(b"HTTP/1.1 200 OK\r\nx-long: " + b"x" * 1000)


async def test_loopback_is_not_reached_over_a_proxy(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(answering) as service, unused_proxy() as proxy:
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy)
        client = CLIENTS[client_kind](KEY, base_url=service.url)
        assert await resolve(client.tasks.list()) == []
        await close(client)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", ["http_proxy", "all_proxy"])
async def test_other_hosts_are_reached_over_the_proxy(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch, name: str, scheme: str
) -> None:
    seen: list[bytes] = []

    def handle(connection: Connection) -> None:
        if request := connection.read_request():
            seen.append(request)
        connection.send(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")

    with serving(handle) as proxy:
        # Without a scheme, as many people write it.
        monkeypatch.setenv(name.replace("http", scheme), proxy.url.replace("http://", "user:pass@"))
        client = CLIENTS[client_kind](
            KEY, base_url=f"{scheme}://api.invalid", allow_insecure=True, max_retries=0
        )
        with pytest.raises(errors.BytezError):
            await resolve(client.tasks.list())
        await close(client)
    [request] = seen
    target = b"GET http://api.invalid/" if scheme == "http" else b"CONNECT api.invalid:443 "
    assert request.startswith(target)
    assert b"proxy-authorization: basic dxnlcjpwyxnz" in request.lower()


async def test_no_proxy_names_hosts_that_are_reached_directly(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "api.invalid")
    with unused_proxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        client = CLIENTS[client_kind](KEY, base_url="http://api.invalid", allow_insecure=True, max_retries=0)
        with pytest.raises(errors.ConnectionFailedError):
            await resolve(client.tasks.list())
        await close(client)


@pytest.mark.parametrize("proxy", ["http://a:secret@host:port", "ftp://a:secret@host", "http://:0", "//"])
async def test_a_malformed_proxy_is_a_configuration_error(
    client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(errors.ConfigurationError, match="HTTPS_PROXY is not the URL of") as caught:
        await resolve(CLIENTS[client_kind](KEY).tasks.list())
    assert "secret" not in str(caught.value)


def test_a_tunnel_that_drips_is_left_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(dripping) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with (
            Bytez(KEY, base_url="https://api.invalid", deadline=SHORT) as client,
            pytest.raises(errors.DeadlineExceededError),
        ):
            client.tasks.list()


def test_the_transport_bounds_calls_of_a_client_that_the_caller_constructs() -> None:
    with (
        serving(dripping) as service,
        httpx.Client(transport=DeadlineTransport()) as http_client,
        Bytez(KEY, base_url=service.url, deadline=SHORT, http_client=http_client) as client,
        pytest.raises(errors.DeadlineExceededError),
    ):
        client.tasks.list()


def test_the_transport_refuses_a_proxy_of_an_unknown_scheme() -> None:
    with pytest.raises(ValueError, match="Unknown scheme"):
        DeadlineTransport(proxy="ftp://host")


async def test_a_client_that_the_caller_gives_sends_no_key_of_its_own_to_hosts_of_media() -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if request.method == "POST":
            return httpx.Response(200, json={"error": None, "output": "https://media.example/a.png"})
        return httpx.Response(200, content=b"png")

    http_client = httpx.Client(
        transport=httpx.MockTransport(answer), headers={"authorization": "Bearer of-the-caller"}
    )
    with http_client, Bytez(KEY, http_client=http_client) as client:
        assert client.model(MODEL, task="text-to-image").run("a cat").output.download() == b"png"
    assert [request.headers.get("authorization") for request in requests] == [f"Key {KEY}", None]


def test_aiohttp_is_used_only_if_it_is_chosen() -> None:
    pytest.importorskip("aiohttp", reason="the extra `fast` is not installed")
    client = AsyncBytez(KEY)
    assert client._session.http._network._http_client is None


def test_aiohttp_that_is_not_installed_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bytezkit._transport.async_sender.find_spec", lambda name: None)
    with pytest.raises(
        errors.ConfigurationError, match=r"aiohttp is not installed: install bytezkit\[fast\]"
    ):
        AsyncBytez(KEY, http_client="aiohttp")


async def test_aiohttp_sends_a_request_once() -> None:
    pytest.importorskip("aiohttp", reason="the extra `fast` is not installed")
    seen: list[bytes] = []

    def handle(connection: Connection) -> None:
        if request := connection.read_request():
            seen.append(request.partition(b" ")[0])
            if request.startswith(b"GET"):
                connection.answer(b'{"error": null, "output": []}')
                handle(connection)

    with serving(handle) as service:
        async with AsyncBytez(KEY, base_url=service.url, http_client="aiohttp", max_retries=0) as client:
            assert await client.tasks.list() == []
            with pytest.raises(errors.ConnectionFailedError):
                await client.model(MODEL).cluster.delete()
    assert seen == [b"GET", b"DELETE"]
