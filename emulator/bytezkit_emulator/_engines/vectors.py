"""Outputs that are vectors of length 1."""

import math
from collections.abc import Iterator
from itertools import islice
from typing import Final

from bytezkit_emulator._common.json import JsonValue
from bytezkit_emulator._engines.job import Job, Output
from bytezkit_emulator._engines.random_numbers import numbers

_DIMENSIONS: Final = (256, 384, 512, 768)
_ROWS: Final = (5, 8, 10, 17)
_COLUMNS: Final = 32
_DIGITS: Final = 7


def vector(job: Job) -> Output:
    """A vector of as many dimensions as the model always has."""
    return Output(value=_unit(numbers(job.seed), _own(job, _DIMENSIONS)))


def matrix(job: Job) -> Output:
    """Vectors of 32 dimensions, as many as the model always has, at most 17."""
    draw = numbers(job.seed)
    return Output(value=[_unit(draw, _COLUMNS) for _ in range(_own(job, _ROWS))])


def _own(job: Job, choices: tuple[int, ...]) -> int:
    return choices[job.model_number % len(choices)]


def _unit(draw: Iterator[int], dimensions: int) -> list[JsonValue]:
    raw = [number / 2**31 - 1 for number in islice(draw, dimensions)]
    length = math.sqrt(math.fsum(number * number for number in raw))
    return [round(number / length, _DIGITS) for number in raw]
