"""Comparison with Redocly's bundled document, and reasons for skipping it."""

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
        ({"a": [1, {"b": None}]}, "#/c~1d: only in our document"),
        ({"a": [1, {"b": None}], "c/d": "e", "f": 1}, "#/f: only in that of Redocly"),
        ({"a": [1, {"b": 0}], "c/d": "e"}, "#/a/1/b: null is 0 in that of Redocly"),
        ({"a": [1], "c/d": "e"}, '#/a: [1, {"b": null}] is [1] in that of Redocly'),
    ],
)
def test_differences_name_the_place(theirs: Json, line: str) -> None:
    assert redocly.differences("#", SAME, theirs) == [line]


def test_order_of_members_is_no_difference() -> None:
    assert redocly.differences("#", SAME, {"c/d": "e", "a": [1, {"b": None}]}) == []


def test_what_tasks_add_is_not_compared() -> None:
    document = bundle()
    before = to_json(document)

    text = to_json(redocly.without_tasks(document))

    assert '"TextInput": {' in text
    assert '"quickstart": {' in text
    assert '"x-bytez-tasks"' not in text
    assert '"TextGenerationParams": {' not in text
    assert '"text-generation.' not in text
    assert to_json(document) == before


def skipped(monkeypatch: pytest.MonkeyPatch, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/npx")
    monkeypatch.setattr(subprocess, "run", run)
    redocly.main()


def test_without_node_it_passes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)

    redocly.main()

    assert capsys.readouterr().out == "skipped Redocly: npx is not on the PATH\n"


def test_without_network_it_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", "\nnpm error code ENOTFOUND\n")

    skipped(monkeypatch, run)

    reason = "cannot download @redocly/cli@2.77.0: npm error code ENOTFOUND"
    assert capsys.readouterr().out == f"skipped Redocly: {reason}\n"


def test_when_the_fetch_hangs_it_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        raise subprocess.TimeoutExpired(command, 180)

    skipped(monkeypatch, run)

    assert capsys.readouterr().out == "skipped Redocly: @redocly/cli@2.77.0 did not start within 180 s\n"


def test_lint_findings_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, int("lint" in command), "", "")

    with pytest.raises(SystemExit, match="Redocly reports problems"):
        skipped(monkeypatch, run)
