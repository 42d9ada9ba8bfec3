"""Table of the commands, in the order of the help.

The table is all that `bytezkit --help` needs: the module of a command is imported when the command is called.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple


class CommandEntry(NamedTuple):
    """Location and summary of a command.

    Attributes:
        module: Name of the module.
        attribute: Name of the click command in the module.
        summary: First sentence of the command's help.
        program: Name of the module of another package that provides the command, also as a program without
            click; None for a command of this package.
    """

    module: str
    attribute: str
    summary: str
    program: str | None = None

    def load(self) -> Any:
        """Import the module, and return the command."""
        return getattr(import_module(self.module), self.attribute)


_PACKAGE: Final = "bytezkit._cli.commands"

COMMANDS: Final[Mapping[str, CommandEntry]] = {
    "models": CommandEntry(f"{_PACKAGE}.catalog", "models", "List the models of the catalog."),
    "tasks": CommandEntry(f"{_PACKAGE}.catalog", "tasks", "List the tasks with their INPUT and output."),
    "request": CommandEntry(f"{_PACKAGE}.catalog", "request", "Request a MODEL that the catalog lacks."),
    "load": CommandEntry(f"{_PACKAGE}.clusters", "load", "Load a MODEL, and wait until it is running."),
    "run": CommandEntry(f"{_PACKAGE}.run", "run", "Run a MODEL once."),
    "stream": CommandEntry(f"{_PACKAGE}.run", "stream", "Run a MODEL and stream its output."),
    "batch": CommandEntry(f"{_PACKAGE}.batch", "batch", "Run each request of a JSON Lines file."),
    "clusters": CommandEntry(f"{_PACKAGE}.clusters", "clusters", "Create, show, change and delete clusters."),
    "v1": CommandEntry(f"{_PACKAGE}.v1", "v1", "Use the v1 API of 2024."),
    "spec": CommandEntry(f"{_PACKAGE}.local", "spec", "Write the OpenAPI document of the API."),
    "emulator": CommandEntry(
        f"{_PACKAGE}.external",
        "emulator",
        "Serve the API on this machine, without an account.",
        "bytezkit_emulator.__main__",
    ),
    "contract": CommandEntry(
        f"{_PACKAGE}.external",
        "contract",
        "Check whether a server conforms to the contract.",
        "bytezkit_contract.__main__",
    ),
    "completion": CommandEntry(f"{_PACKAGE}.local", "completion", "Write the completion script of a shell."),
}
