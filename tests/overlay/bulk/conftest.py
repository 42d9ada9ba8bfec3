"""An emulator that the environment names, as for a worker."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from bytezkit_emulator import Emulator

KEY: Final = "the-key-that-no-pickle-holds-0123456789"
GPT2: Final = "openai-community/gpt2"


@pytest.fixture(scope="session")
def shared_emulator() -> Iterator[Emulator]:
    with Emulator(keys=[KEY, f"other-{KEY}"]) as emulator:
        yield emulator


@pytest.fixture
def emulator(shared_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """A reset emulator, because stopping a server takes longer than most tests."""
    monkeypatch.setenv("BYTEZ_KEY", KEY)
    monkeypatch.setenv("BYTEZ_BASE_URL", shared_emulator.url)
    yield shared_emulator
    shared_emulator.reset()


def received_texts(emulator: Emulator) -> list[str]:
    """Return the texts of the runs since the last call."""
    bodies: list[Any] = [it.body for it in emulator.journal.entries(operation="runModelV2")]
    emulator.journal.clear()
    return [it["text"] for it in bodies]
