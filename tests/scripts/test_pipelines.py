"""`make pipelines`: which results fit the contract, which disagreements are new or gone, and the page."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from bytezkit_emulator._openapi.provenance import behaviours
from scripts.pipelines import __main__ as command
from scripts.pipelines import contract
from scripts.pipelines.disagreements import KNOWN, Known, changes
from scripts.pipelines.page import page

LABELS = {"$ref": "#/components/schemas/TextClassificationResult"}
SCORE = [{"label": "joy", "score": 0.5}]


class Number:
    """A number as numpy has it."""

    def tolist(self) -> float:
        return 0.5


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (LABELS, SCORE, ""),
        (LABELS, [{"label": "joy", "score": Number()}], ""),
        (LABELS, [*SCORE, {"label": "joy", "score": "high"}], '/1/score: "high" is not of type "number"'),
        (LABELS, {}, '(root): {} is not of type "array"'),
        (contract.parameters("chat")["temperature"], -1.0, "(root): -1.0 is less than the minimum of 0"),
    ],
)
def test_value_that_does_not_fit_is_located(schema: Any, value: object, expected: str) -> None:
    assert contract.misfit(schema, value) == expected


def observed(runs: dict[str, dict[str, str]], parameters: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {"fill-mask": {"runs": runs, "parameters": parameters}}


@pytest.mark.parametrize(
    ("outcome", "names", "expected"),
    [
        (observed({"run": {}}, {"top_k": {"1": "", "2": ""}}), (), []),
        (observed({"run": {"v1": "/0/score: no"}}, {}), (), ["new: fill-mask: run (v1): /0/score: no"]),
        (observed({"run": {"pipeline": "Error: no"}}, {}), (), ["new: fill-mask: run (pipeline): Error: no"]),
        (observed({}, {"top_k": {"1": "a", "2": "b"}}), (), ["new: fill-mask: top_k: a"]),
        (observed({}, {"top_k": {"1": "", "2": "b"}}), (), ["new: fill-mask: top_k=2: b"]),
        (observed({}, {"top_k": {"1": "", "2": "b"}}), ("top_k=2",), []),
        (observed({}, {"top_k": {"1": "a", "2": "b"}}), ("top_k",), []),
        (
            observed({}, {"top_k": {"1": "a", "2": "b"}}),
            ("top_k=2",),
            ["new: fill-mask: top_k: a", "gone: fill-mask: top_k=2"],
        ),
        (observed({"run": {}}, {"top_k": {"1": ""}}), ("top_k",), ["gone: fill-mask: top_k"]),
        ({}, ("top_k",), ["gone: fill-mask: top_k"]),
    ],
)
def test_new_and_gone_disagreements_are_named(
    outcome: Any, names: tuple[str, ...], expected: list[str]
) -> None:
    assert changes(outcome, [Known("fill-mask", names, "")]) == expected


def test_known_disagreements_are_of_tasks_and_parameters_of_the_contract() -> None:
    for known in KNOWN:
        parameters = {name.partition("=")[0] for name in known.names if " (" not in name}
        assert parameters <= contract.parameters(known.task).keys()


def test_page_counts_runs_and_parameters() -> None:
    outcome = observed(
        {"a": {}, "b": {"v2": "/0: no"}, "c": {"pipeline": "Error"}},
        {"top_k": {"1": ""}, "targets": {'"a"': "no"}},
    )
    text = page(outcome, {"chat": "its pipeline is missing"}, "torch 2")

    assert "Run with torch 2: 3 runs of 1 tasks." in text
    assert "| `fill-mask` | 3 | 1 | 2 | 1 of 2 | 2 pipeline-observed |\n" in text
    assert "| `chat` | not run | - | - | - | - |\n" in text
    assert "\nNot run: `chat`, since its pipeline is missing.\n" in text
    assert f"| `{KNOWN[0].task}` | `temperature=0.0` | The quickstart" in text


def test_evidence_of_parameters_is_that_of_the_page_of_evidence() -> None:
    listed = {it.name: it.evidence for it in behaviours(contract.DOCUMENT) if it.kind == "member"}
    for task, entry in contract.TASKS.items():
        forms = [entry, *entry.get("variants", {}).values()]
        for name, schema in contract.parameters(task).items():
            own = {listed.get(f"{form['params']}.{name}") for form in forms} - {None}
            assert {schema["x-evidence"]} == (own or {listed[f"GenerationParams.{name}"]})


def test_missing_package_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_ENVIRONMENT", tmp_path)
    monkeypatch.setattr(command, "_PAGE", tmp_path / "page.md")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1))
    command.main()

    expected = "pipelines not run: scripts/pipelines/requirements.txt cannot be installed\n"
    assert capsys.readouterr().out == expected
    assert not (tmp_path / "page.md").exists()
