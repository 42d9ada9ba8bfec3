"""Mechanical mutants of the contract.

The tests read the changed document while the emulator keeps to the true one, or the other way round: in
one of the two ways they have to disagree.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import cache, partial
from typing import Any, Final, NamedTuple
from unittest.mock import patch

import bytezkit_openapi
from scripts.copied.bytezkit_openapi.document import reached_components
from scripts.task_projection import project_tasks
from tests.mutants.mutant import DOCUMENT, Mutant, together

_DOCUMENT: Final[Any] = json.loads(bytezkit_openapi.read_json())
# Texts, samples and hints, which bind nobody.
_WITHOUT_FORCE: Final = ("description", "example", "examples", "links", "tags", "summary")
_BOUNDS: Final = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
_WIDER: Final = {"boolean": "string", "integer": "number", "number": "string", "string": "integer"}
_REMOVED: Final = object()


class _Change(NamedTuple):
    """What stands elsewhere in the document, or `_REMOVED`."""

    kind: str
    place: tuple[str | int, ...]
    value: Any


@cache
def document_mutants(origin: str = DOCUMENT) -> tuple[Mutant, ...]:
    """Return every mutant of what the paths of the document reach, read by the tests or by the emulator."""
    read = _read_by_tests if origin == DOCUMENT else _read_by_emulator
    return tuple(
        Mutant(
            name=f"{origin}:{'/'.join(str(it).replace('/', '~1') for it in change.place)} {change.kind}",
            kind=change.kind,
            what="removed" if change.value is _REMOVED else f"now `{json.dumps(change.value)[:60]}`",
            apply=partial(read, change),
        )
        for change in _changes()
    )


def _changes() -> Iterator[_Change]:
    paths = _DOCUMENT["paths"]
    for path, item in paths.items():
        yield _Change("path changed", ("paths", path), {f"{path}-changed": item})
    yield from _inside(("paths",), paths)
    yield from _inside(("components",), reached_components(_DOCUMENT["components"], [paths]))


def _inside(place: tuple[str | int, ...], value: Any) -> Iterator[_Change]:
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from _inside((*place, position), item)
    elif isinstance(value, dict):
        yield from _of(place, value)
        for name, item in value.items():
            if not name.startswith("x-") and name not in _WITHOUT_FORCE:
                yield from _inside((*place, name), item)


def _of(place: tuple[str | int, ...], it: dict[str, Any]) -> Iterator[_Change]:
    """Yield what can change in one object."""
    yield from _of_operation(place, it)
    yield from _of_message(place, it)
    yield from _of_members(place, it)
    yield from _of_value(place, it)


def _of_operation(place: tuple[str | int, ...], it: dict[str, Any]) -> Iterator[_Change]:
    if "operationId" not in it:
        return
    for status in it["responses"]:
        yield _Change("status removed", (*place, "responses", status), _REMOVED)
    if it.get("security") and {} not in it["security"]:
        yield _Change("key made optional", (*place, "security"), [*it["security"], {}])


def _of_message(place: tuple[str | int, ...], it: dict[str, Any]) -> Iterator[_Change]:
    """Yield what can change in a body, a parameter or a header."""
    for media_type in it.get("content", {}):
        yield _Change("media type removed", (*place, "content", media_type), _REMOVED)
    if "content" in it and "required" in it:
        yield _Change("body made optional", (*place, "required"), not it["required"])
    if "schema" in it and it.get("required") is True and it.get("in") != "path":
        kind = "parameter" if "in" in it else "header"
        yield _Change(f"{kind} made optional", (*place, "required"), _REMOVED)


def _of_members(place: tuple[str | int, ...], it: dict[str, Any]) -> Iterator[_Change]:
    if it.get("type") != "object" or "properties" not in it:
        return
    required = it.get("required", [])
    for position, _ in enumerate(required):
        yield _Change("required dropped", (*place, "required", position), _REMOVED)
    yield _Change("required invented", (*place, "required"), [*required, "invented"])
    for name in it["properties"]:
        yield _Change("property dropped", (*place, "properties", name), _REMOVED)
    if it.get("additionalProperties") is False:
        yield _Change("shape opened", (*place, "additionalProperties"), _REMOVED)


def _of_value(place: tuple[str | int, ...], it: dict[str, Any]) -> Iterator[_Change]:
    if isinstance(it.get("type"), str) and it["type"] in _WIDER:
        yield _Change("type widened", (*place, "type"), [it["type"], "null"])
        yield _Change("type changed", (*place, "type"), _WIDER[it["type"]])
    if isinstance(it.get("pattern"), str):
        yield _Change("pattern dropped", (*place, "pattern"), _REMOVED)
    for bound in _BOUNDS:
        if isinstance(it.get(bound), int):
            yield _Change("bound dropped", (*place, bound), _REMOVED)
    for union in ("oneOf", "anyOf", "enum"):
        if isinstance(it.get(union), list) and len(it[union]) > 1:
            for position, _ in enumerate(it[union]):
                yield _Change("alternative dropped", (*place, union, position), _REMOVED)


def _changed(change: _Change) -> Any:
    document = deepcopy(_DOCUMENT)
    *way, last = change.place
    parent = document
    for part in way:
        parent = parent[part]
    if change.kind == "path changed":
        del parent[last]
        parent.update(deepcopy(change.value))
    elif change.value is _REMOVED:
        del parent[last]
    else:
        parent[last] = change.value
    return document


@contextmanager
def _read_by_tests(change: _Change) -> Iterator[None]:
    from bytezkit_emulator._openapi.contract import load_contract  # noqa: PLC0415  # nobody else reads it before

    load_contract()
    document = _changed(change)
    wire = json.dumps(document).encode()
    with together(
        patch.object(bytezkit_openapi, "read_json", lambda: wire),
        patch.object(
            bytezkit_openapi, "read_tasks_json", lambda: json.dumps(project_tasks(document)).encode()
        ),
    ):
        yield


@contextmanager
def _read_by_emulator(change: _Change) -> Iterator[None]:
    from bytezkit_emulator._openapi import contract as _contract  # noqa: PLC0415  # as above

    wire = json.dumps(_changed(change)).encode()
    _contract.load_contract.cache_clear()
    with patch.object(_contract, "read_document", lambda: wire):
        yield
