"""The command `bytezkit`."""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from bytezkit import __version__
from bytezkit._cli import external_commands

# What the extra `cli` brings.
_NEEDED: Final = ("click", "rich", "ruamel")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line.

    Raises:
        SystemExit: With the exit code of the command, or the extra is not installed.
    """
    given = sys.argv[1:] if arguments is None else [*arguments]
    if given[:1] == ["--version"]:
        sys.stdout.write(f"bytezkit {__version__}\n")
        return
    if given and given[0] in external_commands.COMMANDS:
        external_commands.run(given[0], given[1:])
        return
    for package in _NEEDED:
        if find_spec(package) is None:
            raise SystemExit(f"{package} is missing: install bytezkit[cli]")
    raise SystemExit(import_module("bytezkit._cli.program").main(given))
