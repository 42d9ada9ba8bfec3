"""Definition of a stage: subjects that are measured on the same work."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TypeAlias

# Values of one measurement, by column of the table, such as "runs per second".
Sample: TypeAlias = dict[str, float]


class MeasurementError(Exception):
    """A subject cannot be installed, failed or took too long."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Table of the page: subjects that are measured in turn on the same work.

    Attributes:
        measure: Measures a subject once, given its name and the URL of the server. Raises `MeasurementError`.
        baseline: Subject to which the others are put in relation. Default: none.
        server: Starts the server for all rounds, and yields its URL. Default: no server.
    """

    title: str
    subjects: tuple[str, ...]
    measure: Callable[[str, str], Sample]
    baseline: str = ""
    server: Callable[[], AbstractContextManager[str]] = lambda: nullcontext("")


@dataclass(frozen=True, slots=True)
class Stage:
    """Section of the page, which the command line measures by its name.

    Attributes:
        rounds: Number of rounds that count. Where subjects are nearly equal, few rounds show noise.
        packages: Name and version of what is measured. Default: the packages of the subjects.
    """

    name: str
    title: str
    note: str
    comparisons: tuple[Comparison, ...]
    rounds: int = 5
    packages: tuple[str, ...] = ()
