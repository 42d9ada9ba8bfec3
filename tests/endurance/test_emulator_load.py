"""The emulator bears a crowd, and nothing of it is left. `make bench` brings a larger one."""

from typing import Final

from benchmarks.emulator import crowd

STREAMS: Final = 200
REQUESTS: Final = 2000
MOST_BLOCKS: Final = 1000  # One small object in two requests would be as many.


def test_a_crowd_leaves_nothing() -> None:
    crowded = crowd.measure(streams=STREAMS, requests=REQUESTS)
    assert crowded.after == crowded.before
    assert crowded.more_blocks < MOST_BLOCKS
