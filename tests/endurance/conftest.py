"""What the tests of time and load share."""

from collections.abc import Iterator

import pytest

from bytezkit_emulator import Emulator
from tests.unit.conftest import _no_settings_from_outside, anyio_backend, face, socket_face
from tests.unit.pools import NETWORKS, use_network

__all__ = ["_no_settings_from_outside", "anyio_backend", "emulator", "face", "network", "socket_face"]


@pytest.fixture(params=NETWORKS)
def network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let asynchronous clients be over each library in turn."""
    use_network(request.param, monkeypatch)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One for all tests of a file: each key has a world of its own."""
    with Emulator() as emulator:
        yield emulator
