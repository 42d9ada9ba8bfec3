"""Fixtures of the fuzz tests."""

from collections.abc import Generator

import pytest

from tests.overlay.fuzzing.clients import Clients, open_clients


@pytest.fixture(scope="package")
def clients() -> Generator[Clients, None, None]:
    with open_clients() as clients:
        yield clients
