"""Comparison of two bundled documents."""

from collections.abc import Iterator
from enum import Enum
from typing import TypeAlias

from scripts.bundle import JsonObject
from scripts.compare.operation_rules import (
    DOCUMENT_RULES,
    OPERATION_RULES,
    operations_by_pointer,
    parameters_by_name,
)
from scripts.compare.schema_rules import RULES, removed_members, schema_pairs
from scripts.lint.contract import Contract, DocumentNode, Operation
from scripts.lint.finding import Finding

# The same schema in the old and the new document.
_SchemaPair: TypeAlias = tuple[DocumentNode, DocumentNode]


class Direction(Enum):
    """Direction in which a value is sent; its value begins the message about a breaking change."""

    REQUEST = "no longer accepts"
    RESPONSE = "may now return"


def breaking_changes(old: JsonObject, new: JsonObject) -> list[Finding]:
    """Return the changes that break clients of the old document.

    Requests may become wider and responses narrower without breaking a client.
    """
    old_contract, new_contract = (
        Contract(document=document, sources=frozenset(), files={}) for document in (old, new)
    )
    findings = [
        Finding(location, name, message)
        for name, rule in DOCUMENT_RULES.items()
        for location, message in rule(old_contract, new_contract)
    ]
    new_operations = operations_by_pointer(new_contract)
    operation_pairs = [
        (operation, new_operations[pointer])
        for pointer, operation in operations_by_pointer(old_contract).items()
        if pointer in new_operations
    ]
    for operation_pair in operation_pairs:
        for name, check in OPERATION_RULES.items():
            findings += [Finding(location, name, message) for location, message in check(*operation_pair)]
    for direction in Direction:
        # Per direction, since a component in requests and responses is compared once for each.
        seen: set[tuple[str, str]] = set()
        for root in _root_pairs(old_contract, new_contract, operation_pairs, direction):
            for old_schema, new_schema in schema_pairs(*root, seen):
                findings += _schema_findings(old_schema, new_schema, direction)
    return sorted(dict.fromkeys(findings), key=str)


def _schema_findings(old: DocumentNode, new: DocumentNode, direction: Direction) -> Iterator[Finding]:
    wide, narrow = (old, new) if direction is Direction.REQUEST else (new, old)
    for name, rule in RULES.items():
        for description in rule(wide, narrow):
            yield Finding(old.pointer, name, f"{direction.value} {description}")
    for message in removed_members(old, new):
        yield Finding(old.pointer, "removed-members", message)


def _root_pairs(
    old: Contract, new: Contract, operations: list[tuple[Operation, Operation]], direction: Direction
) -> Iterator[_SchemaPair]:
    """Yield the schemas that have the same place in both documents."""
    is_request = direction is Direction.REQUEST
    for pair in operations:
        yield from _request_pairs(*pair) if is_request else _response_pairs(*pair)
    member = "params" if is_request else "result"
    new_tasks = dict(new.tasks)
    for name, old_task in old.tasks:
        new_task = new_tasks.get(name)
        if new_task is None:
            continue
        yield _component(old, old_task, member), _component(new, new_task, member)
        if not is_request and "v1" in old_task.value and "v1" in new_task.value:
            yield _component(old, old_task.at("v1"), "result"), _component(new, new_task.at("v1"), "result")


def _component(contract: Contract, task: DocumentNode, member: str) -> DocumentNode:
    return contract.root.at("components", "schemas", str(task.value[member]))


def _request_pairs(old: Operation, new: Operation) -> Iterator[_SchemaPair]:
    new_parameters = parameters_by_name(new)
    for name, parameter in parameters_by_name(old).items():
        if name in new_parameters:
            yield parameter.at("schema"), new_parameters[name].at("schema")
    yield from _member_pairs(old.node.at("requestBody"), new.node.at("requestBody"), "content")


def _response_pairs(old: Operation, new: Operation) -> Iterator[_SchemaPair]:
    new_responses = dict(new.responses)
    for status, response in old.responses:
        if status in new_responses:
            yield from _member_pairs(response, new_responses[status], "content")
            yield from _member_pairs(response, new_responses[status], "headers")


def _member_pairs(old: DocumentNode, new: DocumentNode, key: str) -> Iterator[_SchemaPair]:
    new_members = dict(new.at(key).members())
    for name, member in old.at(key).members():
        if name in new_members:
            yield member.at("schema"), new_members[name].at("schema")
