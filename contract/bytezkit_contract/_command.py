"""Command-line interface: parses arguments and runs pytest on the tests of this package."""

import argparse
import os
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import pytest

from bytezkit_contract._options import add_options, read_target
from bytezkit_contract._report import Report
from bytezkit_contract._session import ContractSession
from bytezkit_contract._target import Target, TargetError

# 128 + SIGINT, as shells report it.
_INTERRUPTED: Final = 130
# EX_SOFTWARE of sysexits.h: pytest itself failed.
_INTERNAL_ERROR: Final = 70


def run(argv: Sequence[str] | None, prog: str) -> int:
    """Run the command and return its exit code.

    Args:
        argv: Command-line arguments; None means the arguments of the process.
        prog: Name of the command in its help text.
    """
    parser = _parser(prog)
    arguments, unknown = parser.parse_known_args(argv)
    if unknown:
        # Without the value, which is the key if a user passed `--key`.
        parser.error(f"unknown option or argument: {unknown[0].partition('=')[0]}")
    try:
        target = read_target(lambda name: getattr(arguments, f"bytezkit_{name}"))
    except TargetError as error:
        parser.error(str(error))
    return check(target, junit=arguments.junit)


def check(target: Target, *, junit: Path | None = None) -> int:
    """Test a server, print the violations and return the exit code.

    Args:
        target: The server.
        junit: File for the results as JUnit XML. Default: no file.
    """
    session = ContractSession(target)
    # Options meant for the caller's own tests, such as -x or -k, would skip contract tests silently.
    os.environ.pop("PYTEST_ADDOPTS", None)
    with as_file(files("bytezkit_contract")) as package:
        # An explicit configuration file and root directory keep pytest from reading those of the folder in
        # which the command is called.
        arguments = [f"--config-file={package / 'pytest.ini'}", f"--rootdir={package}", str(package)]
        if junit is not None:
            arguments.append(f"--junit-xml={junit.absolute()}")
        code = pytest.main(arguments, plugins=[session, Report(session), _NoTerminalReport()])
    if session.verdict is not None:
        return int(session.verdict)
    return _INTERRUPTED if code == pytest.ExitCode.INTERRUPTED else _INTERNAL_ERROR


class _NoTerminalReport:
    """Plugin that removes pytest's terminal report."""

    # Last, since the terminal plugin registers its reporter in the same hook.
    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.unregister(name="terminalreporter")


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description="Test a server of the Bytez model API.")
    commands = parser.add_subparsers(required=True, metavar="run")
    command = commands.add_parser(
        "run",
        allow_abbrev=False,
        help="test a server against the contract",
        description="Test a server against the contract: invariants that a conforming server satisfies, and "
        "valid and invalid requests to each operation. Resources that the tests create are deleted at the "
        "end.",
    )
    add_options(command.add_argument, "--")
    command.add_argument("--junit", type=Path, metavar="FILE", help="also write the results as JUnit XML")
    return parser
