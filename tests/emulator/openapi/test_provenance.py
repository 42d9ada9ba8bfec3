"""The evidence: a mark for each behaviour, the same on the page and over HTTP."""

import json
from typing import Any, Final

import jsonschema_rs
import pytest

from bytezkit_emulator import Emulator
from bytezkit_emulator._openapi.provenance import (
    GRADES,
    KINDS,
    MissingEvidenceError,
    behaviours,
    count_by_kind,
    not_emulated,
)
from bytezkit_openapi import read_emulator_json, read_json
from scripts.evidence_docs import evidence_docs
from scripts.paths import EVIDENCE_DOCS, ROOT
from tests.emulator.admin.test_admin import open_control

DOCUMENT: Final[dict[str, Any]] = json.loads(read_json())
OPERATIONS: Final = [
    operation
    for item in DOCUMENT["paths"].values()
    for method, operation in item.items()
    if method != "parameters"
]


def evidence() -> dict[tuple[str, str], str]:
    return {(it.kind, it.name): it.evidence for it in behaviours(DOCUMENT)}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda it: it["operationId"])
def test_each_operation_and_each_of_its_statuses_has_evidence(operation: dict[str, Any]) -> None:
    found, name = evidence(), operation["operationId"]
    assert [it for it in found if it[0] == "operation" and it[1].startswith(f"{name} (")]
    for status in operation["responses"]:
        assert found["status", f"{name} {status}"] in GRADES


def test_each_task_schema_header_and_parameter_has_evidence() -> None:
    found, components = evidence(), DOCUMENT["components"]
    for kind, names in {
        "task": DOCUMENT["x-bytez-tasks"],
        "schema": components["schemas"],
        "header": components["headers"],
        "parameter": components["parameters"],
    }.items():
        assert {name for one, name in found if one == kind} >= {*names}


def test_each_behaviour_is_counted_once() -> None:
    found = behaviours(DOCUMENT)
    counts = count_by_kind(found)
    assert {*counts} == {*KINDS}
    assert sum(sum(tally.values()) for tally in counts.values()) == len(found)
    assert len({(it.kind, it.name) for it in found}) == len(found)


MARKED: Final = {"x-evidence": "documented", "x-source": ["a"]}
INFERRED: Final = {"x-evidence": "inferred", "x-source": ["b"]}


def document(operation: dict[str, Any], **schemas: Any) -> Any:
    components = {
        "schemas": schemas,
        "responses": {"Shared": INFERRED},
        "parameters": {},
        "headers": {},
    }
    tasks = {"t": {**MARKED, "params": "Params", "result": "Result", "v1": {"result": "R", **INFERRED}}}
    return {"paths": {"/a": {"get": operation}}, "components": components, "x-bytez-tasks": tasks}


def test_a_mark_holds_for_what_is_below_it_up_to_the_next_one() -> None:
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
    assert {(it.kind, it.name): it.evidence for it in found} == {
        ("operation", "o (GET /a)"): "documented",
        ("parameter", "o p"): "documented",
        ("parameter", "o q"): "inferred",
        ("status", "o 200"): "documented",
        ("status", "o 400"): "inferred",
        ("task", "t"): "documented",
        ("v1 task", "t"): "inferred",
        ("schema", "Params"): "documented",
        ("member", "Params.a"): "documented",
        ("member", "Params.b"): "inferred",
        ("member", "Params.b.c"): "inferred",
        ("schema", "Result"): "documented",
        ("schema", "Own"): "inferred",
        ("member", "Own.d"): "inferred",
    }
    assert {it.sources for it in found} == {("a",), ("b",)}


def test_what_has_no_mark_is_named() -> None:
    with pytest.raises(MissingEvidenceError, match=r"operation o \(GET /a\): x-evidence is missing"):
        behaviours(document({"operationId": "o", "responses": {}}))
    with pytest.raises(MissingEvidenceError, match="schema Own: x-evidence is missing"):
        behaviours(document({"operationId": "o", "responses": {}, **MARKED}, Own={}))


def test_the_control_api_tells_all_of_it() -> None:
    schemas = json.loads(read_emulator_json())["components"]
    with open_control(Emulator()) as control:
        report = control.get("/_emulator/evidence").json()
    jsonschema_rs.validator_for(
        {"$ref": "#/components/schemas/EvidenceReport", "components": schemas}
    ).validate(report)
    found = behaviours(DOCUMENT)
    assert report["counts"] == count_by_kind(found)
    assert [it["name"] for it in report["behaviours"]] == [it.name for it in found]
    assert [(it["topic"], it["text"]) for it in report["notEmulated"]] == not_emulated()


def test_the_page_tells_what_is_not_emulated_and_what_is_not_documented() -> None:
    page = " ".join(evidence_docs(DOCUMENT).split())
    for topic, text in not_emulated():
        assert f"**{topic}.** {' '.join(text.split())}" in page
    for it in behaviours(DOCUMENT):
        if it.evidence != "documented" and it.kind not in ("operation", "status"):
            assert f"`{it.name}`" in page
    assert "(evidence.md)" in (ROOT / "docs/emulator.md").read_text(encoding="utf-8")
    assert (ROOT / EVIDENCE_DOCS).is_file()
