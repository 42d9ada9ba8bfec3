from collections.abc import Iterator

import httpx
import pytest

from bytezkit_emulator import Emulator
from tests.emulator.clients import open_client, open_unchecked_client


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(keys=["test-key"])


@pytest.fixture
def client(emulator: Emulator) -> Iterator[httpx.Client]:
    with open_client(emulator) as client:
        yield client


@pytest.fixture
def control(emulator: Emulator) -> Iterator[httpx.Client]:
    """Open a client of the control API."""
    with open_unchecked_client(emulator) as client:
        yield client
