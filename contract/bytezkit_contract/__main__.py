"""`bytezkit contract`: test a server against the contract."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bytezkit_contract import _options
from bytezkit_contract._target import TargetError

DESCRIPTION: Final = """\
Test a server against the contract.

The tests are invariants that a conforming server satisfies, and valid and invalid requests to each operation.
Resources that the tests create are deleted at the end."""


def main(argv: Sequence[str] | None = None, prog: str = "python -m bytezkit_contract") -> None:
    """Test a server against the contract and print the violations.

    Args:
        argv: Command-line arguments. Default: the arguments of the process.
        prog: Name of the command in its help text.

    Raises:
        SystemExit: Always, with 2 if the arguments are invalid or the server may not be tested, otherwise as
            for `run`.
    """
    parser = argparse.ArgumentParser(prog=prog, description="Test a server of the Bytez model API.")
    commands = parser.add_subparsers(required=True, metavar="run")
    command = commands.add_parser(
        "run",
        allow_abbrev=False,
        help="test a server against the contract",
        description=DESCRIPTION,
    )
    add_options(command.add_argument)
    arguments, unknown = parser.parse_known_args(argv)
    if unknown:
        # Without the value, which is the key if a user passed `--key`.
        parser.error(f"unknown option or argument: {unknown[0].partition('=')[0]}")
    try:
        run(arguments)
    except TargetError as error:
        parser.error(str(error))


def add_options(add: Callable[..., object]) -> None:
    """Declare the options of `run`.

    Args:
        add: Takes the arguments of `argparse.ArgumentParser.add_argument`. The command line of the client
            makes click options of them.
    """
    _options.add_options(add)
    add("--junit", type=Path, metavar="FILE", help="Also write the results as JUnit XML.")


def run(arguments: argparse.Namespace) -> None:
    """Test a server and print the violations.

    Args:
        arguments: The values of the options.

    Raises:
        TargetError: The target is invalid or may not be tested.
        SystemExit: With 0 if the server conforms to the contract, 1 if it violates the contract, 3 if the
            server cannot be reached, 4 if the request budget was spent before the last test, 130 if the run
            was interrupted, and a message if the extra is not installed.
    """
    target = _options.read_target(lambda name: getattr(arguments, f"bytezkit_{name}"))
    try:
        from bytezkit_contract._command import check  # noqa: PLC0415  # the extra may not be installed
    except ModuleNotFoundError as error:
        package = str(error.name).partition(".")[0]
        raise SystemExit(f"{package} is missing: run pip install 'bytezkit[contract]'") from None
    raise SystemExit(check(target, junit=arguments.junit))


if __name__ == "__main__":
    main()
