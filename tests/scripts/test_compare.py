"""Each rule of the comparison has fixtures, which are tested in both directions."""

from copy import deepcopy
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from scripts.bundle import JsonObject, as_object, as_strings, bundle, read_yaml
from scripts.compare.differ import breaking_changes
from scripts.compare.operation_rules import DOCUMENT_RULES, OPERATION_RULES
from scripts.compare.schema_rules import RULES

FIXTURES: Final = Path(__file__).parent.parent / "compare_fixtures"
BASE: Final = as_object(read_yaml(FIXTURES / "base.yaml"), "base.yaml")


class Fixture(NamedTuple):
    rule: str
    title: str
    case: JsonObject

    def strings(self, name: str) -> set[str]:
        return set(as_strings(self.case.get(name, []), name))


def _fixtures(member: str) -> list[Fixture]:
    return [
        Fixture(file.stem, title, as_object(case, title))
        for file in sorted(FIXTURES.glob("*.yaml"))
        if file.stem != "base"
        for title, case in as_object(read_yaml(file), file.name).items()
        if member in as_object(case, title)
    ]


SCHEMAS: Final = _fixtures("wide")
CHANGES: Final = _fixtures("change")


def merged(target: JsonObject, change: JsonObject) -> JsonObject:
    """Apply a merge patch."""
    result = deepcopy(target)
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = merged(as_object(result.get(key, {}), key), value)
        else:
            result[key] = value
    return result


def with_schema(owner: str, fixture: Fixture, member: str) -> JsonObject:
    change: JsonObject = {"components": {"schemas": {owner: {"properties": {"value": None}}}}}
    document = merged(BASE, change)
    schemas = as_object(as_object(document["components"], "components")["schemas"], "schemas")
    as_object(as_object(schemas[owner], owner)["properties"], owner)["value"] = fixture.case[member]
    return document


def found(old: JsonObject, new: JsonObject, rule: str) -> set[str]:
    findings = breaking_changes(old, new)
    assert {finding.rule for finding in findings} <= {rule}
    return {finding.message for finding in findings}


def named(fixture: Fixture) -> str:
    return f"{fixture.rule}: {fixture.title}"


@pytest.mark.parametrize("owner", ["Sent", "EchoParams"])
@pytest.mark.parametrize("fixture", SCHEMAS, ids=named)
def test_requests_must_not_become_narrower(fixture: Fixture, owner: str) -> None:
    wide, narrow = (with_schema(owner, fixture, member) for member in ("wide", "narrow"))

    assert found(wide, narrow, fixture.rule) == {
        f"no longer accepts {text}" for text in fixture.strings("refuses")
    }
    assert found(narrow, wide, fixture.rule) == {
        f"no longer accepts {text}" for text in fixture.strings("gains")
    }


@pytest.mark.parametrize("owner", ["Given", "EchoResult"])
@pytest.mark.parametrize("fixture", SCHEMAS, ids=named)
def test_responses_must_not_become_wider(fixture: Fixture, owner: str) -> None:
    wide, narrow = (with_schema(owner, fixture, member) for member in ("wide", "narrow"))

    assert found(narrow, wide, fixture.rule) == {
        f"may now return {text}" for text in fixture.strings("refuses")
    }
    assert found(wide, narrow, fixture.rule) == {
        f"may now return {text}" for text in fixture.strings("gains")
    }


@pytest.mark.parametrize("fixture", CHANGES, ids=named)
def test_operations_and_tasks_must_stay(fixture: Fixture) -> None:
    changed = merged(BASE, as_object(fixture.case["change"], fixture.title))

    assert {
        it.message for it in breaking_changes(BASE, changed) if it.rule == fixture.rule
    } == fixture.strings("breaks")
    assert {
        it.message for it in breaking_changes(changed, BASE) if it.rule == fixture.rule
    } == fixture.strings("back")


def test_each_rule_has_fixtures() -> None:
    rules = {*RULES, *DOCUMENT_RULES, *OPERATION_RULES}

    assert {fixture.rule for fixture in (*SCHEMAS, *CHANGES)} == rules | {"removed-members"}


def test_descriptions_and_provenance_are_not_compared() -> None:
    change: JsonObject = {"description": "Another.", "x-source": ["seed-004"], "examples": ["a"]}

    assert (
        breaking_changes(BASE, merged(BASE, {"components": {"schemas": {"Sent": change, "Given": change}}}))
        == []
    )


def test_a_component_is_reported_once_by_its_pointer() -> None:
    changed = merged(BASE, {"components": {"schemas": {"EchoResult": {"type": ["object", "null"]}}}})

    assert [str(finding) for finding in breaking_changes(BASE, changed)] == [
        "#/components/schemas/EchoResult: types: may now return values of type null"
    ]


def test_the_contract_is_compatible_with_itself() -> None:
    assert breaking_changes(bundle(), bundle()) == []
