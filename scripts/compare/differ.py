"""Compare two versions of the bundle."""

from collections.abc import Iterator
from enum import Enum

from scripts.bundle import JsonObject
from scripts.compare.operation_rules import (
    DOCUMENT_RULES,
    OPERATION_RULES,
    operations,
    parameters,
)
from scripts.compare.schema_rules import RULES, pairs, removed_members
from scripts.lint.contract import Contract, Operation, Part
from scripts.lint.finding import Finding


class Direction(Enum):
    """Which way a value travels, and what is said of one that did not or does not fit."""

    REQUEST = "no longer takes"
    RESPONSE = "may now give"


def breaking(old: JsonObject, new: JsonObject) -> list[Finding]:
    """List what breaks those who built on the old version.

    What admits more in requests, or less in responses, breaks nobody.
    """
    one, other = (Contract(document=document, sources=frozenset(), files={}) for document in (old, new))
    findings = [
        Finding(where, name, text)
        for name, rule in DOCUMENT_RULES.items()
        for where, text in rule(one, other)
    ]
    kept = operations(other)
    both = [(before, kept[pointer]) for pointer, before in operations(one).items() if pointer in kept]
    for pair in both:
        for name, check in OPERATION_RULES.items():
            findings += [Finding(where, name, text) for where, text in check(*pair)]
    for direction in Direction:
        seen: set[tuple[str, str]] = set()
        for start in _starts(one, other, both, direction):
            for before, after in pairs(*start, seen):
                findings += _schema_findings(before, after, direction)
    return sorted(dict.fromkeys(findings), key=str)


def _schema_findings(old: Part, new: Part, direction: Direction) -> Iterator[Finding]:
    wide, narrow = (old, new) if direction is Direction.REQUEST else (new, old)
    for name, rule in RULES.items():
        for text in rule(wide, narrow):
            yield Finding(old.pointer, name, f"{direction.value} {text}")
    for text in removed_members(old, new):
        yield Finding(old.pointer, "removed-members", text)


def _starts(
    old: Contract, new: Contract, both: list[tuple[Operation, Operation]], direction: Direction
) -> Iterator[tuple[Part, Part]]:
    """List the schemas that stand in the same place of both versions."""
    sent = direction is Direction.REQUEST
    for pair in both:
        yield from _sent(*pair) if sent else _answered(*pair)
    member = "params" if sent else "result"
    rows = dict(new.tasks)
    for name, row in old.tasks:
        if name in rows:
            yield _named(old, row, member), _named(new, rows[name], member)
            if not sent and "v1" in row.value and "v1" in rows[name].value:
                yield _named(old, row.at("v1"), "result"), _named(new, rows[name].at("v1"), "result")


def _named(contract: Contract, row: Part, member: str) -> Part:
    return contract.root.at("components", "schemas", str(row.value[member]))


def _sent(old: Operation, new: Operation) -> Iterator[tuple[Part, Part]]:
    after = parameters(new)
    for name, parameter in parameters(old).items():
        if name in after:
            yield parameter.at("schema"), after[name].at("schema")
    yield from _contents(old.part.at("requestBody"), new.part.at("requestBody"), "content")


def _answered(old: Operation, new: Operation) -> Iterator[tuple[Part, Part]]:
    after = dict(new.responses)
    for status, response in old.responses:
        if status in after:
            yield from _contents(response, after[status], "content")
            yield from _contents(response, after[status], "headers")


def _contents(old: Part, new: Part, holder: str) -> Iterator[tuple[Part, Part]]:
    after = dict(new.at(holder).members())
    for name, part in old.at(holder).members():
        if name in after:
            yield part.at("schema"), after[name].at("schema")
