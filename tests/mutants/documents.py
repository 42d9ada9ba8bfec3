"""Faults in the OpenAPI document: mechanical changes of all objects that its paths reach.

Either the tests or the emulator read the changed document, and the other side reads the original: in one of
the two cases a test must fail.
"""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import reduce
from typing import Any, Final, NamedTuple, TypeAlias
from unittest.mock import patch

import bytezkit_openapi

Place: TypeAlias = tuple[str | int, ...]

# Texts, examples and hints, which constrain nothing.
_ANNOTATIONS: Final = {"description", "example", "examples", "links", "tags", "summary", "title"}
# Names below these members are chosen by the document.
_MAPS: Final = {"content", "headers", "parameters", "properties", "responses", "schemas"}
# Members whose removal changes what a server may send or has to accept.
_CONSTRAINTS: Final = {
    *("pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"),
    "const",
}
_OTHER_TYPE: Final = {"boolean": "string", "integer": "number", "number": "string", "string": "integer"}
_REMOVED: Final = "removed"


class Change(NamedTuple):
    """One change of the document: its kind, its place as member names and positions, and the new value."""

    kind: str
    place: Place
    value: Any = _REMOVED

    @property
    def name(self) -> str:
        """JSON pointer and kind."""
        return f"{'/'.join(str(it).replace('/', '~1') for it in self.place)} {self.kind}"


# A change that constrains nothing: a test that detects it compares documents, and would detect any change.
CONTROL: Final = Change("control", ("info", "x-control"), "nothing")


def read_changes() -> list[Change]:
    """Return all changes of the document that operations reach, in the document's order."""
    document = _document()
    return [
        change
        for place in _reached(document, [("paths",)])
        for change in _changes(place, _at(document, place))
    ]


def changed(change: Change) -> Any:
    """Return the document with a change."""
    document = _document()
    parent, last = _at(document, change.place[:-1]), change.place[-1]
    if change.value == _REMOVED:
        del parent[last]
    else:
        parent[last] = deepcopy(change.value)
    return document


def apply(change: Change, reader: str) -> None:
    """Make one reader of this process read the changed document: the `tests` or the `emulator`.

    Emulators read the document once, when the first emulator is created.
    """
    document = changed(change)
    wire = json.dumps(document).encode()
    changed_reader = patch.object(bytezkit_openapi, "read_json", lambda: wire)
    if reader == "tests":
        _make_emulator()
    changed_reader.start()
    if reader == "emulator":
        _make_emulator()
        changed_reader.stop()


def _make_emulator() -> None:
    from bytezkit_emulator import Emulator  # noqa: PLC0415  # the document may be changed first

    Emulator()


def _document() -> Any:
    return json.loads(bytezkit_openapi.read_json())


def _at(document: Any, place: Place) -> Any:
    return reduce(lambda node, key: node[key], place, document)


def _reached(document: Any, pending: list[Place]) -> list[Place]:
    """Return the places of all objects that constrain something, following references."""
    found: dict[Place, None] = {}
    while pending:
        place = pending.pop(0)
        node = _at(document, place)
        if place in found or not isinstance(node, (dict, list)):
            continue
        found[place] = None
        if isinstance(node, list):
            pending += [(*place, position) for position in range(len(node))]
            continue
        if isinstance(reference := node.get("$ref"), str):
            pending.append(tuple(reference.removeprefix("#/").split("/")))
        is_map = bool(place) and place[-1] in _MAPS
        pending += [
            (*place, name) for name in node if is_map or not (name in _ANNOTATIONS or name.startswith("x-"))
        ]
    return list(found)


def _changes(place: Place, node: Any) -> Iterator[Change]:
    """Yield the changes of one object or list."""
    last = place[-1]
    if isinstance(node, list):
        if last == "required":
            yield from (Change("required dropped", (*place, position)) for position, _ in enumerate(node))
            yield Change("required invented", place, [*node, "invented"])
        elif last in ("oneOf", "anyOf", "enum") and len(node) > 1:
            yield from (Change("alternative dropped", (*place, position)) for position, _ in enumerate(node))
    elif place == ("paths",):
        yield from (Change("path dropped", (*place, path)) for path in node)
    elif last == "responses":
        yield from (Change("status dropped", (*place, status)) for status in node)
    elif last == "content":
        yield from (Change("media type dropped", (*place, media_type)) for media_type in node)
    elif last == "properties":
        yield from (Change("property dropped", (*place, name)) for name in node)
    elif last not in _MAPS:
        yield from _value_changes(place, node)


def _value_changes(place: Place, node: Mapping[str, Any]) -> Iterator[Change]:
    for name in sorted(_CONSTRAINTS & node.keys()):
        yield Change(f"{name} dropped", (*place, name))
    if node.get("additionalProperties") is False:
        yield Change("shape opened", (*place, "additionalProperties"))
    if (security := node.get("security")) and {} not in security:
        yield Change("key made optional", (*place, "security"), [*security, {}])
    if isinstance(node.get("required"), bool) and node.get("in") != "path":
        yield Change("required inverted", (*place, "required"), not node["required"])
    # The type of a body that is not JSON constrains nothing.
    media_type = str(place[-2]) if len(place) > 1 and place[-1] == "schema" else ""
    is_opaque = "/" in media_type and media_type != "application/json"
    if isinstance(kind := node.get("type"), str) and kind in _OTHER_TYPE and not is_opaque:
        yield Change("type widened", (*place, "type"), [kind, "null"])
        yield Change("type changed", (*place, "type"), _OTHER_TYPE[kind])
