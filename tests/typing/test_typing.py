"""Both type checkers accept what is to be accepted, and refuse each line of what is to be refused."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from bytezkit_models.tasks import TASKS
from tests.task_evidence import Column, TaskEvidence

HERE: Final = Path(__file__).parent
CHECKED: Final = sorted(str(file) for file in HERE.glob("*.py") if not file.name.startswith(("__", "test_")))
PER_TASK: Final = [
    HERE / f"{face}_{part}.py" for face in ("synchronous", "asynchronous") for part in ("tasks", "refusals")
]


def functions(file: Path) -> set[str]:
    body = ast.parse(file.read_text(encoding="utf-8")).body
    return {it.name for it in body if isinstance(it, (ast.FunctionDef, ast.AsyncFunctionDef))}


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_the_types_are_those_that_are_promised(checker: Column, task_evidence: TaskEvidence) -> None:
    done = subprocess.run(
        [sys.executable, "-m", checker, *CHECKED],
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for task in TASKS:
        assert all(task.replace("-", "_") in functions(file) for file in PER_TASK), task
        task_evidence(task, checker)
