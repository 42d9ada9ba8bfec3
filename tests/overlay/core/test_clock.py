"""The clock of real life."""

import pytest

from bytezkit import Clock

pytestmark = pytest.mark.anyio


async def test_time_does_not_run_backwards() -> None:
    clock = Clock()
    before = clock.monotonic()
    clock.sleep(0)
    await clock.sleep_async(0)
    assert clock.monotonic() >= before


async def test_waiting_takes_its_time() -> None:
    clock = Clock()
    before = clock.monotonic()
    clock.sleep(0.01)
    await clock.sleep_async(0.01)
    assert clock.monotonic() - before > 0.019
