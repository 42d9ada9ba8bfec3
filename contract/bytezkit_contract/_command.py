"""The command: its arguments, and pytest with the tests of this package and a report of its own."""

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

_INTERRUPTED: Final = 130
_INTERNAL_ERROR: Final = 70


def run(argv: Sequence[str] | None, prog: str) -> int:
    """Run the command and return its exit code."""
    parser = _parser(prog)
    arguments = parser.parse_args(argv)
    try:
        target = read_target(lambda name: getattr(arguments, f"bytezkit_{name}"))
    except TargetError as error:
        parser.error(str(error))
    return check(target, junit=arguments.junit)


def check(target: Target, *, junit: Path | None = None) -> int:
    """Hold a server to the contract, print what is broken and return the exit code."""
    session = ContractSession(target)
    # What is set for other runs of pytest is not meant for this one.
    os.environ.pop("PYTEST_ADDOPTS", None)
    with as_file(files("bytezkit_contract")) as package:
        arguments = [f"--config-file={package / 'pytest.ini'}", f"--rootdir={package}", str(package)]
        if junit is not None:
            arguments.append(f"--junit-xml={junit.absolute()}")
        code = pytest.main(arguments, plugins=[session, Report(session), _Quiet()])
    if session.verdict is not None:
        return int(session.verdict)
    return _INTERRUPTED if code == pytest.ExitCode.INTERRUPTED else _INTERNAL_ERROR


class _Quiet:
    """Takes pytest's own report away."""

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        config.pluginmanager.unregister(name="terminalreporter")


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description="Hold a server to the Bytez model API.")
    commands = parser.add_subparsers(required=True, metavar="run")
    command = commands.add_parser(
        "run",
        help="hold a server to the contract",
        description="Hold a server to the contract: laws that any honest server keeps, and whatever each "
        "operation allows or forbids. What is made is deleted at the end.",
    )
    add_options(command.add_argument, "--")
    command.add_argument("--junit", type=Path, metavar="FILE", help="write the results as JUnit XML too")
    return parser
