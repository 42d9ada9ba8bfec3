"""The system clock."""

import pytest

from bytezkit import Clock


@pytest.mark.anyio
async def test_both_sleeps_last_at_least_the_given_seconds() -> None:
    clock = Clock()
    start = clock.monotonic()
    clock.sleep(0.01)
    await clock.sleep_async(0.01)
    assert clock.monotonic() - start > 0.019
