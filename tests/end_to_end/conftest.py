"""Emulators on sockets, and clients of them."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit_emulator import Emulator
from tests.overlay.conftest import (
    _no_settings_from_outside,
    anyio_backend,
    client_kind,
    network,
    socket_client_kind,
)
from tests.overlay.scripted_service import ClientKind, close

__all__ = ["_no_settings_from_outside", "anyio_backend", "client_kind", "network", "socket_client_kind"]

KEY = "test-key"


def connect(emulator: Emulator, **options: Any) -> Bytez:
    """Return a client that calls an emulator without a socket."""
    http_client = httpx.Client(transport=emulator.transport)
    return Bytez(KEY, base_url="http://localhost", http_client=http_client, **options)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(keys=[KEY]) as emulator:
        yield emulator


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Bytez]:
    with Bytez(KEY, base_url=emulator.url) as client:
        yield client


@pytest.fixture
async def any_client(socket_client_kind: ClientKind, emulator: Emulator) -> AsyncIterator[Any]:
    """A sync client, and an async client over each HTTP library."""
    client = (Bytez if socket_client_kind == "sync" else AsyncBytez)(KEY, base_url=emulator.url)
    yield client
    await close(client)
