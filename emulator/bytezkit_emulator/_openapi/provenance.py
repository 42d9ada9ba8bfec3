"""Provenance of each emulated behaviour, and the list of behaviours that are not emulated."""

from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonObject, as_object, as_strings, read_json
from bytezkit_emulator._openapi.document import items_of
from bytezkit_models.json_value import JsonValue

GRADES: Final = ("documented", "client-observed", "pipeline-observed", "inferred")
KINDS: Final = ("operation", "parameter", "status", "header", "task", "v1 task", "schema", "member")

_METHODS: Final = ("get", "put", "post", "patch", "delete")
_COMPOSITION_KEYWORDS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_NESTED_KEYWORDS: Final = ("items", "additionalProperties")


class Behaviour(msgspec.Struct, frozen=True):
    """A behaviour of the emulator that the contract describes.

    Attributes:
        kind: One of `KINDS`.
        name: Name, such as `createClusterV2 202`.
        evidence: One of `GRADES`.
        sources: Keys of its sources in `docs/sources.md`.
    """

    kind: str
    name: str
    evidence: str
    sources: tuple[str, ...]


class MissingEvidenceError(ValueError):
    """Neither a behaviour nor its parent has `x-evidence`."""


def behaviours(document: JsonObject) -> list[Behaviour]:
    """Return the behaviours of a bundled document.

    `x-evidence` applies to everything below it, up to the next `x-evidence`. A schema in a task's file
    inherits the evidence of the task.

    Raises:
        MissingEvidenceError: No `x-evidence` applies to a behaviour.
    """
    return list(_BehaviourCollector(document).all())


def provenance_report(document: JsonObject) -> JsonObject:
    """Return the behaviours of a bundled document, their counts by kind and grade, and the omissions."""
    found = behaviours(document)
    counts: JsonObject = {kind: dict[str, JsonValue](tally) for kind, tally in count_by_kind(found).items()}
    listed: list[JsonValue] = [
        {"kind": it.kind, "name": it.name, "evidence": it.evidence, "sources": [*it.sources]} for it in found
    ]
    omitted: list[JsonValue] = [{"topic": topic, "text": text} for topic, text in not_emulated()]
    return {"counts": counts, "behaviours": listed, "notEmulated": omitted}


def count_by_kind(listed: list[Behaviour]) -> dict[str, dict[str, int]]:
    """Count behaviours by kind and grade."""
    counter = Counter((it.kind, it.evidence) for it in listed)
    return {kind: {grade: counter[kind, grade] for grade in GRADES} for kind in KINDS}


def not_emulated() -> list[tuple[str, str]]:
    """Return the behaviours that are not emulated: topic, and description in Markdown."""
    listed = as_object(read_json((files("bytezkit_emulator") / "not_emulated.json").read_bytes()))
    return [(topic, str(text)) for topic, text in listed.items()]


class _BehaviourCollector:
    def __init__(self, document: JsonObject) -> None:
        self._components = as_object(document["components"])
        self._paths = as_object(document["paths"])
        self._tasks = as_object(document["x-bytez-tasks"])

    def all(self) -> Iterator[Behaviour]:
        for template, item in self._paths.items():
            for method in _METHODS:
                if method in as_object(item):
                    yield from self._operation(f"{method.upper()} {template}", as_object(item), method)
        for name, parameter in self._section("parameters"):
            yield _behaviour("parameter", name, parameter, None)
        for name, header in self._section("headers"):
            yield _behaviour("header", name, header, None)
        for name, row in self._tasks.items():
            task = as_object(row)
            yield _behaviour("task", name, task, None)
            if "v1" in task:
                yield _behaviour("v1 task", name, as_object(task["v1"]), task)
        owners = {
            str(as_object(entry)[part]): {**as_object(row), **as_object(entry)}
            for row in self._tasks.values()
            for entry in (*as_object(as_object(row).get("variants", {})).values(), row)
            for part in ("params", "result")
        }
        for name, schema in self._section("schemas"):
            owner = owners.get(name)
            yield _behaviour("schema", name, schema, owner)
            yield from _member_behaviours(name, schema, _nearest_mark(schema, owner))

    def _operation(self, where: str, item: JsonObject, method: str) -> Iterator[Behaviour]:
        operation = as_object(item[method])
        name = str(operation["operationId"])
        yield _behaviour("operation", f"{name} ({where})", operation, None)
        for parameter in items_of(operation, "parameters"):
            if "$ref" not in as_object(parameter):
                yield _behaviour(
                    "parameter", f"{name} {as_object(parameter)['name']}", as_object(parameter), operation
                )
        for status, response in as_object(operation["responses"]).items():
            shared = as_object(response).get("$ref")
            if shared is None:
                yield _behaviour("status", f"{name} {status}", as_object(response), operation)
            else:
                # A shared response has evidence of its own, independent of the operations that use it.
                component = as_object(
                    as_object(self._components["responses"])[str(shared).rpartition("/")[2]]
                )
                yield _behaviour("status", f"{name} {status}", component, None)

    def _section(self, name: str) -> Iterator[tuple[str, JsonObject]]:
        for member, value in as_object(self._components[name]).items():
            yield member, as_object(value)


def _member_behaviours(where: str, schema: JsonObject, owner: JsonObject | None) -> Iterator[Behaviour]:
    """Yield the members of the objects in a schema, without following references."""
    for name, member in as_object(schema.get("properties", {})).items():
        below = as_object(member)
        yield _behaviour("member", f"{where}.{name}", below, owner)
        yield from _member_behaviours(f"{where}.{name}", below, _nearest_mark(below, owner))
    for keyword in _COMPOSITION_KEYWORDS:
        for part in items_of(schema, keyword):
            yield from _member_behaviours(where, as_object(part), _nearest_mark(as_object(part), owner))
    for keyword in _NESTED_KEYWORDS:
        part = schema.get(keyword)
        if isinstance(part, dict):
            yield from _member_behaviours(where, part, _nearest_mark(part, owner))


def _behaviour(kind: str, name: str, value: JsonObject, owner: JsonObject | None) -> Behaviour:
    marked = _nearest_mark(value, owner)
    if marked is None:
        raise MissingEvidenceError(f"{kind} {name}: x-evidence is missing")
    return Behaviour(kind, name, str(marked["x-evidence"]), as_strings(marked.get("x-source", [])))


def _nearest_mark(value: JsonObject, owner: JsonObject | None) -> JsonObject | None:
    return value if "x-evidence" in value else owner
