"""`make checkers` reads the errors of each type checker, and its page shows the pinned versions."""

import subprocess
from pathlib import Path

import pytest

from scripts import checkers
from scripts.checkers import CHECKERS, Line
from scripts.paths import ROOT


@pytest.mark.parametrize(
    "output",
    [
        "build/rejected.py:7: error: Argument 1 has an incompatible type  [arg-type]",
        "  /project/build/rejected.py:7:5 - error: Argument of type int",
        "build/rejected.py:7:21: error[invalid-argument-type] Argument is incorrect",
        "ERROR build/rejected.py:7:3-5: Argument is not assignable [bad-argument-type]",
    ],
)
def test_error_is_found(output: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checkers, "_PROGRAMS", tmp_path)
    lines = [output, "build/rejected.py:8: note: a note", "Found 1 error in 1 file"]
    done = subprocess.CompletedProcess([], 1, "\n".join(lines))
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)

    assert checkers._reported_lines(CHECKERS[0]) == {Line("rejected.py", 7)}


def test_page_has_pinned_versions() -> None:
    page = (ROOT / "docs/type-checkers.md").read_text(encoding="utf-8")
    assert [it.name for it in CHECKERS if f"| `{it.name}` | {it.version}" not in page] == []
