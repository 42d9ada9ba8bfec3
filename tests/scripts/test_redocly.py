"""Comparison with Redocly's bundled document, and reasons for skipping it."""

import shutil
import subprocess

import pytest

from scripts import redocly
from scripts.bundle import Json, bundle
from scripts.copied.bytezkit_openapi.document import to_json


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


def test_schemas_and_examples_of_tasks_are_not_compared() -> None:
    text = to_json(redocly.without_tasks(bundle()))

    assert all(name in text for name in ('"TextInput": {', '"quickstart": {'))
    for absent in ('"x-bytez-tasks"', '"TextGenerationParams": {', '"text-generation.'):
        assert absent not in text


@pytest.mark.parametrize(
    ("npx", "status", "reason"),
    [
        (None, 0, "npx is not on the PATH"),
        ("npx", 1, f"cannot download {redocly.PACKAGE}: npm error code ENOTFOUND"),
        ("npx", None, f"{redocly.PACKAGE} did not start within 180 s"),
    ],
)
def test_check_is_skipped_without_node_or_network(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    npx: str | None,
    status: int | None,
    reason: str,
) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        if status is None:
            raise subprocess.TimeoutExpired(command, 180)
        return subprocess.CompletedProcess(command, status, "", "\nnpm error code ENOTFOUND\n")

    monkeypatch.setattr(shutil, "which", lambda name: npx)
    monkeypatch.setattr(subprocess, "run", run)

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
