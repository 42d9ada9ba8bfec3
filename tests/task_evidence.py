"""A pytest plugin that tells which tests show what of each task, and what no test shows.

Tests say so themselves, by the fixture `task_evidence`, and are believed if they pass. With
`--task-table PATH`, which belongs to a run of all tests that say so, the table is written there in Markdown,
and a cell without evidence fails the run. Without it the table is printed if each column has evidence.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
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
_SHOWN, _MISSING, _NONE = "yes", "MISSING", "has none"


def columns_of(row: Mapping[str, object]) -> frozenset[Column]:
    """Return what there is to show of a task, from its row in the registry."""
    lacking: set[Column] = set()
    if row["stream"] == "none":
        lacking.add("streamed")
    if "v1" not in row:
        lacking.add("v1")
    return frozenset(HEADINGS) - lacking


class TaskEvidence(Protocol):
    """Says that this test shows something of a task."""

    def __call__(self, task: str, column: Column) -> None: ...


class TaskTable:
    """Which task has which evidence.

    Args:
        columns: The tasks, and what there is to show of each.
    """

    def __init__(self, columns: Mapping[str, Collection[Column]]) -> None:
        self._columns = columns
        self._shown: set[tuple[str, str]] = set()

    def add(self, task: str, column: str) -> None:
        """Note evidence.

        Raises:
            ValueError: There is no such task, or it has no such column.
        """
        if task not in self._columns:
            raise ValueError(f"no task {task}")
        if column not in self._columns[task]:
            raise ValueError(f"{task} has no column {column}")
        self._shown.add((task, column))

    @property
    def has_every_part(self) -> bool:
        """Whether there is evidence of each kind."""
        return {column for _, column in self._shown} == {*HEADINGS}

    @property
    def missing(self) -> list[str]:
        """The cells without evidence."""
        return [
            f"{task}: not {HEADINGS[column]}"
            for task in self._columns
            for column in HEADINGS
            if self._cell(task, column) == _MISSING
        ]

    def rows(self) -> list[list[str]]:
        """Return the table: headings, tasks, and how many tasks lack nothing."""
        cells = [[self._cell(task, column) for column in HEADINGS] for task in self._columns]
        complete = [len(cells) - column.count(_MISSING) for column in zip(*cells, strict=True)]
        return [
            ["task", *HEADINGS.values()],
            *([task, *row] for task, row in zip(self._columns, cells, strict=True)),
            ["all", *(f"{count} of {len(cells)}" for count in complete)],
        ]

    def _cell(self, task: str, column: Column) -> str:
        if (task, column) in self._shown:
            return _SHOWN
        return _MISSING if column in self._columns[task] else _NONE


def markdown(rows: Iterable[Iterable[str]]) -> str:
    """Write a table as Markdown, aligned also where nobody renders it."""
    table = [list(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    table.insert(1, ["-" * width for width in widths])
    return "".join(
        f"| {' | '.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))} |\n"
        for row in table
    )


class TaskTableReport:
    """Gathers the evidence of a run, and reports it at the end."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        registry = json.loads(read_json())["x-bytez-tasks"]
        self._table = TaskTable({task: columns_of(row) for task, row in registry.items()})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            for name, value in report.user_properties:
                if name == _PROPERTY:
                    task, _, column = str(value).partition(" ")
                    self._table.add(task, column)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(markdown(self._table.rows()), encoding="utf-8")
        if self._table.missing and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._path is None and not self._table.has_every_part:
            return
        terminalreporter.section("tasks")
        terminalreporter.write(markdown(self._table.rows()))
        for cell in self._table.missing:
            terminalreporter.write_line(cell, red=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--task-table",
        type=Path,
        metavar="PATH",
        help="write what the tests show of each task, and fail if something is missing",
    )


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # Workers send their reports to the process that started them.
        config.pluginmanager.register(TaskTableReport(config.getoption("--task-table")))


@pytest.fixture
def task_evidence(record_property: Callable[[str, object], None]) -> TaskEvidence:
    """Record that the test, if it passes, shows something of a task."""

    def record(task: str, column: Column) -> None:
        record_property(_PROPERTY, f"{task} {column}")

    return record
