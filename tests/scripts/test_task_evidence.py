"""The table of tasks counts passed tests only, and an empty cell fails the run."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from bytezkit_models.tasks import TASKS
from scripts.paths import ROOT
from tests.task_evidence import HEADINGS, TaskTable, columns_of, markdown

COLUMNS: Final = {
    "chat": columns_of({"stream": "text", "v1": {}}),
    "object-detection": columns_of({"stream": "none"}),
}
# Shows everything of all tasks, except what a test that fails says.
SUITE: Final = """\
import json
import pytest
from bytezkit_openapi import read_json
from tests.task_evidence import columns_of

REGISTRY = json.loads(read_json())["x-bytez-tasks"]

@pytest.mark.parametrize("task", REGISTRY)
def test_task(task, task_evidence):
    for column in columns_of(REGISTRY[task]):
        task_evidence(task, column)
    assert task != LACKING
"""


def complete() -> TaskTable:
    table = TaskTable(COLUMNS)
    for task, columns in COLUMNS.items():
        for column in columns:
            table.add(task, column)
    return table


def run(folder: Path, lacking: str | None, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_suite.py").write_text(f"LACKING = {lacking!r}\n{SUITE}", encoding="utf-8")
    plugins = ("-p", "no:cacheprovider", "-p", "xdist", "-p", "tests.task_evidence")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugins, f"--rootdir={folder}", *options, str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_nothing_is_missing_of_what_a_task_does_not_have() -> None:
    table = complete()

    assert table.missing == []
    assert table.rows()[1:] == [
        ["chat", *["yes"] * 7],
        ["object-detection", "yes", "yes", "yes", "yes", "has none", "yes", "has none"],
        ["all", *["2 of 2"] * 7],
    ]


def test_missing_cell_is_named() -> None:
    table = TaskTable({"chat": COLUMNS["chat"]})
    table.add("chat", "mypy")

    assert table.missing == [
        "chat: not typed by pyright",
        "chat: not run sync",
        "chat: not run async",
        "chat: not streamed",
        "chat: not fuzzed strictly",
        "chat: not fuzzed in v1",
    ]
    assert table.rows()[-1] == ["all", "1 of 1", *["0 of 1"] * 6]
    assert not table.has_every_part


@pytest.mark.parametrize(
    ("task", "column"),
    [
        ("chats", "mypy"),
        ("chat", "cmypy"),
        ("object-detection", "streamed"),
        ("object-detection", "v1"),
    ],
)
def test_evidence_of_nothing_is_refused(task: str, column: str) -> None:
    with pytest.raises(ValueError, match=task):
        TaskTable(COLUMNS).add(task, column)


def test_markdown_is_aligned() -> None:
    assert markdown([["task", "a"], ["chat", "yes"]]) == (
        "| task | a   |\n"
        "| ---- | --- |\n"
        "| chat | yes |\n"
    )  # fmt: skip


def test_complete_table_is_written_and_passes(tmp_path: Path) -> None:
    target = tmp_path / "build/tasks.md"

    done = run(tmp_path, None, f"--task-table={target}", "-n", "2")

    assert done.returncode == 0, done.stdout
    assert target.read_text(encoding="utf-8") in done.stdout
    assert target.read_text(encoding="utf-8").count(f"{len(TASKS)} of {len(TASKS)}") == len(HEADINGS)


def test_incomplete_table_fails_a_run_of_tests_that_pass(tmp_path: Path) -> None:
    target = tmp_path / "tasks.md"

    done = run(tmp_path, None, f"--task-table={target}", "-k=not chat")

    assert done.returncode == 1
    assert f"{len(TASKS) - 1} passed" in done.stdout
    assert "chat: not run sync" in done.stdout
    assert f"{len(TASKS) - 1} of {len(TASKS)}" in target.read_text(encoding="utf-8")


def test_failed_test_shows_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, "chat")

    assert done.returncode == 1
    assert "chat: not fuzzed strictly" in done.stdout
