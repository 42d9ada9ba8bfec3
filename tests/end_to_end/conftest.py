"""Emulators on a socket, and clients of them."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit_emulator import Emulator

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


@pytest.fixture
async def async_client(emulator: Emulator) -> AsyncIterator[AsyncBytez]:
    async with AsyncBytez(KEY, base_url=emulator.url) as client:
        yield client
