"""Rules for the provenance of facts and for unused components."""

from collections.abc import Iterator
from typing import Final

from scripts.bundle import Json, reference_in
from scripts.lint.contract import Contract, DocumentNode, escape
from scripts.lint.finding import Problem

_EVIDENCE: Final = ("documented", "client-observed", "pipeline-observed", "inferred")
_SECTIONS_WITH_SOURCE: Final = ("parameters", "headers", "responses", "schemas")


def provenance_present(contract: Contract) -> Iterator[Problem]:
    """Operations, tasks and shared components name source and evidence: readers need to verify facts."""
    for node in _objects_with_source(contract):
        for member in ("x-source", "x-evidence"):
            if member not in node.value:
                yield node.pointer, f"{member} is missing"


def evidence_known(contract: Contract) -> Iterator[Problem]:
    """Evidence is one of four grades: the evidence page and the emulator count them."""
    for pointer, evidence in _values_of(contract.document, "x-evidence", "#"):
        if evidence not in _EVIDENCE:
            yield pointer, f"expected one of {', '.join(_EVIDENCE)}: {evidence}"


def sources_described(contract: Contract) -> Iterator[Problem]:
    """A source is a list of keys that docs/sources.md describes: a key without description is meaningless."""
    for pointer, keys in _values_of(contract.document, "x-source", "#"):
        if not isinstance(keys, list) or not keys:
            yield pointer, "expected a non-empty list of source keys"
            continue
        for index, key in enumerate(keys):
            if key not in contract.sources:
                yield f"{pointer}/{index}", f"{key} is not described in docs/sources.md"


def no_orphans(contract: Contract) -> Iterator[Problem]:
    """Every shared component is used by an operation or task: errors in unused components stay unnoticed."""
    used = {name for operation in contract.operations for name in _security_schemes(operation.node)}
    task_schemas = _task_schema_names(contract) | {entry.value.get("result") for entry in contract.v1_entries}
    used |= {f"#/components/schemas/{name}" for name in task_schemas}
    pending = [*used, *_references(contract.document["paths"])]
    while pending:
        reference = pending.pop()
        used.add(reference)
        section, name = reference.split("/")[2:]
        value = contract.root.at("components", section).value.get(name)
        pending += [it for it in _references(value) if it not in used]
    for section, members in contract.root.at("components").members():
        for name in members.value:
            if f"#/components/{section}/{name}" not in used:
                yield f"#/components/{section}/{name}", "no operation or task uses this component"


def _objects_with_source(contract: Contract) -> Iterator[DocumentNode]:
    """Yield the objects that must name their source.

    Schemas in a task file are excluded, since the source of the task applies to them.
    """
    for operation in contract.operations:
        yield operation.node
    for _, task in contract.tasks:
        yield task
    in_task_files = _task_schema_names(contract)
    for section in _SECTIONS_WITH_SOURCE:
        for name, node in contract.root.at("components", section).members():
            if section != "schemas" or name not in in_task_files:
                yield node


def _task_schema_names(contract: Contract) -> set[str]:
    return {name for member in ("params", "result") for name, _ in contract.task_schemas(member)}


def _values_of(value: Json, member: str, pointer: str) -> Iterator[tuple[str, Json]]:
    """Yield pointers and values of all members with a name."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _values_of(item, member, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for key, item in value.items():
            below = f"{pointer}/{escape(key)}"
            if key == member:
                yield below, item
            else:
                yield from _values_of(item, member, below)


def _security_schemes(operation: DocumentNode) -> Iterator[str]:
    for requirement in operation.items("security"):
        for name in requirement.value:
            yield f"#/components/securitySchemes/{name}"


def _references(value: Json) -> Iterator[str]:
    reference = reference_in(value)
    if reference is not None:
        yield reference
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for member in members:
        yield from _references(member)
