"""A document filtered by tag references only what it contains."""

import json
import sys
from collections.abc import Iterator
from typing import Any, Final

import pytest

from bytezkit._cli.document_filter import filter_document
from bytezkit_openapi import read_json

DOCUMENT: Final = json.loads(read_json())


def filtered(tag: str) -> Any:
    return json.loads(filter_document("json", tag=tag))


def operations(document: Any) -> list[Any]:
    return [it for item in document["paths"].values() for key, it in item.items() if key != "parameters"]


def references(value: Any) -> Iterator[str]:
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from references(item)
    if isinstance(value, dict) and isinstance(value.get("$ref"), str):
        yield value["$ref"]


def test_server_replaces_the_servers() -> None:
    document = json.loads(filter_document("json", server="http://127.0.0.1:8080"))
    assert document == {**DOCUMENT, "servers": [{"url": "http://127.0.0.1:8080"}]}


@pytest.mark.parametrize("tag", ["inference", "clusters", "catalog", "v1", "v2"])
def test_tag_keeps_its_operations_and_what_they_reference(tag: str) -> None:
    def selected(document: Any) -> list[Any]:
        return [
            {key: value for key, value in it.items() if key != "responses"}
            for it in operations(document)
            if it["tags"] == [tag] or (tag == "v2" and it["tags"] != ["v1"])
        ]

    document = filtered(tag)
    kept = operations(document)
    assert selected(document) == selected(DOCUMENT) != []
    assert len(selected(document)) == len(kept)
    assert {it["name"] for it in document["tags"]} == {it["tags"][0] for it in kept}
    rows = document["x-bytez-tasks"].values()
    forms = [form for row in rows for form in (row, *row.get("variants", {}).values())]
    schemas = {name for row in rows for name in row["inputs"]}
    schemas |= {form[member] for form in forms for member in ("params", "result")}
    schemas |= {row["v1"]["result"] for row in rows if "v1" in row}
    schemes = {scheme for it in kept for requirement in it["security"] for scheme in requirement}
    assert {
        f"#/components/{section}/{name}"
        for section, members in document["components"].items()
        for name in members
    } == {
        *references(document),
        *(f"#/components/schemas/{name}" for name in schemas),
        *(f"#/components/securitySchemes/{name}" for name in schemes),
    }
    ids = {it["operationId"] for it in kept}
    responses = [response for it in kept for response in it["responses"].values()]
    assert {link["operationId"] for it in responses for link in it.get("links", {}).values()} <= ids
    examples = {name for row in rows for name in row.get("examples", ())}
    assert bool(examples) == ("runModelV2" in ids)
    text = json.dumps(document)
    assert all(f'"{name}": {{' in text for name in examples)


def test_links_within_a_tag_are_kept() -> None:
    [create] = [it for it in operations(filtered("clusters")) if it["operationId"] == "createClusterV2"]
    assert set(create["responses"]["202"]["links"]) == {"read", "update", "delete"}


def test_filtered_yaml_needs_ruamel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    assert filter_document("yaml")
    with pytest.raises(ModuleNotFoundError, match=r"ruamel\.yaml"):
        filter_document("yaml", tag="v2")
