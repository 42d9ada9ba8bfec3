"""A generator, and what is done with what it writes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from scripts.languages.workshop import OPENAPI_GENERATOR


class Client(Protocol):
    """A generated client; every step may raise `UnavailableError`, and ends the program if it fails."""

    def generate(self, options: list[str]) -> None:
        """Write it."""

    def compile(self) -> None:
        """Compile it together with the tour."""

    def tour(self) -> list[str]:
        """Return the command that takes the tour; it lacks the URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A generator.

    Attributes:
        language: What it writes.
        generator: Its name.
        version: Its version.
        client: What is done with it.
        options: What it is started with, each with the reason.
        compiled: How what it writes is compiled; empty if it is not.
        notes: What a user of the client meets.
    """

    language: str
    generator: str
    version: str = OPENAPI_GENERATOR
    client: Client
    options: Mapping[str, str] = field(default_factory=dict)
    compiled: str = ""
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Language and generator."""
        return f"{self.language}, {self.generator}"
