"""Comparison with the bundle of Redocly."""

import shutil
import subprocess
from collections.abc import Callable

import pytest

from scripts import redocly
from scripts.bundle import Json, bundle
from scripts.copied.bytezkit_openapi.document import to_json

SAME: Json = {"a": [1, {"b": None}], "c/d": "e"}


@pytest.mark.parametrize(
    ("theirs", "line"),
    [
        ({"a": [1, {"b": None}]}, "#/c~1d: only in our bundle"),
        ({"a": [1, {"b": None}], "c/d": "e", "f": 1}, "#/f: only in that of Redocly"),
        ({"a": [1, {"b": 0}], "c/d": "e"}, "#/a/1/b: null is 0 with Redocly"),
        ({"a": [1], "c/d": "e"}, '#/a: [1, {"b": null}] is [1] with Redocly'),
    ],
)
def test_differences_name_the_place(theirs: Json, line: str) -> None:
    assert redocly.differences("#", SAME, theirs) == [line]


def test_order_of_members_is_no_difference() -> None:
    assert redocly.differences("#", SAME, {"c/d": "e", "a": [1, {"b": None}]}) == []


def test_additions_of_tasks_are_not_compared() -> None:
    document = bundle()
    before = to_json(document)

    text = to_json(redocly.without_tasks(document))

    assert '"TextInput": {' in text
    assert '"quickstart": {' in text
    assert '"x-bytez-tasks"' not in text
    assert '"TextGenerationParams": {' not in text
    assert '"text-generation.' not in text
    assert to_json(document) == before


def answer(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.CompletedProcess(command, 1, "", "\nnpm error code ENOTFOUND\n")


def hang(command: list[str]) -> subprocess.CompletedProcess[str]:
    raise subprocess.TimeoutExpired(command, 180)


@pytest.mark.parametrize(
    ("npx", "run", "reason"),
    [
        (None, answer, "npx is not on the PATH"),
        ("/bin/npx", answer, "can not fetch @redocly/cli@2.77.0: npm error code ENOTFOUND"),
        ("/bin/npx", hang, "@redocly/cli@2.77.0 did not start within 180 s"),
    ],
    ids=["without node", "without network", "fetch hangs"],
)
def test_passes_without_redocly(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    npx: str | None,
    run: Callable[[list[str]], subprocess.CompletedProcess[str]],
    reason: str,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: npx)
    monkeypatch.setattr(subprocess, "run", lambda command, **_: run(command))

    redocly.main()

    assert capsys.readouterr().out == f"skipped Redocly: {reason}\n"


def test_findings_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, int("lint" in command), "", "")

    monkeypatch.setattr(shutil, "which", lambda name: "/bin/npx")
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(SystemExit, match="Redocly has findings"):
        redocly.main()
