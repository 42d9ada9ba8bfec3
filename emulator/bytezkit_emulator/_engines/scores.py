"""Scores from 0 to 1, in millionths."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from bytezkit_emulator._common.json import JsonValue

_WHOLE: Final = 1_000_000
_EXPONENT: Final = 3


def shares(names: Sequence[str], draw: Iterator[int]) -> list[tuple[str, float]]:
    """Give each name a score, so that all are 1 together; the best first."""
    # A power of the numbers lets few names have most of it.
    weights = [(number + 1) ** _EXPONENT for number in islice(draw, len(names))]
    total = sum(weights)
    parts = [weight * _WHOLE // total for weight in weights]
    if parts:
        parts[weights.index(max(weights))] += _WHOLE - sum(parts)
    return _ranked((name, part / _WHOLE) for name, part in zip(names, parts, strict=True))


def independent(names: Iterable[str], draw: Iterator[int]) -> list[tuple[str, float]]:
    """Give each name a score of its own; the best first."""
    return _ranked((name, score(draw)) for name in names)


def score(draw: Iterator[int], *, least: float = 0.0) -> float:
    """Return one score from `least` on."""
    lowest = int(least * _WHOLE)
    return (lowest + next(draw) % (_WHOLE - lowest)) / _WHOLE


def classifications(ranking: Iterable[tuple[str, float]]) -> list[JsonValue]:
    """Spell a ranking as a list of labels and scores."""
    return [{"label": label, "score": value} for label, value in ranking]


def _ranked(scored: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    return sorted(scored, key=lambda it: -it[1])
