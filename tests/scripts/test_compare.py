"""Comparison of documents: each rule has fixtures, which are compared in both directions."""

from copy import deepcopy
from typing import Any

import pytest

from scripts.bundle import bundle
from scripts.compare.differ import breaking_changes
from scripts.compare.operation_rules import DOCUMENT_RULES, OPERATION_RULES
from scripts.compare.schema_rules import RULES
from tests.scripts.rule_cases import rule_cases

BASE, SCHEMAS, SCHEMA_RULES = rule_cases("compare_fixtures", "wide")
_, CHANGES, CHANGE_RULES = rule_cases("compare_fixtures", "change")


def merged(target: Any, change: Any) -> Any:
    """Apply a merge patch."""
    if not isinstance(change, dict):
        return change
    result = {name: value for name, value in target.items() if change.get(name, value) is not None}
    return result | {
        name: merged(result.get(name, {}), value) for name, value in change.items() if value is not None
    }


def with_schema(owner: str, schema: Any) -> Any:
    document = deepcopy(BASE)
    document["components"]["schemas"][owner]["properties"]["value"] = schema
    return document


@pytest.mark.parametrize("owner", ["Sent", "EchoParams", "Given", "EchoResult"])
@pytest.mark.parametrize(("rule", "case"), SCHEMAS)
def test_narrower_requests_and_wider_responses_break_clients(rule: str, case: Any, owner: str) -> None:
    old, new, effect = (
        with_schema(owner, case["wide"]),
        with_schema(owner, case["narrow"]),
        "no longer accepts",
    )
    if owner in ("Given", "EchoResult"):
        old, new, effect = new, old, "may now return"

    for findings, member in ((breaking_changes(old, new), "refuses"), (breaking_changes(new, old), "gains")):
        assert {finding.rule for finding in findings} <= {rule}
        assert {finding.message for finding in findings} == {
            f"{effect} {text}" for text in case.get(member, [])
        }


@pytest.mark.parametrize(("rule", "case"), CHANGES)
def test_changed_operations_and_tasks_break_clients(rule: str, case: Any) -> None:
    changed = merged(BASE, case["change"])

    for old, new, member in ((BASE, changed, "breaks"), (changed, BASE, "back")):
        messages = {it.message for it in breaking_changes(old, new) if it.rule == rule}
        assert messages == set(case.get(member, []))


def test_each_rule_has_fixtures() -> None:
    assert {*RULES, *DOCUMENT_RULES, *OPERATION_RULES, "removed-members"} == SCHEMA_RULES | CHANGE_RULES


def test_descriptions_and_provenance_are_not_compared() -> None:
    change = {"description": "Another.", "x-source": ["seed-004"], "examples": ["a"]}
    changed = merged(BASE, {"components": {"schemas": {"Sent": change, "Given": change}}})

    assert breaking_changes(BASE, changed) == []


def test_component_is_reported_once_by_its_pointer() -> None:
    changed = merged(BASE, {"components": {"schemas": {"EchoResult": {"type": ["object", "null"]}}}})

    assert [str(finding) for finding in breaking_changes(BASE, changed)] == [
        "#/components/schemas/EchoResult: types: may now return values of type null"
    ]


def test_equal_documents_have_no_findings() -> None:
    assert breaking_changes(bundle(), bundle()) == []
