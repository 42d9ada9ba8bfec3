"""Start-up and requests per second, beside Prism and beside a server that does nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from benchmarks.emulator.prism import prism, silent_prism
from benchmarks.emulator.processes import emulator, floor, load, serving

# Aims, as ratios to Prism as users start it: of the start at most, of the requests per second at least.
MOST_START: Final = 0.2
LEAST_RATE: Final = 10
ROUNDS: Final = 7
REQUESTS: Final = 5000
# Until then, an engine that compiles what is used often has done so.
WARM_UP: Final = 3000

EMULATOR: Final = "emulator"
FLOOR: Final = "floor"
PRISM: Final = "prism"
SILENT_PRISM: Final = "silent prism"
_COMMANDS: Final[Mapping[str, Callable[[int], Sequence[str]]]] = {
    EMULATOR: emulator,
    FLOOR: floor,
    PRISM: prism,
    SILENT_PRISM: silent_prism,
}


@dataclass(frozen=True, slots=True)
class Runs:
    """What was measured of a server, round by round.

    Attributes:
        starts: Seconds from start to first answer.
        rates: Requests per second.
    """

    starts: list[float] = field(default_factory=list[float])
    rates: list[float] = field(default_factory=list[float])


def measure(*, with_prism: bool) -> dict[str, Runs]:
    """Measure all servers in turn; without Prism, only our own."""
    contenders = [*_COMMANDS] if with_prism else [EMULATOR, FLOOR]
    runs = {name: Runs() for name in contenders}
    for name in contenders:
        with serving(_COMMANDS[name], validates=name != FLOOR):
            pass  # Fills the caches of the disk.
    for number in range(ROUNDS):
        for name in contenders if number % 2 else reversed(contenders):
            with serving(_COMMANDS[name], validates=name != FLOOR) as server:
                load(server.port, "run", WARM_UP)
                runs[name].starts.append(server.start)
                runs[name].rates.append(REQUESTS / load(server.port, "run", REQUESTS))
    return runs
