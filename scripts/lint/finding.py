"""What a rule finds."""

from dataclasses import dataclass
from typing import TypeAlias

# Where it is, and what is wrong there.
Report: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of the contract.

    Attributes:
        where: A JSON pointer into the bundle, or a file and its line.
        rule: The rule that it breaks.
        text: What is wrong.
    """

    where: str
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.rule}: {self.text}"
