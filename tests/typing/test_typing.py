"""Both type checkers accept what is to be accepted, and reject every line of what is to be rejected."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

HERE: Final = Path(__file__).parent
CHECKED: Final = [str(HERE / "accepted.py"), str(HERE / "rejected.py")]


@pytest.mark.parametrize(
    "arguments",
    [["mypy", "--strict", *CHECKED], ["pyright", "--warnings", "--project", str(HERE)]],
    ids=["mypy", "pyright"],
)
def test_the_type_checker_sees_the_types_that_are_promised(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=HERE.parents[1], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
