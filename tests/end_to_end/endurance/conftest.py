"""Fixtures of the endurance tests."""

from collections.abc import Iterator

import pytest

from bytezkit_emulator import Emulator
from tests.overlay.conftest import (
    _no_settings_from_outside,
    anyio_backend,
    client_kind,
    network,
    socket_client_kind,
)

__all__ = [
    "_no_settings_from_outside",
    "anyio_backend",
    "client_kind",
    "emulator",
    "network",
    "socket_client_kind",
]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One per file, because each key has its own state."""
    with Emulator() as emulator:
        yield emulator
