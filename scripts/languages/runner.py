"""Runs a generator, a compiler and the generated client."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bytezkit_emulator import Emulator
from scripts.languages.client_generator import ClientGenerator
from scripts.languages.generators import TOUR_STEPS
from scripts.languages.tools import UnavailableError, run
from scripts.paths import ROOT

STAGES: Final = ("generated", "compiled", "ran")


@dataclass(frozen=True, slots=True)
class GeneratorResult:
    """Result of a generator.

    Attributes:
        generator: The generator.
        completed: Number of completed stages.
        reason: Reason why the next stage was not possible; empty if all stages are complete.
    """

    generator: ClientGenerator
    completed: int
    reason: str = ""


def run_generator(generator: ClientGenerator) -> GeneratorResult:
    """Generate, compile and run a client.

    A missing tool ends the run early, without an error.

    Raises:
        SystemExit: A generator, compiler or tour fails.
    """
    toolchain = generator.toolchain
    stages: list[Callable[[], None]] = [
        lambda: toolchain.generate(list(generator.options)),
        toolchain.compile,
        lambda: _run_tour(generator),
    ]
    for completed, stage in enumerate(stages):
        try:
            stage()
        except UnavailableError as error:
            return GeneratorResult(generator, completed, str(error))
    return GeneratorResult(generator, len(stages))


def _run_tour(generator: ClientGenerator) -> None:
    command = generator.toolchain.tour()
    # The scaled clock, since generated clients wait in real time until a cluster runs.
    with Emulator(clock="scaled") as emulator:
        output = run([*command, emulator.url], ROOT)
    # A tour prints the name of each completed step.
    if output.split() != list(TOUR_STEPS):
        raise SystemExit(f"{generator.title}: expected the steps {' '.join(TOUR_STEPS)}, found:\n{output}")
