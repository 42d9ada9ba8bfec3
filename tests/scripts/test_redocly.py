"""Comparison with Redocly's bundled document, and reasons for skipping it."""

import shutil
import subprocess

import pytest

from scripts import redocly
from scripts.bundle import Json


@pytest.mark.parametrize(
    ("theirs", "lines"),
    [
        ({"c/d": "e", "a": [1, {"b": None}]}, []),
        ({"a": [1, {"b": None}]}, ["#/c~1d: only in our document"]),
        ({"a": [1, {"b": None}], "c/d": "e", "f": 1}, ["#/f: only in that of Redocly"]),
        ({"a": [1, {"b": 0}], "c/d": "e"}, ["#/a/1/b: null is 0 in that of Redocly"]),
        ({"a": [1], "c/d": "e"}, ['#/a: [1, {"b": null}] is [1] in that of Redocly']),
    ],
)
def test_differences_name_the_place(theirs: Json, lines: list[str]) -> None:
    assert redocly.differences("#", {"a": [1, {"b": None}], "c/d": "e"}, theirs) == lines


@pytest.mark.parametrize(
    ("npx", "status", "reason"),
    [
        (None, 0, "npx is not on the PATH"),
        ("npx", 1, f"cannot download {redocly.PACKAGE}: npm error code ENOTFOUND"),
    ],
)
def test_check_is_skipped_without_node_or_network(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    npx: str | None,
    status: int,
    reason: str,
) -> None:
    done = subprocess.CompletedProcess([], status, "", "\nnpm error code ENOTFOUND\n")
    monkeypatch.setattr(shutil, "which", lambda name: npx)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)

    redocly.main()

    assert capsys.readouterr().out == f"skipped Redocly: {reason}\n"


def test_redocly_problem_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "npx")
    monkeypatch.setattr(
        subprocess,
        "run",
        lambda command, **_: subprocess.CompletedProcess(command, int("lint" in command), "", ""),
    )

    with pytest.raises(SystemExit, match="Redocly reports problems"):
        redocly.main()
