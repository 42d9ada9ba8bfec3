"""The command `bytezkit`."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from bytezkit import __version__

_USAGE: Final = """\
usage: bytezkit emulator [options]
       bytezkit --version

commands:
  emulator    serve the API on this machine, without account, key or network;
              `bytezkit emulator --help` lists its options
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    command, *rest = [*(sys.argv[1:] if arguments is None else arguments), ""]
    if command == "--version":
        sys.stdout.write(f"bytezkit {__version__}\n")
        return
    if command != "emulator":
        asked = command in ("-h", "--help")
        (sys.stdout if asked else sys.stderr).write(_USAGE)
        raise SystemExit(0 if asked else 2)
    import_module("bytezkit_emulator.__main__").main(rest[:-1], prog="bytezkit emulator")
