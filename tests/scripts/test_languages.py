"""Trials of generated clients, and the page about them."""

import json
import sys
from pathlib import Path
from typing import Final

import pytest

from bytezkit_openapi import read_json
from scripts.languages.page import page
from scripts.languages.row import Row
from scripts.languages.rows import ROWS, STEPS
from scripts.languages.trial import Trial, take
from scripts.languages.workshop import UnavailableError, fetch, program, run
from scripts.paths import ROOT

PAGE: Final = (ROOT / "docs" / "languages.md").read_text(encoding="utf-8")


class Stage:
    """A client that lacks a tool at one stage, or no tool, and prints the given steps."""

    def __init__(self, missing: str = "", steps: tuple[str, ...] = tuple(STEPS)) -> None:
        self._missing = missing
        self._steps = steps

    def generate(self, options: list[str]) -> None:
        assert options == ["--careful"]
        self._ask("generator")

    def compile(self) -> None:
        self._ask("compiler")

    def tour(self) -> list[str]:
        self._ask("runtime")
        return [sys.executable, "-c", f"print(*{self._steps}, sep=chr(10))"]

    def _ask(self, tool: str) -> None:
        if tool == self._missing:
            raise UnavailableError(f"no {tool}")


def row(client: Stage) -> Row:
    return Row(
        language="Z",
        generator="zgen",
        version="9.9",
        client=client,
        options={"--careful": "It pays."},
        compiled="`zc`",
        notes=("Mind the gap.",),
    )


@pytest.mark.parametrize(
    ("missing", "reached", "cells"),
    [
        ("generator", 0, "no | no | no"),
        ("compiler", 1, "yes | no | no"),
        ("runtime", 2, "yes | yes | no"),
        ("", 3, "yes | yes | yes"),
    ],
)
def test_missing_tool_ends_the_trial(missing: str, reached: int, cells: str) -> None:
    trial = take(row(Stage(missing)))
    text = page("1.2.3", [trial])

    assert trial.reached == reached
    assert f"| Z | zgen | 9.9 | {cells} |\n" in text
    assert (f": no {missing}.\n" in text) == bool(missing)
    assert ("Compiled by `zc`." in text) == (reached > 1)


def test_page_names_contract_and_options() -> None:
    text = page("1.2.3", [Trial(row(Stage()), 3)])

    assert "contract 1.2.3" in text
    assert "- `--careful`: It pays.\n- Mind the gap.\n" in text


def test_incomplete_tour_fails() -> None:
    with pytest.raises(SystemExit, match="Z, zgen: the tour went another way:\nlist\n"):
        take(row(Stage(steps=("list",))))


def test_failed_command_and_failed_fetch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="syntax error"):
        run([sys.executable, "-c", "raise SystemExit('syntax error')"], tmp_path)
    with pytest.raises(UnavailableError, match=r"^the jar can not be fetched$"):
        fetch("the jar", [sys.executable, "-c", "raise SystemExit('no route')"], tmp_path)
    assert capsys.readouterr().out.endswith("no route\n\n")


def test_missing_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(UnavailableError, match="`javac` is missing from the PATH"):
        program("javac")


def test_page_is_of_this_contract_and_these_generators() -> None:
    """If it fails, run `make languages`."""
    version = json.loads(read_json())["info"]["version"]

    assert f"contract {version}." in PAGE
    for it in ROWS:
        row = f"| {it.language} | {it.generator} | {it.version} |"
        assert row + (" yes | yes | yes |" if it.language in ("TypeScript", "Go") else "") in PAGE
