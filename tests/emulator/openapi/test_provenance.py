"""Evidence for each emulated behaviour, over HTTP and in the documentation."""

import json
from importlib.resources import files
from typing import Any, Final

import jsonschema_rs
import pytest
from httpx import Client

from bytezkit_emulator._openapi.provenance import (
    GRADES,
    KINDS,
    MissingEvidenceError,
    behaviours,
    count_by_kind,
    not_emulated,
)
from bytezkit_openapi import read_emulator_json
from tests.emulator.contract_check import DOCUMENT

BEHAVIOURS: Final = behaviours(DOCUMENT)


def test_every_operation_status_task_and_component_has_evidence() -> None:
    components = DOCUMENT["components"]
    expected = {("task", name) for name in DOCUMENT["x-bytez-tasks"]}
    for kind in ("schema", "header", "parameter"):
        expected |= {(kind, name) for name in components[f"{kind}s"]}
    for path, item in DOCUMENT["paths"].items():
        for method in {*item} - {"parameters"}:
            name = item[method]["operationId"]
            expected.add(("operation", f"{name} ({method.upper()} {path})"))
            expected |= {("status", f"{name} {status}") for status in item[method]["responses"]}
    assert {(it.kind, it.name) for it in BEHAVIOURS} >= expected
    assert {it.evidence for it in BEHAVIOURS} <= {*GRADES}


def test_every_behaviour_is_counted_once() -> None:
    counts = count_by_kind(BEHAVIOURS)
    assert {*counts} == {*KINDS}
    assert sum(sum(tally.values()) for tally in counts.values()) == len(BEHAVIOURS)
    assert len({(it.kind, it.name) for it in BEHAVIOURS}) == len(BEHAVIOURS)


MARKED: Final = {"x-evidence": "documented", "x-source": ["a"]}
INFERRED: Final = {"x-evidence": "inferred", "x-source": ["b"]}


def document(operation: dict[str, Any], **schemas: Any) -> Any:
    responses = {"Shared": INFERRED}
    components = {"schemas": schemas, "responses": responses, "parameters": {}, "headers": {}}
    tasks = {"t": {**MARKED, "params": "Params", "result": "Result", "v1": {"result": "R", **INFERRED}}}
    return {"paths": {"/a": {"get": operation}}, "components": components, "x-bytez-tasks": tasks}


def test_evidence_applies_to_descendants_without_own_evidence() -> None:
    operation = {
        "operationId": "o",
        "parameters": [{"name": "p"}, {"name": "q", **INFERRED}, {"$ref": "#/components/parameters/P"}],
        "responses": {"200": {}, "400": {"$ref": "#/components/responses/Shared"}},
        **MARKED,
    }
    member = {"items": {"properties": {"c": {}}}, **INFERRED}
    alternatives = [{"properties": {"d": {}}}, {"$ref": "#/components/schemas/Result"}]
    found = behaviours(
        document(
            operation,
            Params={"properties": {"a": {}, "b": member}},
            Result={"type": "string"},
            Own={"oneOf": alternatives, "additionalProperties": False, **INFERRED},
        )
    )
    names = {
        evidence: {f"{it.kind} {it.name}" for it in found if it.evidence == evidence} for evidence in GRADES
    }
    assert names == {
        "documented": {
            *("operation o (GET /a)", "parameter o p", "status o 200", "task t", "schema Params"),
            *("member Params.a", "schema Result"),
        },
        "client-observed": set(),
        "pipeline-observed": set(),
        "inferred": {
            *("parameter o q", "status o 400", "v1 task t", "member Params.b", "member Params.b.c"),
            *("schema Own", "member Own.d"),
        },
    }
    assert {it.sources for it in found} == {("a",), ("b",)}


def test_missing_evidence_raises_error() -> None:
    with pytest.raises(MissingEvidenceError, match=r"operation o \(GET /a\): x-evidence is missing"):
        behaviours(document({"operationId": "o", "responses": {}}))
    with pytest.raises(MissingEvidenceError, match="schema Own: x-evidence is missing"):
        behaviours(document({"operationId": "o", "responses": {}, **MARKED}, Own={}))


def test_control_api_returns_every_behaviour(control: Client) -> None:
    report = control.get("/_emulator/evidence").json()
    components = json.loads(read_emulator_json())["components"]
    schema = {"$ref": "#/components/schemas/EvidenceReport", "components": components}
    jsonschema_rs.validator_for(schema).validate(report)
    assert report["counts"] == count_by_kind(BEHAVIOURS)
    assert [it["name"] for it in report["behaviours"]] == [it.name for it in BEHAVIOURS]
    written = json.loads((files("bytezkit_emulator") / "not_emulated.json").read_bytes())
    assert [(it["topic"], it["text"]) for it in report["notEmulated"]] == [*written.items()] == not_emulated()
