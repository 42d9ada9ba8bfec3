"""Each Python block of the README and the pages is accepted by mypy and by pyright, in strict mode."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from scripts.paths import ROOT
from tests.docs.pages import Block, blocks
from tests.docs.test_code import SESSIONS, TASK_PAGE, TESTS

# Examples of the page of tasks build on its indented block, and each test file stands alone.
TASKS: Final = [*blocks("", page=TASK_PAGE), *blocks("python", page=TASK_PAGE)]
PROGRAMS: Final = [*(it for it in SESSIONS if it[0].page != TASK_PAGE), TASKS, *([it] for it in TESTS)]
CHECKERS: Final = {
    # The blocks of a page assign one name several times, as in an interactive session.
    "mypy": ["--allow-redefinition"],
    "pyright": [],
}


def program(session: Sequence[Block]) -> str:
    """Return the blocks as one module, in which they have the line numbers of the page."""
    lines: list[str] = []
    for block in session:
        lines += [""] * (block.line - len(lines)) + block.code.splitlines()
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("checker", CHECKERS)
def test_checker_accepts_python_blocks(checker: str, tmp_path: Path) -> None:
    for session in PROGRAMS:
        page, line, *_ = session[0]
        module = page.removesuffix(".md").replace("/", "_").replace("-", "_")
        (tmp_path / f"{module}_{line}.py").write_text(program(session), encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", checker, *CHECKERS[checker], *tmp_path.iterdir()],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_each_python_block_is_checked() -> None:
    assert {block for session in PROGRAMS for block in session} >= set(blocks("python"))
