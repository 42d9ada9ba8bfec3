"""The emulator serves many clients and leaks nothing. `make bench` uses more clients."""

from typing import Final

from benchmarks.emulator import crowd

STREAMS: Final = 200
REQUESTS: Final = 2000
MOST_BLOCKS: Final = 1000  # One small object in two requests would be as many.


def test_many_clients_leak_nothing() -> None:
    crowded = crowd.measure(streams=STREAMS, requests=REQUESTS)
    assert crowded.after == crowded.before
    assert crowded.more_blocks < MOST_BLOCKS
