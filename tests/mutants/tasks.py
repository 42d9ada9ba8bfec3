"""What a session of tests is asked, and what it answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

# Names of tests by the function of the emulator that they call, the quickest first.
Reach: TypeAlias = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Tests to run until one fails.

    Attributes:
        tests: How the names of tests begin, in the order in which they are run.
        seconds: How much time of a processor each of them may take; a mutant that needs more is killed.
        mutant: The name of the mutant; None for none.
        seed: What makes the choices of hypothesis anew; without it they are always the same.
        most_requests: After how many requests it is given up as if all had passed; None for never.
    """

    tests: Sequence[str]
    seconds: int
    mutant: str | None = None
    seed: int | None = None
    most_requests: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Tests that are run to learn which functions of the emulator they call; all must pass."""

    tests: Sequence[str]
    seconds: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What tests say of a mutant.

    Attributes:
        killer: The test that failed; None if all passed.
        requests: How many requests the emulator had got from that test; from the last one if all passed.
    """

    killer: str | None
    requests: int


@dataclass(frozen=True, slots=True)
class Running:
    """A test begins."""

    test: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """A run says nothing: the mutant could not be applied, there was no test, or the like."""

    reason: str


Task: TypeAlias = Trial | Survey
Answer: TypeAlias = Verdict | Unusable | Reach
