"""Entry point of the command `bytezkit`.

It works without the extra `cli` for `--version` and for the commands of other packages.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from bytezkit import __version__
from bytezkit._cli.commands import COMMANDS

# The packages of the extra `cli`.
_REQUIRED_PACKAGES: Final = ("click", "rich", "ruamel")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line.

    Args:
        arguments: The arguments. Default: those of the process.

    Raises:
        SystemExit: With the exit code of the command, or with a message if a required package is missing.
    """
    arguments = sys.argv[1:] if arguments is None else [*arguments]
    if arguments[:1] == ["--version"]:
        sys.stdout.write(f"bytezkit {__version__}\n")
        return
    entry = COMMANDS.get(arguments[0]) if arguments else None
    if entry is not None and entry.is_external:
        entry.load()(arguments[1:], prog=f"bytezkit {arguments[0]}")
        return
    for package in _REQUIRED_PACKAGES:
        if find_spec(package) is None:
            raise SystemExit(f"{package} is missing: install bytezkit[cli]")
    # By name, since the module imports click.
    raise SystemExit(import_module("bytezkit._cli.program").main(arguments))
