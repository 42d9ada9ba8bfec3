"""Fixtures of the endurance tests."""

from collections.abc import Iterator

import pytest

from bytezkit_emulator import Emulator


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """One emulator per file, because each key has its own state."""
    with Emulator() as emulator:
        yield emulator
