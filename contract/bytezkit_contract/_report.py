"""What a person reads: a line for each law and operation, and a sentence for each thing that is broken."""

import sys
from textwrap import indent

import pytest

from bytezkit_contract._session import ContractSession


class Report:
    """Prints the results of a run in place of pytest's own report."""

    def __init__(self, session: ContractSession) -> None:
        self._session = session
        self._counts = {"ok": 0, "BROKEN": 0, "skipped": 0}
        self._broken: list[str] = []
        self._module = ""

    def pytest_collection_finish(self) -> None:
        """Say what comes."""
        target = self._session.target
        _print(f"{target.url}, up to {target.max_requests} requests")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Print the line of a test."""
        if report.when != "call" and report.passed:
            return
        module, _, name = report.nodeid.rpartition("/test_")[2].partition(".py::test_")
        if module != self._module:
            self._module = module
            _print(f"\n{module}")
        title = name.replace("_", " ").replace("[", " ", 1).removesuffix("]").removeprefix("operation ")
        result = "ok" if report.passed else "skipped" if report.skipped else "BROKEN"
        self._counts[result] += 1
        reason = ""
        if report.failed:
            self._broken.append(f"{module}: {title}\n{indent(str(report.longrepr), '  ')}")
        elif report.skipped and isinstance(report.longrepr, tuple):
            reason = f": {report.longrepr[2].removeprefix('Skipped: ')}"
        _print(f"  {result:<8}{title}{reason}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Say why the run ends early."""
        reason = str(excinfo.value) if isinstance(excinfo.value, pytest.exit.Exception) else "interrupted"
        _print(reason, to_error=True)

    def pytest_unconfigure(self) -> None:
        """Say what is broken, and the rest."""
        if not any(self._counts.values()):
            return
        for broken in self._broken:
            _print(f"\nBROKEN  {broken}")
        _print("")
        for note in self._session.notes:
            _print(note)
        _print(", ".join(f"{count} {result.lower()}" for result, count in self._counts.items()))


def _print(line: str, *, to_error: bool = False) -> None:
    stream = sys.stderr if to_error else sys.stdout
    stream.write(f"{line}\n")
    stream.flush()
