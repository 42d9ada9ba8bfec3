"""Scores from 0 to 1, as multiples of a millionth."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from bytezkit_models.json_value import JsonValue

# Integer arithmetic makes the scores equal on every machine, and their sum exactly 1.
_UNITS: Final = 1_000_000
_EXPONENT: Final = 3


def distribution(labels: Sequence[str], numbers: Iterator[int]) -> list[tuple[str, float]]:
    """Return the labels with scores whose sum is 1, highest first."""
    # The power concentrates the distribution on few labels, as in outputs of trained models.
    weights = [(number + 1) ** _EXPONENT for number in islice(numbers, len(labels))]
    total = sum(weights)
    units = [weight * _UNITS // total for weight in weights]
    if units:
        # The highest score takes the remainder of the divisions.
        units[weights.index(max(weights))] += _UNITS - sum(units)
    return _sorted_by_score((label, unit / _UNITS) for label, unit in zip(labels, units, strict=True))


def independent_scores(labels: Iterable[str], numbers: Iterator[int]) -> list[tuple[str, float]]:
    """Return the labels with independent scores, highest first."""
    return _sorted_by_score((label, random_score(numbers)) for label in labels)


def random_score(numbers: Iterator[int], *, minimum: float = 0.0) -> float:
    """Return a score from `minimum` to 1."""
    lowest = int(minimum * _UNITS)
    return (lowest + next(numbers) % (_UNITS - lowest)) / _UNITS


def classifications(ranking: Iterable[tuple[str, float]]) -> list[JsonValue]:
    """Return a ranking in the JSON of a classification."""
    return [{"label": label, "score": score} for label, score in ranking]


def _sorted_by_score(scored: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    # Negated instead of `reverse`, so that equal scores keep their order.
    return sorted(scored, key=lambda it: -it[1])
