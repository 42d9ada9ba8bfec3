"""Take one generated client as far as it goes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bytezkit_emulator import Emulator
from scripts.languages.row import Row
from scripts.languages.rows import STEPS
from scripts.languages.workshop import UnavailableError, run
from scripts.paths import ROOT

STAGES: Final = ("generated", "compiled", "ran")


@dataclass(frozen=True, slots=True)
class Trial:
    """A row, how many stages it reached, and why it went no further."""

    row: Row
    reached: int
    reason: str = ""


def take(row: Row) -> Trial:
    """Generate, compile and run.

    Raises:
        SystemExit: A generator, a compiler or a tour fails.
    """
    stages: list[Callable[[], None]] = [
        lambda: row.client.generate(list(row.options)),
        row.client.compile,
        lambda: _tour(row),
    ]
    for reached, stage in enumerate(stages):
        try:
            stage()
        except UnavailableError as error:
            return Trial(row, reached, str(error))
    return Trial(row, len(stages))


def _tour(row: Row) -> None:
    command = row.client.tour()
    with Emulator(clock="scaled") as emulator:
        printed = run([*command, emulator.url], ROOT)
    if printed.split() != list(STEPS):
        raise SystemExit(f"{row.name}: the tour went another way:\n{printed}")
