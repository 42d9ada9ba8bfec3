"""Limits the work that one schema of a client can cause."""

from collections.abc import Iterator
from typing import Final

import msgspec

# A schema of a kilobyte can describe values of any size, and take exponential time to validate.
_MAX_STEPS: Final = 50_000


class TooComplexError(Exception):
    """The budget is spent."""


class Budget(msgspec.Struct):
    """Remaining steps, each of about a microsecond, and the source of random numbers."""

    numbers: Iterator[int]
    steps: int = _MAX_STEPS

    def spend(self, steps: int = 1) -> None:
        """Spend steps.

        Raises:
            TooComplexError: Fewer steps remain.
        """
        self.steps -= steps
        if self.steps < 0:
            raise TooComplexError

    def number(self, limit: int) -> int:
        """Return a random number from 0 to below `limit`."""
        return next(self.numbers) % limit
