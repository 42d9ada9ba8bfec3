"""Embeddings: vectors of length 1."""

import math
from collections.abc import Iterator
from itertools import islice
from typing import Final

from bytezkit_emulator._engines.job import Job, Output
from bytezkit_emulator._engines.random_words import random_numbers
from bytezkit_models.json_value import JsonValue

# A model has the same dimensions in every output: its id selects one of these.
_DIMENSIONS: Final = (256, 384, 512, 768)
_ROWS: Final = (5, 8, 10, 17)
_COLUMNS: Final = 32
# About the precision of a 32-bit float, in which models compute.
_DIGITS: Final = 7


def vector(job: Job) -> Output:
    """A vector with the dimensions of the model."""
    return Output(value=_unit_vector(random_numbers(job.seed), _select_by_model(job, _DIMENSIONS)))


def matrix(job: Job) -> Output:
    """Vectors of 32 dimensions; their number depends on the model and is at most 17, or 1 with `pool`."""
    numbers = random_numbers(job.seed)
    rows = 1 if job.arguments.get("pool") is True else _select_by_model(job, _ROWS)
    return Output(value=[_unit_vector(numbers, _COLUMNS) for _ in range(rows)])


def _select_by_model(job: Job, choices: tuple[int, ...]) -> int:
    return choices[job.model_number % len(choices)]


def _unit_vector(numbers: Iterator[int], dimensions: int) -> list[JsonValue]:
    raw = [number / 2**31 - 1 for number in islice(numbers, dimensions)]
    length = math.sqrt(math.fsum(component * component for component in raw))
    return [round(component / length, _DIGITS) for component in raw]
