"""Targets of the project, and whether the results meet them."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from benchmarks.results import Spread, StageResult, code_digest


class Target(NamedTuple):
    """Bounds of the median of a subject's values, or of their ratios to a baseline if there is one."""

    name: str
    stage: str
    comparison: str
    column: str
    subject: str
    baseline: str
    at_least: float = 0
    at_most: float = float("inf")

    def row(self, results: Mapping[str, StageResult]) -> tuple[str, str, str, str]:
        """Return the cells of the table: name, bound, measured spread, verdict."""
        relation = f" relative to {self.baseline}" if self.baseline else ""
        name = f"{self.name}: {self.subject}{relation}, {self.column}"
        bound = f"at least {self.at_least:g}" if self.at_least else f"at most {self.at_most:g}"
        result = results.get(self.stage)
        values: Sequence[float] = ()
        if result is not None:
            comparison = result.comparisons[self.comparison]
            values = comparison.column(self.subject, self.column)
            if self.baseline:
                values = comparison.ratios(self.subject, self.baseline, self.column)
        if result is None or not values:
            return name, bound, "not measured", ""
        spread = Spread.of(values)
        verdict = "met" if self.at_least <= spread.median <= self.at_most else "**not met**"
        if result.code != code_digest():
            verdict += f" by the code of {result.date}"
        return name, bound, str(spread), verdict


_RUNS: Final = "runs per second"
_ROWS: Final = "rows per second"
_ENGINES: Final = ("pandas", "Polars", "datasets", "Ray Data", "Dask")
_CHUNKS: Final = "chunks per second"
_100_RUNS: Final = ("Asynchronous run, 100 in flight", "async-run", "100 in flight", _RUNS)
_STREAM: Final = ("Text stream, synchronous", "text-stream", "Synchronous", _CHUNKS)
_ASYNC_STREAM: Final = ("Text stream, asynchronous", "text-stream", "Asynchronous", _CHUNKS)
_SERVER: Final = ("Emulator beside Prism", "emulator", "Server")
_REAL_MODEL: Final = ("Real model through the emulator", "real-model")
_OVER: Final = "the emulator over "
_IN_PROCESS: Final = ("Emulator in process", "in-process", "Work", "ms")
TARGETS: Final = (
    Target("Synchronous run", "sync-run", "Client", _RUNS, "bytezkit", "httpx", at_least=0.95),
    Target("Synchronous run", "sync-run", "Client", _RUNS, "bytezkit", "openai", at_least=2),
    Target(*_100_RUNS, "bytezkit", "httpx", at_least=0.9),
    Target(*_100_RUNS, "bytezkit+aiohttp", "httpx", at_least=4),
    Target(*_STREAM, "bytezkit", "httpx", at_least=0.9),
    Target(*_ASYNC_STREAM, "bytezkit", "httpx", at_least=0.9),
    *(Target("Data engines", "engines", "Engine", _ROWS, it, "map", at_least=0.9) for it in _ENGINES),
    Target("Import time", "import", "Program", "ms", "bytezkit --help", "import httpx", at_most=1),
    Target(*_SERVER, _RUNS, "emulator", "Prism", at_least=3),
    Target(*_SERVER, "s to start", "emulator", "Prism", at_most=0.2),
    *(
        target
        for title, name in (("Server", "llama.cpp"), ("Pipeline", "transformers"))
        for target in (
            Target(*_REAL_MODEL, title, "ms to the first token", _OVER + name, name, at_most=1.1),
            Target(*_REAL_MODEL, title, "tokens per second", _OVER + name, name, at_least=0.9),
        )
    ),
    Target(*_IN_PROCESS, "emulator, client and one run", "", at_most=2),
)
