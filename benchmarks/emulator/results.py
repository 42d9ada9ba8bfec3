"""Everything that is measured of the emulator."""

from dataclasses import dataclass
from typing import Final

from benchmarks.emulator import beside_prism, crowd, growth, prism, state
from benchmarks.emulator.beside_prism import Runs
from benchmarks.emulator.crowd import Crowd

_STREAMS: Final = 2000
_REQUESTS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What was measured.

    Attributes:
        beside: Of the emulator and of other servers, by name.
        why_alone: Why Prism was not there; empty if it was.
        growth: Requests per second of each round, after what there is beside them and how much of it.
        times: Seconds of each round, after what was done with the state and the number of keys.
        crowd: Of a crowd.
    """

    beside: dict[str, Runs]
    why_alone: str
    growth: list[tuple[str, int, list[float]]]
    times: list[tuple[str, int, list[float]]]
    crowd: Crowd


def measure() -> Results:
    """Measure it.

    Raises:
        SystemExit: A crowd leaves something behind, or a request failed.
    """
    crowded = crowd.measure(streams=_STREAMS, requests=_REQUESTS)
    print(crowded, flush=True)
    if crowded.after != crowded.before:
        raise SystemExit("the crowd left something behind")
    why_alone = ""
    try:
        prism.install()
    except prism.UnavailableError as error:
        why_alone = str(error)
        print(f"without Prism: {why_alone}", flush=True)
    beside = beside_prism.measure(with_prism=not why_alone)
    print(beside, flush=True)
    return Results(
        beside=beside,
        why_alone=why_alone,
        growth=[(*key, rates) for key, rates in growth.measure().items()],
        times=[(*key, seconds) for key, seconds in state.measure().items()],
        crowd=crowded,
    )
