"""Rules on where facts come from, and on what the document keeps."""

from collections.abc import Iterator
from typing import Final

from scripts.bundle import Json, reference_in
from scripts.lint.contract import Contract, Part, escape
from scripts.lint.finding import Report

_EVIDENCE: Final = ("documented", "client-observed", "inferred")
_TRACED: Final = ("parameters", "headers", "responses", "schemas")


def provenance_present(contract: Contract) -> Iterator[Report]:
    """Operations, tasks and shared components say their source and evidence: a reader may doubt them."""
    for part in _traced(contract):
        for member in ("x-source", "x-evidence"):
            if member not in part.value:
                yield part.pointer, f"{member} is missing"


def evidence_known(contract: Contract) -> Iterator[Report]:
    """Evidence is one of three grades: readers and tools compare them."""
    for pointer, evidence in _stated(contract.document, "x-evidence", "#"):
        if evidence not in _EVIDENCE:
            yield pointer, f"expected one of {', '.join(_EVIDENCE)}: {evidence}"


def sources_described(contract: Contract) -> Iterator[Report]:
    """A source is a list of keys that docs/sources.md describes: a key alone tells nobody anything."""
    for pointer, keys in _stated(contract.document, "x-source", "#"):
        if not isinstance(keys, list) or not keys:
            yield pointer, "expected a list of keys"
            continue
        for index, key in enumerate(keys):
            if key not in contract.sources:
                yield f"{pointer}/{index}", f"{key} is not described in docs/sources.md"


def no_orphans(contract: Contract) -> Iterator[Report]:
    """A shared component is used by an operation or a task: nobody would notice when it is wrong."""
    used = {name for operation in contract.operations for name in _schemes(operation.part)}
    named = _named_by_tasks(contract) | {row.value.get("result") for row in contract.older_rows}
    used |= {f"#/components/schemas/{name}" for name in named}
    pending = [*used, *_references(contract.document["paths"])]
    while pending:
        reference = pending.pop()
        used.add(reference)
        section, name = reference.split("/")[2:]
        value = contract.root.at("components", section).value.get(name)
        pending += [found for found in _references(value) if found not in used]
    for section, members in contract.root.at("components").members():
        for name in members.value:
            if f"#/components/{section}/{name}" not in used:
                yield f"#/components/{section}/{name}", "nothing uses it"


def _traced(contract: Contract) -> Iterator[Part]:
    """List what must name its source; a schema that a task file holds is covered by the task."""
    for operation in contract.operations:
        yield operation.part
    for _, task in contract.tasks:
        yield task
    composed = _named_by_tasks(contract)
    for section in _TRACED:
        for name, part in contract.root.at("components", section).members():
            if section != "schemas" or name not in composed:
                yield part


def _named_by_tasks(contract: Contract) -> set[str]:
    return {name for member in ("params", "result") for name, _ in contract.task_schemas(member)}


def _stated(value: Json, member: str, pointer: str) -> Iterator[tuple[str, Json]]:
    """List all values of `member`, wherever it stands."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _stated(item, member, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for key, item in value.items():
            below = f"{pointer}/{escape(key)}"
            if key == member:
                yield below, item
            else:
                yield from _stated(item, member, below)


def _schemes(operation: Part) -> Iterator[str]:
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
