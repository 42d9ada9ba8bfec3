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


UNNAMED = {"unknown argument", "arguments of generate"}


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
        (
            contract.parameters("chat")["typical_p"],
            0.0,
            "(root): 0.0 is less than or equal to the minimum of 0",
        ),
        (contract.parameters("chat")["temperature"], -1.0, "(root): -1.0 is less than the minimum of 0"),
    ],
)
def test_value_that_does_not_fit_is_located(schema: Any, value: object, expected: str) -> None:
    assert contract.misfit(schema, value) == expected


NO_NAMES: dict[str, list[str]] = {"own": [], "generate": []}


def observed(runs: dict[str, dict[str, str]], parameters: dict[str, dict[str, str]]) -> dict[str, Any]:
    outcome = {"runs": runs, "parameters": parameters, "unknown": "TypeError: no", "refused": NO_NAMES}
    return {"fill-mask": outcome}


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


@pytest.mark.parametrize(
    ("task", "unknown", "refused", "expected"),
    [
        ("fill-mask", "TypeError: no", NO_NAMES, []),
        ("object-detection", "", NO_NAMES, []),
        (
            "fill-mask",
            "",
            NO_NAMES,
            ["unknown argument: the pipeline ignores it, and the emulator refuses it"],
        ),
        ("object-detection", "TypeError: no", NO_NAMES, ["unknown argument: TypeError: no"]),
        (
            "chat",
            "ValueError: no",
            {"own": ["prefix"], "generate": ["top_a", "min_p"]},
            [
                "prefix: the emulator takes it, and the pipeline refuses it",
                "arguments of generate: the pipeline refuses top_a, min_p",
            ],
        ),
    ],
)
def test_arguments_that_pipeline_or_emulator_refuse(
    task: str, unknown: str, refused: dict[str, list[str]], expected: list[str]
) -> None:
    outcome = {"runs": {}, "parameters": {}, "unknown": unknown, "refused": refused}
    assert changes({task: outcome}, []) == [f"new: {task}: {it}" for it in expected]


def test_known_disagreements_are_of_tasks_and_arguments_of_contract_and_emulator() -> None:
    for known in KNOWN:
        arguments = {name.partition("=")[0] for name in known.names if " (" not in name}
        others = {*contract.undocumented_arguments(known.task)["own"], *UNNAMED}
        assert arguments <= contract.parameters(known.task).keys() | others


def test_page_counts_runs_and_parameters() -> None:
    outcome = observed(
        {"a": {}, "b": {"v2": "/0: no"}, "c": {"pipeline": "Error"}},
        {"top_k": {"1": ""}, "targets": {'"a"': "no"}},
    )
    text = page(outcome, {"chat": "its pipeline is missing"}, "torch 2")

    assert "Run with torch 2: 3 runs of 1 tasks." in text
    assert "| `fill-mask` | 3 | 1 | 2 | 1 of 2 | 2 pipeline-observed | refused |\n" in text
    assert "| `chat` | not run | - | - | - | - | - |\n" in text
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
