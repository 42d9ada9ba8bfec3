"""Text report of the command: one line per test, then the violations."""

import sys
from textwrap import indent

import pytest

from bytezkit_contract._session import ContractSession


class Report:
    """Plugin that prints the results in place of pytest's terminal report."""

    def __init__(self, session: ContractSession) -> None:
        self._session = session
        self._counts = {"ok": 0, "BROKEN": 0, "skipped": 0}
        self._failures: list[str] = []
        self._module = ""

    def pytest_collection_finish(self) -> None:
        """Print the target before the first test."""
        target = self._session.target
        _print(f"{target.url}, up to {target.max_requests} requests")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Print the result of a test."""
        # Each test has three reports. Setup and teardown count only if they fail or skip the test.
        if report.when != "call" and report.passed:
            return
        module, _, name = report.nodeid.rpartition("/test_")[2].partition(".py::test_")
        if module != self._module:
            self._module = module
            _print(f"\n{module}")
        name = name.removesuffix("[generated]").removeprefix("operation[")
        title = name.replace("_", " ").replace("[", " ", 1).removesuffix("]")
        result = "ok" if report.passed else "skipped" if report.skipped else "BROKEN"
        self._counts[result] += 1
        reason = ""
        if report.failed:
            self._failures.append(f"{module}: {title}\n{indent(str(report.longrepr), '  ')}")
        elif report.skipped and isinstance(report.longrepr, tuple):
            reason = f": {report.longrepr[2].removeprefix('Skipped: ')}"
        _print(f"  {result:<8}{title}{reason}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Print the reason of an early end."""
        reason = str(excinfo.value) if isinstance(excinfo.value, pytest.exit.Exception) else "interrupted"
        _print(reason, to_stderr=True)

    def pytest_unconfigure(self) -> None:
        """Print the violations, the notes of the session and the counts."""
        if not any(self._counts.values()):
            return
        for failure in self._failures:
            _print(f"\nBROKEN  {failure}")
        _print("")
        for note in self._session.notes:
            _print(note)
        _print(", ".join(f"{count} {result.lower()}" for result, count in self._counts.items()))


def _print(line: str, *, to_stderr: bool = False) -> None:
    stream = sys.stderr if to_stderr else sys.stdout
    stream.write(f"{line}\n")
    # A run takes minutes; without a flush a pipe shows nothing until the end.
    stream.flush()
