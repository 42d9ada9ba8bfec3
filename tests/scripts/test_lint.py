"""Linter of the contract: each rule has fixtures that violate it, and the contract satisfies all rules."""

from copy import deepcopy
from typing import Any, Final

import pytest

from scripts.lint import __main__ as command
from scripts.lint.contract import Contract, read_contract
from scripts.lint.registry import RULES, lint
from tests.scripts.rule_cases import rule_cases

BASE, CASES, CASE_RULES = rule_cases("lint_fixtures")
MISSING: Final = object()


def edited(edits: dict[str, Any], files: dict[str, str]) -> Contract:
    """Return the valid contract with other values at JSON pointers."""
    document = deepcopy(BASE)
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
    assert lint(edited({}, {})) == lint(read_contract()) == []


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_fixture_violates_only_its_rule(rule: str, case: dict[str, Any]) -> None:
    removed = dict.fromkeys(case.get("remove", []), MISSING)
    findings = lint(edited(case.get("set", {}) | removed, case.get("files", {})))

    assert {finding.rule for finding in findings} == {rule}
    assert [finding.location for finding in findings] == case.get("finds", [])


def test_each_rule_has_fixtures() -> None:
    assert set(RULES) == CASE_RULES


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
