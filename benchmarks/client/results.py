"""What was measured, and how it compares."""

from dataclasses import dataclass, field

from benchmarks.client.orders import Done
from benchmarks.client.stages import Measure, Quantity
from benchmarks.emulator.spread import Spread


@dataclass(slots=True)
class Results:
    """What was measured.

    Attributes:
        done: By measure and contender, what was done in each round.
        failed: By measure and contender, why it could not be done.
        absent: By environment, why there is none.
        versions: By environment, the versions of the packages that stand there.
    """

    done: dict[str, dict[str, list[Done]]] = field(default_factory=dict[str, dict[str, list[Done]]])
    failed: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    absent: dict[str, str] = field(default_factory=dict[str, str])
    versions: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])

    def values(self, measure: Measure, contender: str, quantity: Quantity) -> list[float]:
        """Return a quantity of each round; nothing of a contender that was not there, or failed."""
        if contender in self.failed.get(measure.name, {}):
            return []
        return [quantity.of(done) for done in self.done.get(measure.name, {}).get(contender, [])]


def text(values: list[float], digits: int) -> str:
    """Write the middle and the middle half of some values, or the only one."""
    return Spread.of(values).text(digits) if len(values) > 1 else f"{values[0]:,.{digits}f}"


def ratios(ours: list[float], theirs: list[float]) -> list[float]:
    """Return the ratio of each round; nothing where there is nothing to compare with."""
    if not ours or not theirs or 0 in theirs:
        return []
    return [our / their for our, their in zip(ours, theirs, strict=True)]
