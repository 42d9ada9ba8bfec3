"""Toolchain of TypeScript clients: tsc and Node."""

import json
import shutil
from pathlib import Path
from typing import Final

from scripts.languages.tools import DOCUMENT, fetch, find_program, prepare_folder, run

_PROJECT: Final = "node"


def pinned_version(package: str) -> str:
    """Return the version of a package in `package.json`."""
    project = json.loads((Path(__file__).parent / "probes" / _PROJECT / "package.json").read_text())
    return str(project["dependencies"][package])


class TypeScript:
    """A client in the npm project that all TypeScript generators share.

    Args:
        generator: Command of the generator, without options.
        project: Configuration file of tsc.
        tour: File name of the compiled tour program.
    """

    def __init__(self, *, generator: str, project: str, tour: str) -> None:
        self._generator = generator
        self._project = project
        self._tour = tour

    def generate(self, options: list[str]) -> None:
        """Install the pinned packages, and run the generator."""
        # Checked first, since an installation without Node would be useless.
        find_program("node")
        npm = find_program("npm")
        folder = prepare_folder(_PROJECT)
        quiet = ("--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error")
        fetch("the pinned packages", [npm, "install", *quiet], folder)
        shutil.copy(DOCUMENT, folder / "openapi.json")
        run([str(folder / "node_modules" / ".bin" / self._generator), *options], folder)

    def compile(self) -> None:
        """Run tsc."""
        folder = prepare_folder(_PROJECT)
        run([str(folder / "node_modules" / ".bin" / "tsc"), "--project", self._project], folder)

    def tour(self) -> list[str]:
        """Return the command of the tour."""
        return [find_program("node"), str(prepare_folder(_PROJECT) / "js" / self._tour)]
