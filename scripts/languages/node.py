"""TypeScript, checked by tsc and run by Node."""

import json
import shutil
from pathlib import Path
from typing import Final

from scripts.languages.workshop import DOCUMENT, fetch, program, run, workplace

_PROJECT: Final = "node"


def version(package: str) -> str:
    """Return the version that a package is pinned to."""
    pins = json.loads((Path(__file__).parent / "probes" / _PROJECT / "package.json").read_text())
    return str(pins["dependencies"][package])


class TypeScript:
    """A client in the project that all generators of TypeScript share.

    Args:
        generator: The command that writes it, beside its options.
        project: The file with the settings of the compiler.
        tour: The program that uses it.
    """

    def __init__(self, *, generator: str, project: str, tour: str) -> None:
        self._generator = generator
        self._project = project
        self._tour = tour

    def generate(self, options: list[str]) -> None:
        """Install what is pinned, and write the client."""
        program("node")
        npm = program("npm")
        folder = workplace(_PROJECT)
        quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")
        fetch("the pinned packages", [npm, "install", *quiet], folder)
        shutil.copy(DOCUMENT, folder / "openapi.json")
        run([str(folder / "node_modules" / ".bin" / self._generator), *options], folder)

    def compile(self) -> None:
        """Check and translate it."""
        folder = workplace(_PROJECT)
        run([str(folder / "node_modules" / ".bin" / "tsc"), "--project", self._project], folder)

    def tour(self) -> list[str]:
        """Return the program."""
        return [program("node"), str(workplace(_PROJECT) / "js" / self._tour)]
