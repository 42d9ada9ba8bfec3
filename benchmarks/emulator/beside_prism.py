"""Start-up and requests per second, beside Prism."""

from dataclasses import dataclass, field
from typing import Final

from benchmarks.emulator.prism import prism
from benchmarks.emulator.processes import emulator, load, serving

# Aims, as ratios to Prism: of the start at most, of the requests per second at least.
MOST_START: Final = 0.2
LEAST_RATE: Final = 10
ROUNDS: Final = 7
REQUESTS: Final = 5000
# Until then, an engine that compiles what is used often has done so.
WARM_UP: Final = 3000


@dataclass(frozen=True, slots=True)
class Runs:
    """What was measured of a server, round by round.

    Attributes:
        starts: Seconds from start to first answer.
        rates: Requests per second.
    """

    starts: list[float] = field(default_factory=list[float])
    rates: list[float] = field(default_factory=list[float])


def measure(*, with_prism: bool) -> tuple[Runs, Runs]:
    """Measure the emulator and Prism in turn; without Prism, its part stays empty."""
    ours, theirs = Runs(), Runs()
    contenders = [(emulator, ours), *([(prism, theirs)] if with_prism else [])]
    for command, _ in contenders:
        with serving(command):
            pass  # Fills the caches of the disk.
    for number in range(ROUNDS):
        for command, runs in contenders if number % 2 else reversed(contenders):
            with serving(command) as server:
                load(server.port, "run", WARM_UP)
                runs.starts.append(server.start)
                runs.rates.append(REQUESTS / load(server.port, "run", REQUESTS))
    return ours, theirs
