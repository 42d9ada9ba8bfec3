"""Each rule has fixtures that violate it, and the contract satisfies all rules."""

from copy import deepcopy
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from scripts.bundle import Json, JsonObject, as_object, read_yaml
from scripts.lint import __main__ as command
from scripts.lint.contract import Contract, read_contract
from scripts.lint.finding import Finding
from scripts.lint.registry import RULES, lint

FIXTURES: Final = Path(__file__).parent.parent / "lint_fixtures"
BASE: Final = as_object(read_yaml(FIXTURES / "base.yaml"), "base.yaml")
SOURCES: Final = frozenset({"seed-004", "inferred"})


class Fixture(NamedTuple):
    rule: str
    title: str
    change: JsonObject

    def member(self, name: str) -> JsonObject:
        return as_object(self.change.get(name, {}), name)

    def strings(self, name: str) -> list[str]:
        listed = self.change.get(name, [])
        assert isinstance(listed, list)
        return [str(item) for item in listed]

    def contract(self) -> Contract:
        document = deepcopy(BASE)
        for pointer, value in self.member("set").items():
            holder, key = _holder(document, pointer)
            holder[key] = value
        for pointer in self.strings("remove"):
            holder, key = _holder(document, pointer)
            del holder[key]
        files = {name: str(text) for name, text in self.member("files").items()}
        return Contract(document=document, sources=SOURCES, files=files)


def _holder(document: JsonObject, pointer: str) -> tuple[JsonObject, str]:
    """Return the object that holds the end of `pointer`, and its key there."""
    *above, key = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    holder: Json = document
    for part in above:
        holder = as_object(holder, pointer)[part]
    return as_object(holder, pointer), key


def _fixtures() -> list[Fixture]:
    return [
        Fixture(file.stem, title, as_object(change, title))
        for file in sorted(FIXTURES.glob("*.yaml"))
        if file.stem != "base"
        for title, change in as_object(read_yaml(file), file.name).items()
    ]


def test_base_satisfies_all_rules() -> None:
    assert lint(Contract(document=BASE, sources=SOURCES, files={})) == []


@pytest.mark.parametrize("fixture", _fixtures(), ids=lambda fixture: f"{fixture.rule}: {fixture.title}")
def test_fixture_violates_only_its_rule(fixture: Fixture) -> None:
    findings = lint(fixture.contract())

    assert {finding.rule for finding in findings} == {fixture.rule}
    assert [finding.location for finding in findings] == fixture.strings("finds")


def test_every_rule_has_a_fixture() -> None:
    assert {fixture.rule for fixture in _fixtures()} == set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_documents_requirement_and_reason(name: str) -> None:
    text = RULES[name].__doc__
    assert text
    assert ": " in text
    assert "\n" not in text


def test_contract_satisfies_all_rules() -> None:
    assert lint(read_contract()) == []


def test_finding_names_location_rule_and_problem() -> None:
    assert str(Finding("#/info", "one-tag", "expected one tag")) == "#/info: one-tag: expected one tag"


def test_command_prints_all_findings(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    document = deepcopy(BASE)
    as_object(as_object(document["x-bytez-tasks"], "tasks")["echo"], "echo").update(model="gpt2", stream="no")
    monkeypatch.setattr(
        command, "read_contract", lambda: Contract(document=document, sources=SOURCES, files={})
    )

    with pytest.raises(SystemExit, match="2 findings"):
        command.main()

    assert capsys.readouterr().out.splitlines() == [
        "#/x-bytez-tasks/echo/stream: task-stream: expected one of text, media, none: no",
        "#/x-bytez-tasks/echo/model: task-model: expected org/name: gpt2",
    ]


def test_command_reports_a_contract_that_cannot_be_bundled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "read_contract", lambda: read_contract(tmp_path))

    with pytest.raises(SystemExit, match=r"the contract cannot be bundled: .*openapi\.yaml: no such file"):
        command.main()
