"""Fixtures of the adversity tests."""

from collections.abc import Generator

import pytest

from tests.overlay.fuzzing.driving import Clients, both_clients


@pytest.fixture(scope="package")
def clients() -> Generator[Clients, None, None]:
    with both_clients() as clients:
        yield clients
