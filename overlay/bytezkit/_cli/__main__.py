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
    missing = [package for package in _REQUIRED_PACKAGES if find_spec(package) is None]
    if missing and entry is not None and entry.program is not None:
        import_module(entry.program).main(arguments[1:], prog=f"bytezkit {arguments[0]}")
        return
    if missing:
        # An installation from a clone satisfies the name, so that pip adds only the packages of the extra.
        raise SystemExit(f"{missing[0]} is missing: run pip install 'bytezkit[cli]'")
    # By name, since the module imports click.
    raise SystemExit(import_module("bytezkit._cli.program").main(arguments))
