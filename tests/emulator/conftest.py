from collections.abc import Iterator

import httpx
import pytest
from bytezkit_emulator import Emulator
from hypothesis import settings

from tests.emulator.clients import open_client

# Machines differ in speed, and a failure should be the same on all of them.
settings.register_profile("reproducible", deadline=None, derandomize=True, max_examples=50)
settings.load_profile("reproducible")


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
