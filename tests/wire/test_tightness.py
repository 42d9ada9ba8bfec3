"""Every optional member and wide type of the document occurs in a response, or is listed in the table."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from scripts.bundle import read_yaml
from tests.emulator.contract_check import DOCUMENT, admits, resolved
from tests.wire.test_rows import ROWS, operation, send

KIND: Final = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
TABLE: Final[Any] = read_yaml(Path(__file__).with_name("tightness.yaml"))
UNUSED: Final = {
    *(f"{member} is never {kind}" for member in TABLE["always_null"] for kind in ("missing", "string")),
    *(f"{member} is never missing" for member in TABLE["always_present"]),
    *TABLE["never"],
}


class SeenOptions:
    """Collects types and missing members in responses, by the place of their schema in the document."""

    def __init__(self) -> None:
        self._schemas: dict[str, Any] = {}
        self._types: dict[str, set[str]] = defaultdict(set)
        self._missing: dict[str, set[str]] = defaultdict(set)
        self.undocumented: set[str] = set()

    def read_headers(self, place: str, declared: Mapping[str, Any], headers: httpx.Headers) -> None:
        required = [name.lower() for name, header in declared.items() if resolved(header).get("required")]
        schema = {"properties": {name.lower(): {} for name in declared}, "required": required}
        self._read_members(f"{place} headers", schema, headers)

    def read(self, place: str, schema: Any, value: object) -> None:
        if "$ref" in schema:
            place, schema = schema["$ref"].rpartition("/")[2], resolved(schema)
        self._schemas[place] = schema
        self._types[place].add(KIND.get(type(value), "null"))
        for number, alternative in enumerate(schema.get("oneOf", schema.get("anyOf", ()))):
            if admits(alternative, value):
                self.read(f"{place}/{number}", alternative, value)
        if isinstance(value, dict) and "properties" in schema:
            self._read_members(place, schema, value)
            self.undocumented |= {f"{place}/{name}" for name in value.keys() - schema["properties"].keys()}
            for name in schema["properties"].keys() & value.keys():
                self.read(f"{place}/{name}", schema["properties"][name], value[name])
        if isinstance(value, str) and value != "[DONE]" and "contentSchema" in schema:
            self.read(place, schema["contentSchema"], json.loads(value))
        if isinstance(value, list) and "items" in schema:
            for item in value:
                self.read(f"{place}/items", schema["items"], item)

    def unused(self) -> Iterator[str]:
        """Yield the options that no response used."""
        for place, schema in self._schemas.items():
            declared = schema.get("type", [])
            for name in {declared} if isinstance(declared, str) else set(declared):
                if name not in self._types[place]:
                    yield f"{place} is never {name}"
            if place in self._missing:
                optional = schema["properties"].keys() - schema.get("required", ())
                for name in optional - self._missing[place]:
                    yield f"{place}/{name} is never missing"

    def _read_members(self, place: str, schema: Any, members: Mapping[str, object]) -> None:
        self._schemas[place] = schema
        self._missing[place] |= schema["properties"].keys() - members.keys()


def test_document_has_no_undocumented_or_other_unused_options() -> None:
    seen = SeenOptions()
    for row in ROWS:
        response = send(row)
        declared = resolved(operation(row)["responses"][str(response.status_code)])
        place = f"{operation(row)['operationId']} {response.status_code}"
        seen.read_headers(place, declared.get("headers", {}), response.headers)
        media_type = response.headers["content-type"].partition(";")[0]
        schema = declared["content"][media_type]["schema"]
        if media_type == "application/json":
            seen.read(place, schema, response.json())
        elif media_type == "text/event-stream":
            for event in response.text.split("\n\n")[:-1]:
                seen.read(place, schema, dict(line.split(": ", 1) for line in event.split("\n")))

    assert seen.undocumented == set(TABLE["undocumented"])
    assert set(seen.unused()) == UNUSED


def test_v1_run_has_an_output_or_a_file() -> None:
    run = {"$ref": "#/components/schemas/RunResponseV1"}
    assert not any(admits(run, {name: None}) for name in ("error", "output_png", "output_wav", "output_mp4"))
    assert all(admits(run, {name: "a"}) for name in ("output", "output_png", "output_wav", "output_mp4"))


@pytest.mark.parametrize("kind", ["null", "number"])
def test_wide_types_are_where_listed_only(kind: str) -> None:
    """No valid message shows null or a fraction where the document should not admit it."""
    listed = {f"{schema}/{member}" for schema, members in TABLE[kind].items() for member in members}
    assert set(_places(kind, DOCUMENT, "")) == listed.union(TABLE.get(f"always_{kind}", ()))


def _places(kind: str, node: Any, place: str) -> Iterator[str]:
    """Yield the places of the schemas below a node that admit a type."""
    if isinstance(node, list):
        for item in node:
            yield from _places(kind, item, place)
    elif isinstance(node, dict):
        kinds = node.get("type")
        if kinds == kind or (isinstance(kinds, list) and kind in kinds):
            yield place
        for name, value in node.items():
            if name not in ("example", "examples"):
                is_keyword = name in ("components", "schemas", "properties", "oneOf", "anyOf")
                yield from _places(kind, value, place if is_keyword else f"{place}/{name}".lstrip("/"))
