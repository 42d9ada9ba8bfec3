"""Linter of the contract, and comparison of documents: the fixtures of each rule are a YAML file."""

from copy import deepcopy
from typing import Any, Final

import pytest

from scripts.bundle import bundle, read_yaml
from scripts.compare import schema_rules
from scripts.compare.differ import breaking_changes
from scripts.compare.operation_rules import DOCUMENT_RULES, OPERATION_RULES
from scripts.lint import __main__ as command
from scripts.lint import registry
from scripts.lint.contract import Contract, read_contract
from scripts.paths import ROOT


def rule_cases(folder: str, member: str = "") -> tuple[Any, list[Any], set[Any]]:
    """Return the valid document, parameters (rule, case) of the cases with a member, and their rules."""
    paths = sorted((ROOT / "tests" / folder).glob("*.yaml"))
    files: dict[str, Any] = {path.stem: read_yaml(path) for path in paths}
    base = files.pop("base")
    cases = [
        pytest.param(rule, case, id=f"{rule}: {title}")
        for rule, titles in files.items()
        for title, case in titles.items()
        if not member or member in case
    ]
    return base, cases, {case.values[0] for case in cases}


LINTED, CASES, CASE_RULES = rule_cases("lint_fixtures")
COMPARED, SCHEMAS, SCHEMA_RULES = rule_cases("compare_fixtures", "wide")
_, CHANGES, CHANGE_RULES = rule_cases("compare_fixtures", "change")
MISSING: Final = object()


def edited(edits: dict[str, Any], files: dict[str, str]) -> Contract:
    """Return the valid contract with other values at JSON pointers."""
    document = deepcopy(LINTED)
    for pointer, value in edits.items():
        *above, key = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
        holder = document
        for part in above:
            holder = holder[part]
        holder[key] = value
        if value is MISSING:
            del holder[key]
    return Contract(document=document, sources=frozenset({"seed-004", "inferred"}), files=files)


def test_valid_contract_has_no_findings() -> None:
    assert registry.lint(edited({}, {})) == registry.lint(read_contract()) == []


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_fixture_violates_only_its_rule(rule: str, case: dict[str, Any]) -> None:
    removed = dict.fromkeys(case.get("remove", []), MISSING)
    findings = registry.lint(edited(case.get("set", {}) | removed, case.get("files", {})))

    assert {finding.rule for finding in findings} == {rule}
    assert [finding.location for finding in findings] == case.get("finds", [])


def test_each_rule_of_the_linter_has_fixtures() -> None:
    assert set(registry.RULES) == CASE_RULES


def test_command_prints_all_findings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    task = "/x-bytez-tasks/echo"
    contract = edited({f"{task}/model": "gpt2", f"{task}/stream": "no"}, {})
    monkeypatch.setattr(command, "read_contract", lambda: contract)

    with pytest.raises(SystemExit, match="2 findings"):
        command.main()

    assert capsys.readouterr().out.splitlines() == [
        f"#{task}/stream: task-stream: expected one of text, media, none: no",
        f"#{task}/model: task-model: expected org/name: gpt2",
    ]


def merged(target: Any, change: Any) -> Any:
    """Apply a merge patch."""
    if not isinstance(change, dict):
        return change
    result = {name: value for name, value in target.items() if change.get(name, value) is not None}
    return result | {
        name: merged(result.get(name, {}), value) for name, value in change.items() if value is not None
    }


def with_schema(owner: str, schema: Any) -> Any:
    document = deepcopy(COMPARED)
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
    changed = merged(COMPARED, case["change"])

    for old, new, member in ((COMPARED, changed, "breaks"), (changed, COMPARED, "back")):
        messages = {it.message for it in breaking_changes(old, new) if it.rule == rule}
        assert messages == set(case.get(member, []))


def test_each_rule_of_the_comparison_has_fixtures() -> None:
    assert {
        *schema_rules.RULES,
        *DOCUMENT_RULES,
        *OPERATION_RULES,
        "removed-members",
    } == SCHEMA_RULES | CHANGE_RULES


def test_descriptions_and_provenance_are_not_compared() -> None:
    change = {"description": "Another.", "x-source": ["seed-004"], "examples": ["a"]}
    changed = merged(COMPARED, {"components": {"schemas": {"Sent": change, "Given": change}}})

    assert breaking_changes(COMPARED, changed) == []


def test_component_is_reported_once_by_its_pointer() -> None:
    changed = merged(COMPARED, {"components": {"schemas": {"EchoResult": {"type": ["object", "null"]}}}})

    assert [str(finding) for finding in breaking_changes(COMPARED, changed)] == [
        "#/components/schemas/EchoResult: types: may now return values of type null"
    ]


def test_equal_documents_have_no_findings() -> None:
    assert breaking_changes(bundle(), bundle()) == []
