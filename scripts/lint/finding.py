"""Results of lint rules."""

from dataclasses import dataclass
from typing import TypeAlias

# Location and message.
Problem: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in the contract that violates a rule.

    Attributes:
        location: JSON pointer into the bundled document, or file and line.
        rule: Name of the rule.
        message: Description of the problem and, where it is not obvious, the expected form.
    """

    location: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.location}: {self.rule}: {self.message}"
