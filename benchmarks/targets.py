"""Targets of the project, and whether the results meet them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from benchmarks import client_stages as client
from benchmarks import emulator_stages as emulator
from benchmarks.results import Spread, StageResult, code_digest
from benchmarks.stage import Stage


@dataclass(frozen=True, slots=True)
class Target:
    """Bound of the median of a quantity.

    Attributes:
        stage: Stage that measures it.
        comparison: Title of the comparison.
        column: Column of the table.
        subject: Subject of the target.
        baseline: Subject to which the ratio is taken in each round; empty if the value itself has the bound.
        at_least: Smallest value that meets the target. Default: no bound.
        at_most: Largest value that meets the target. Default: no bound.
    """

    stage: Stage
    comparison: str
    column: str
    subject: str
    baseline: str
    at_least: float = 0
    at_most: float = float("inf")

    def row(self, results: Mapping[str, StageResult]) -> tuple[str, str, str, str]:
        """Return the cells of the table: quantity, bound, measured spread, verdict."""
        relation = f" relative to {self.baseline}" if self.baseline else ""
        table = f", {self.comparison.lower()}" if len(self.stage.comparisons) > 1 else ""
        quantity = f"{self.stage.title}{table}: {self.subject}{relation}, {self.column}"
        bound = f"at least {self.at_least:g}" if self.at_least else f"at most {self.at_most:g}"
        values = self._values(results)
        if not values:
            return quantity, bound, "not measured", ""
        spread, result = Spread.of(values), results[self.stage.name]
        verdict = "met" if self.at_least <= spread.median <= self.at_most else "**not met**"
        if result.code != code_digest():
            verdict += f" by the code of {result.date}"
        return quantity, bound, str(spread), verdict

    def _values(self, results: Mapping[str, StageResult]) -> list[float]:
        if self.stage.name not in results:
            return []
        comparison = results[self.stage.name].comparisons[self.comparison]
        if self.baseline:
            return comparison.ratios(self.subject, self.baseline, self.column)
        return comparison.column(self.subject, self.column)


_RUNS: Final = "runs per second"
_CHUNKS: Final = "chunks per second"
TARGETS: Final = (
    Target(client.SYNC_RUN, "Client", _RUNS, client.BYTEZKIT, client.HTTPX, at_least=0.95),
    Target(client.SYNC_RUN, "Client", _RUNS, client.BYTEZKIT, "openai", at_least=2),
    Target(client.ASYNC_RUN, "100 in flight", _RUNS, client.BYTEZKIT, client.HTTPX, at_least=0.9),
    Target(client.ASYNC_RUN, "100 in flight", _RUNS, client.BYTEZKIT_AIOHTTP, client.HTTPX, at_least=4),
    Target(client.TEXT_STREAM, "Synchronous", _CHUNKS, client.BYTEZKIT, client.HTTPX, at_least=0.9),
    Target(client.TEXT_STREAM, "Asynchronous", _CHUNKS, client.BYTEZKIT, client.HTTPX, at_least=0.9),
    Target(client.IMPORT, "Program", "ms", "bytezkit --help", "import httpx", at_most=1),
    Target(emulator.BESIDE_PRISM, "Server", _RUNS, emulator.EMULATOR, emulator.PRISM, at_least=3),
    Target(emulator.BESIDE_PRISM, "Server", "s to start", emulator.EMULATOR, emulator.PRISM, at_most=0.2),
    Target(emulator.IN_PROCESS, "Work", "ms", emulator.IN_PROCESS_RUN, "", at_most=2),
)
