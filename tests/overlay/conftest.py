"""What the tests of the client share."""

from functools import partial
from typing import Any, Protocol, cast

import pytest

from tests.overlay.connections import NETWORKS, use_network
from tests.overlay.scripted_service import ClientKind, Reply, ScriptedClient, make_scripted_client


class MakeClient(Protocol):
    """Sets up a client of the face under test."""

    def __call__(self, *replies: Reply, **options: Any) -> ScriptedClient: ...


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BYTEZ_KEY", "BYTEZ_BASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(params=["sync", "async"])
def client_kind(request: pytest.FixtureRequest) -> ClientKind:
    return cast("ClientKind", request.param)


@pytest.fixture(params=["sync", *(f"async over {network}" for network in NETWORKS)])
def socket_client_kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ClientKind:
    """Each face over each library that keeps its connections."""
    client_kind, _, network = request.param.partition(" over ")
    if network:
        use_network(network, monkeypatch)
    return cast("ClientKind", client_kind)


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let asynchronous clients be over each library in turn."""
    use_network(request.param, monkeypatch)


@pytest.fixture
def make_client(client_kind: ClientKind) -> MakeClient:
    return partial(make_scripted_client, client_kind)
