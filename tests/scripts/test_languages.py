"""Stages of a client generator, and the page about them."""

import json
import sys
from pathlib import Path
from typing import Final

import pytest

from bytezkit_openapi import read_json
from scripts.languages.client_generator import ClientGenerator
from scripts.languages.generators import GENERATORS, TOUR_STEPS
from scripts.languages.page import page
from scripts.languages.runner import run_generator
from scripts.languages.tools import UnavailableError, fetch, find_program, run
from scripts.paths import ROOT


class FakeToolchain:
    """Toolchain without the tool of one stage, and with a tour that prints the given steps."""

    def __init__(self, missing: str = "", steps: tuple[str, ...] = tuple(TOUR_STEPS)) -> None:
        self._missing = missing
        self._steps = steps

    def generate(self, options: list[str]) -> None:
        assert options == ["--careful"]
        self._require("generator")

    def compile(self) -> None:
        self._require("compiler")

    def tour(self) -> list[str]:
        self._require("runtime")
        return [sys.executable, "-c", f"print(*{self._steps}, sep=chr(10))"]

    def _require(self, tool: str) -> None:
        if tool == self._missing:
            raise UnavailableError(f"no {tool}")


def generator_with(toolchain: FakeToolchain) -> ClientGenerator:
    return ClientGenerator(
        language="Z",
        name="zgen",
        version="9.9",
        toolchain=toolchain,
        options={"--careful": "It pays."},
        compiled="`zc`",
        notes=("Mind the gap.",),
    )


@pytest.mark.parametrize(
    ("missing", "completed", "cells"),
    [
        ("generator", 0, "no | no | no"),
        ("compiler", 1, "yes | no | no"),
        ("runtime", 2, "yes | yes | no"),
        ("", 3, "yes | yes | yes"),
    ],
)
def test_missing_tool_ends_the_run_with_a_reason(missing: str, completed: int, cells: str) -> None:
    result = run_generator(generator_with(FakeToolchain(missing)))
    text = page("1.2.3", [result])

    assert result.completed == completed
    assert "contract 1.2.3" in text
    assert f"| Z | zgen | 9.9 | {cells} |\n" in text
    assert "- `--careful`: It pays.\n- Mind the gap.\n" in text
    assert (f": no {missing}.\n" in text) == bool(missing)
    assert ("Compiled by `zc`." in text) == (completed > 1)


def test_incomplete_tour_fails() -> None:
    with pytest.raises(SystemExit, match=r"Z, zgen: expected the steps list cluster .*, found:\nlist\n"):
        run_generator(generator_with(FakeToolchain(steps=("list",))))


def test_unavailable_tools_are_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no route')"]
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SystemExit, match="no route"):
        run(command, tmp_path)
    with pytest.raises(UnavailableError, match=r"^the jar cannot be downloaded$"):
        fetch("the jar", command, tmp_path)
    assert capsys.readouterr().out == "no route\n\n"
    with pytest.raises(UnavailableError, match="`javac` is missing from the PATH"):
        find_program("javac")


def test_page_has_current_contract_and_generators() -> None:
    """A change of either requires `make languages`."""
    text: Final = (ROOT / "docs" / "languages.md").read_text(encoding="utf-8")

    assert f"contract {json.loads(read_json())['info']['version']}." in text
    for it in GENERATORS:
        stages = "yes | yes | yes |" if it.language in ("TypeScript", "Go") else ""
        assert f"| {it.language} | {it.name} | {it.version} | {stages}" in text
