"""The commands of the other packages, each of which has an extra of its own."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final

COMMANDS: Final[Mapping[str, str]] = {
    "emulator": "Serve the API on this machine, without an account.",
    "contract": "Say whether a server speaks this API.",
}


def run(command: str, arguments: Sequence[str]) -> None:
    """Run a command of another package.

    Raises:
        SystemExit: As that command says, or its extra is not installed.
    """
    import_module(f"bytezkit_{command}.__main__").main(arguments, prog=f"bytezkit {command}")
