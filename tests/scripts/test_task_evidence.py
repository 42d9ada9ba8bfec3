"""Table of task evidence: it counts passed tests only, and an empty cell fails the run."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from bytezkit_models.tasks import TASKS
from scripts.paths import ROOT
from tests.task_evidence import HEADINGS

# Gives all evidence of all tasks; the test of one task fails.
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
    assert task != FAILING
"""


def run(folder: Path, failing: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_suite.py").write_text(f"FAILING = {failing!r}\n{SUITE}", encoding="utf-8")
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


@pytest.mark.parametrize(
    ("failing", "options", "missing", "count"),
    [
        ("", ("-n", "2"), "", len(TASKS)),
        ("", ("-k=not chat",), "chat: not run sync", len(TASKS) - 1),
        ("chat", (), "chat: not fuzzed strictly", len(TASKS) - 1),
    ],
    ids=["complete", "deselected test", "failed test"],
)
def test_run_fails_if_evidence_is_missing(
    tmp_path: Path, failing: str, options: tuple[str, ...], missing: str, count: int
) -> None:
    target = tmp_path / "build/tasks.md"

    done = run(tmp_path, failing, f"--task-table={target}", *options)

    text = target.read_text(encoding="utf-8")
    assert done.returncode == bool(missing), done.stdout
    assert f"{count} passed" in done.stdout
    assert text in done.stdout
    assert missing in done.stdout
    assert text.count(f"{count} of {len(TASKS)}") == len(HEADINGS)
    assert re.search(r"^\| object-detection +(\| (yes|MISSING) +){4}\| has none ", text, flags=re.MULTILINE)
    assert len({len(line) for line in text.splitlines()}) == 1
