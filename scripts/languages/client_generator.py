"""Types that describe a client generator."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from scripts.languages.tools import OPENAPI_GENERATOR


class Toolchain(Protocol):
    """Generates, compiles and runs a client.

    Each method raises `UnavailableError` if a tool or library is not available, and `SystemExit` if the
    step fails.
    """

    def generate(self, options: list[str]) -> None:
        """Generate the client with these options of the generator."""

    def compile(self) -> None:
        """Compile the client and its tour program."""

    def tour(self) -> list[str]:
        """Return the command that runs the tour; the caller appends the URL of the emulator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientGenerator:
    """A generator with the options and tools for one language.

    Attributes:
        language: Language of the client.
        name: Name of the generator.
        version: Version of the generator.
        toolchain: Generates, compiles and runs the client.
        options: Options of the generator, each with its reason.
        compiled: Description of the compiler; empty if the client is not compiled.
        notes: Facts that users of the client need.
    """

    language: str
    name: str
    version: str = OPENAPI_GENERATOR
    toolchain: Toolchain
    options: Mapping[str, str] = field(default_factory=dict)
    compiled: str = ""
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Language and name of the generator."""
        return f"{self.language}, {self.name}"
