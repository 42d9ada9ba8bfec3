"""Results of the stages, stored in `benchmarks/results.json`, and their statistics."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Final, NamedTuple, Self

import msgspec

from benchmarks.stage import Sample
from scripts.paths import ROOT

_FILE: Final = ROOT / "benchmarks" / "results.json"
_CODE: Final = ("overlay", "emulator", "generated")


@dataclass(frozen=True, slots=True)
class ComparisonResult:
    """Value of each round by subject and column, and the reason by subject without values."""

    values: dict[str, dict[str, list[float]]] = field(default_factory=dict[str, dict[str, list[float]]])
    failures: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, subject: str, sample: Sample) -> None:
        """Append the values of a round, with four significant digits."""
        columns = self.values.setdefault(subject, {})
        for column, value in sample.items():
            columns.setdefault(column, []).append(float(f"{value:.4g}"))

    def column(self, subject: str, column: str) -> list[float]:
        """Return the value of each round; an empty list if there are no values."""
        return self.values.get(subject, {}).get(column, [])

    def ratios(self, subject: str, baseline: str, column: str) -> list[float]:
        """Return the ratio to the baseline in each round; an empty list if there is no ratio."""
        ours, theirs = self.column(subject, column), self.column(baseline, column)
        if not ours or not theirs or 0 in theirs:
            return []
        return [our / their for our, their in zip(ours, theirs, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageResult:
    """Comparisons by title, with day, `code_digest` and environment of their measurement."""

    date: str
    code: str
    python: str
    cores: int
    rounds: int
    packages: tuple[str, ...]
    comparisons: dict[str, ComparisonResult]


class Spread(NamedTuple):
    """Median and quartiles."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Compute them from at least one value."""
        low, _, high = quantiles(values, n=4, method="inclusive") if len(values) > 1 else [*values] * 3
        return cls(median(values), low, high)

    def __str__(self) -> str:
        digits = 0 if self.median >= 100 else 1 if self.median >= 10 else 2
        return f"{self.median:,.{digits}f} ({self.low:,.{digits}f} to {self.high:,.{digits}f})"


def load() -> dict[str, StageResult]:
    """Return the stored results, by name of the stage."""
    return msgspec.json.decode(_FILE.read_bytes(), type=dict[str, StageResult]) if _FILE.exists() else {}


def store(results: Mapping[str, StageResult]) -> None:
    """Write the results, one line per stage."""
    lines = [f'"{name}":{msgspec.json.encode(result).decode()}' for name, result in results.items()]
    _FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def code_digest() -> str:
    """Return a digest of the code under measurement: client, emulator and generated code."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in _CODE for path in (ROOT / folder).rglob("*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
