"""A pytest plugin that reports the tested properties of each task.

Tests record properties with the fixture `task_evidence`; only passed tests count. `--task-table PATH` writes
the table in Markdown, and fails the run if a cell is missing. Otherwise the plugin prints the table if each
column has evidence.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

import pytest

from bytezkit_openapi import read_json

Column: TypeAlias = Literal["mypy", "pyright", "sync", "async", "streamed", "fuzzed", "v1"]

HEADINGS: Final[Mapping[Column, str]] = {
    "mypy": "typed by mypy",
    "pyright": "typed by pyright",
    "sync": "run sync",
    "async": "run async",
    "streamed": "streamed",
    "fuzzed": "fuzzed strictly",
    "v1": "fuzzed in v1",
}
_PROPERTY: Final = "task_evidence"


def columns_of(row: Mapping[str, object]) -> frozenset[Column]:
    """Return the columns that apply to a task, from its row in the registry."""
    missing = {"streamed": row["stream"] == "none", "v1": "v1" not in row}
    return frozenset(column for column in HEADINGS if not missing.get(column))


class TaskEvidence(Protocol):
    """Records that this test shows a property of a task."""

    def __call__(self, task: str, column: Column) -> None: ...


class TaskTable:
    """Collects the evidence of a run and reports it at the end.

    Args:
        path: File for the table; without it, the table is printed if each column has evidence.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        registry = json.loads(read_json())["x-bytez-tasks"]
        self._columns = {task: columns_of(row) for task, row in registry.items()}
        self._shown: set[tuple[str, str]] = set()

    def _cell(self, task: str, column: Column) -> str:
        if (task, column) in self._shown:
            return "yes"
        return "MISSING" if column in self._columns[task] else "has none"

    def _missing(self) -> list[str]:
        return [
            f"{task}: not {HEADINGS[column]}"
            for task in self._columns
            for column in HEADINGS
            if self._cell(task, column) == "MISSING"
        ]

    def _markdown(self) -> str:
        """Return headings, tasks, and the number of complete tasks by column, in aligned columns."""
        cells = [[self._cell(task, column) for column in HEADINGS] for task in self._columns]
        complete = [len(cells) - column.count("MISSING") for column in zip(*cells, strict=True)]
        rows = [
            ["task", *HEADINGS.values()],
            *([task, *row] for task, row in zip(self._columns, cells, strict=True)),
            ["all", *(f"{count} of {len(cells)}" for count in complete)],
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        rows.insert(1, ["-" * width for width in widths])
        return "".join(f"| {' | '.join(map(str.ljust, row, widths))} |\n" for row in rows)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            for name, value in report.user_properties:
                if name == _PROPERTY:
                    task, _, column = str(value).partition(" ")
                    if column not in self._columns.get(task, ()):
                        raise ValueError(f"{task} is not a task with a column {column}")
                    self._shown.add((task, column))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(self._markdown(), encoding="utf-8")
        if self._missing() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._path is None and {column for _, column in self._shown} != {*HEADINGS}:
            return
        terminalreporter.section("tasks")
        terminalreporter.write(self._markdown())
        for cell in self._missing():
            terminalreporter.write_line(cell, red=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--task-table",
        type=Path,
        metavar="PATH",
        help="write the tested properties of each task, and fail if a property is missing",
    )


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # Workers send their reports to the process that started them.
        config.pluginmanager.register(TaskTable(config.getoption("--task-table")))


@pytest.fixture
def task_evidence(record_property: Callable[[str, object], None]) -> TaskEvidence:
    """Record that the test, if it passes, shows a property of a task."""

    def record(task: str, column: Column) -> None:
        record_property(_PROPERTY, f"{task} {column}")

    return record
