from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from bytezkit_emulator import Emulator
from bytezkit_emulator.__main__ import main
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


@pytest.fixture
def parse_options(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Return the arguments that the command line passes to `Emulator`, without starting a server."""
    recorded: dict[str, Any] = {}

    def record(**arguments: Any) -> None:
        recorded.update(arguments)
        raise ValueError("recorded")

    def parse(*options: str) -> dict[str, Any]:
        with pytest.raises(SystemExit, match="recorded"):
            main(options)
        return recorded

    monkeypatch.setattr("bytezkit_emulator._emulator.Emulator", record)
    return parse
