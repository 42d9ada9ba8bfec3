"""Both type checkers accept every correct use of the client and reject each wrong use."""

import subprocess
import sys
from pathlib import Path

import pytest

from bytezkit_models.tasks import TASKS
from scripts.paths import ROOT
from tests.task_evidence import Column, TaskEvidence
from tests.typing.__main__ import write_programs
from tests.typing.tasks import TASK_TYPES


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_checker_accepts_correct_and_rejects_wrong_uses(
    checker: Column, task_evidence: TaskEvidence, tmp_path: Path
) -> None:
    """Check programs in which each wrong line has an ignore comment; an unused comment is an error."""
    write_programs(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", checker, *tmp_path.iterdir()],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert TASK_TYPES.keys() == set(TASKS)
    for task in TASKS:
        task_evidence(task, checker)
