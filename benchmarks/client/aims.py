"""What the client is to reach, and whether it does."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Final

from benchmarks.client.results import Results, ratios, text
from benchmarks.client.stages import (
    BARE,
    CALLS,
    CEILING,
    FIRST,
    FIRST_ASYNC,
    FLOOR,
    MAP,
    MAP_LONG,
    MEDIA,
    OURS,
    OURS_FAST,
    PEAK,
    READ,
    READ_ASYNC,
    RUN,
    RUNS_100,
    RUNS_1000,
    WAIT,
    Measure,
    Quantity,
    shown,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A bound.

    Attributes:
        what: What is bound.
        least: The least that the middle of the rounds may be.
        most: The most, where there is no least.
        values: How it is got from the results, round by round; nothing if it was not measured.
        obstacle: What stands in the way when it is not met, by profiles of the worker processes.
    """

    what: str
    least: float | None = None
    most: float | None = None
    values: Callable[[Results], list[float]]
    obstacle: str = ""

    def is_met(self, results: Results) -> bool:
        """Say whether what was measured is enough."""
        values = self.values(results)
        if not values:
            return False
        middle = median(values)
        return middle <= (self.most or 0) if self.least is None else middle >= self.least

    def row(self, results: Results) -> tuple[str, str, str, str]:
        """Return what is aimed at, the bound, what was measured, and whether that is enough."""
        bound = f"at most {self.most:g}" if self.least is None else f"at least {self.least:g}"
        values = self.values(results)
        measured = text(values, 2) if values else "not measured"
        return self.what, bound, measured, "met" if self.is_met(results) else "**not met**"


def _ratio(measure: Measure, quantity: Quantity, ours: str, theirs: str) -> Callable[[Results], list[float]]:
    return lambda results: ratios(
        results.values(measure, ours, quantity), results.values(measure, theirs, quantity)
    )


def _rate(measure: Measure, ours: str, theirs: str, least: float, obstacle: str = "") -> Aim:
    quantity = measure.shown[0]
    what = f"{measure.name}: {shown(ours)} to {shown(theirs)}"
    return Aim(what=what, least=least, values=_ratio(measure, quantity, ours, theirs), obstacle=obstacle)


def _first(measure: Measure, ours: str) -> Aim:
    what = f"{measure.name}: {shown(ours)} to the {FLOOR}"
    return Aim(what=what, most=1.1, values=_ratio(measure, WAIT, ours, FLOOR))


_CALL: Final = """\
`bytez` sends with `requests`, which takes half as much again as httpx. Two thirds of a call of ours are
httpcore, h11 and the system, a sixth is httpx's transport, and a sixth is ours: httpcore alone would be just
about three times as fast. So is `urllib3` alone; `pyqwest` is faster, but has no limit for the wait for one
chunk and hangs in a forked process."""
_CROWD: Final = """\
`aiohttp` alone loses as much or more. What is in flight is alive, and Python's garbage collector looks at it
again and again: at 1,000 that is four tenths of the time, at 100 one. With `gc.set_threshold(100_000)` a call
costs as much at 1,000 as at 100; a library does not set that for a program."""
_CHUNK: Final = """\
Each chunk passes the generators of httpx and httpcore and the parser, there as here. What the client adds is
an iterator, the idle timeout, the check of the event loop, and a decoder that holds failures back: less than
a microsecond of ten."""
_MAPPING: Final = """\
Client and emulator have one processor each. Where an input takes the client longer than the emulator, the
emulator waits; of that time three quarters are aiohttp and the event loop."""

AIMS: Final = (
    _rate(RUN, OURS, BARE, 0.95),
    _rate(RUN, OURS, "openai", 2),
    _rate(RUN, OURS, "bytez", 3, _CALL),
    _rate(RUNS_100, OURS, BARE, 0.95),
    _rate(RUNS_100, OURS_FAST, BARE, 4),
    _rate(RUNS_100, OURS_FAST, "openai", 5),
    Aim(
        what=f"`{OURS_FAST}`, no error: 1,000 in flight to 100",
        least=0.8,
        values=lambda results: ratios(
            results.values(RUNS_1000, OURS_FAST, CALLS), results.values(RUNS_100, OURS_FAST, CALLS)
        ),
        obstacle=_CROWD,
    ),
    _rate(READ, OURS, BARE, 0.95, _CHUNK),
    _rate(READ_ASYNC, OURS, BARE, 0.95, _CHUNK),
    _rate(READ_ASYNC, OURS_FAST, BARE, 1.3),
    _first(FIRST, OURS),
    _first(FIRST_ASYNC, OURS),
    _first(FIRST_ASYNC, OURS_FAST),
    Aim(
        what=f"{MEDIA.name}: memory of `{OURS}`, MB",
        most=20,
        values=lambda results: results.values(MEDIA, OURS, PEAK),
    ),
    _rate(MAP, OURS_FAST, CEILING, 0.8, _MAPPING),
    Aim(
        what=f"{MAP_LONG.name}: more memory after the first tenth, MB",
        most=5,
        values=lambda results: results.values(MAP_LONG, OURS_FAST, PEAK),
    ),
)
