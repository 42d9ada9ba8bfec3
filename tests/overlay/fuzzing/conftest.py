"""Fixtures of the fuzz tests."""

from asyncio import Runner
from collections.abc import Generator

import pytest

from tests.overlay.fuzzing.clients import Clients


@pytest.fixture(scope="package")
def clients() -> Generator[Clients, None, None]:
    with Runner() as runner:
        clients = Clients(runner)
        yield clients
        clients.close()
