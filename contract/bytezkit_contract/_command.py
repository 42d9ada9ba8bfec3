"""Runs pytest on the tests of this package."""

import os
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import pytest

from bytezkit_contract._report import Report
from bytezkit_contract._session import ContractSession
from bytezkit_contract._target import Target

# 128 + SIGINT, as shells report it.
_INTERRUPTED: Final = 130
# EX_SOFTWARE of sysexits.h: pytest itself failed.
_INTERNAL_ERROR: Final = 70


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
