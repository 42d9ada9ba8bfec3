"""Emulators on a socket, and clients of them."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit_emulator import Emulator
from tests.overlay.connections import NETWORKS, use_network

KEY = "test-key"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(keys=[KEY]) as emulator:
        yield emulator


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Bytez]:
    with Bytez(KEY, base_url=emulator.url) as client:
        yield client


@pytest.fixture(params=NETWORKS)
async def async_client(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, emulator: Emulator
) -> AsyncIterator[AsyncBytez]:
    use_network(request.param, monkeypatch)
    async with AsyncBytez(KEY, base_url=emulator.url) as client:
        yield client
