"""Fixtures of the client's tests."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from typing import Any, TypeAlias, cast

import httpx
import pytest

from tests.overlay.connections import NETWORKS, use_network
from tests.overlay.loopback import Handler, Service, serving
from tests.overlay.scripted_service import (
    CLIENTS,
    KEY,
    ClientKind,
    ScriptedClient,
    close,
    make_scripted_client,
)

# Make a scripted client of the kind under test from replies and options.
MakeClient: TypeAlias = Callable[..., ScriptedClient]
# Serve a handler at the base URL of a client, or as the proxy that `proxy_variable` of the environment names.
Connect: TypeAlias = Callable[..., AbstractAsyncContextManager[tuple[Service, Any]]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "BYTEZ_KEY",
        "BYTEZ_BASE_URL",
        "BYTEZ_ALLOW_INSECURE",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(params=["sync", "async"])
def client_kind(request: pytest.FixtureRequest) -> ClientKind:
    return cast("ClientKind", request.param)


@pytest.fixture(params=["sync", *(f"async over {network}" for network in NETWORKS)])
def socket_client_kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ClientKind:
    """Return the kind of the client, in combination with each HTTP library."""
    client_kind, _, network = request.param.partition(" over ")
    if network:
        use_network(network, monkeypatch)
    return cast("ClientKind", client_kind)


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make async clients use each HTTP library in turn."""
    use_network(request.param, monkeypatch)


@pytest.fixture
def make_client(client_kind: ClientKind) -> MakeClient:
    return partial(make_scripted_client, client_kind)


def make_connect(client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch) -> Connect:
    @asynccontextmanager
    async def connect(
        handler: Handler, *, proxy_variable: str | None = None, **options: Any
    ) -> AsyncGenerator[tuple[Service, Any], None]:
        with serving(handler) as service:
            if proxy_variable:
                # A proxy without a scheme is common in the environment.
                monkeypatch.setenv(proxy_variable, service.url.replace("http://", "user:pass@"))
            client = CLIENTS[client_kind](KEY, **{"base_url": service.url, **options})
            yield service, client
            await close(client)

    return connect


@pytest.fixture
def connect(socket_client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch) -> Connect:
    return make_connect(socket_client_kind, monkeypatch)


@pytest.fixture
def connect_async(network: None, monkeypatch: pytest.MonkeyPatch) -> Connect:
    """Connect asynchronous clients over each library."""
    return make_connect("async", monkeypatch)


@pytest.fixture
async def http_client(socket_client_kind: ClientKind) -> AsyncIterator[Any]:
    """Return an HTTP client of the caller, without the client's own transport."""
    http_client = httpx.Client() if socket_client_kind == "sync" else httpx.AsyncClient()
    yield http_client
    await close(http_client)
