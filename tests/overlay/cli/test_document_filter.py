"""A part of the document stands on its own: nothing in it names what was left out."""

import json
import sys
from collections.abc import Iterator
from typing import Any, Final

import pytest

from bytezkit._cli.document_filter import filter_document
from bytezkit_openapi import read_json, read_yaml

TAGS: Final = ("inference", "clusters", "catalog", "v1", "v2")


def part(tag: str) -> Any:
    return json.loads(filter_document("json", tag=tag))


def operations(document: Any) -> list[Any]:
    return [it for item in document["paths"].values() for key, it in item.items() if key != "parameters"]


def references(value: Any) -> Iterator[str]:
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from references(item)
    if isinstance(value, dict) and isinstance(value.get("$ref"), str):
        yield value["$ref"]


def test_the_whole_document_is_the_packaged_one() -> None:
    assert filter_document("json").encode() == read_json()
    assert filter_document("yaml").encode() == read_yaml()


def test_a_server_takes_the_place_of_the_others() -> None:
    document = json.loads(filter_document("json", server="http://127.0.0.1:8080"))

    assert document == {**json.loads(read_json()), "servers": [{"url": "http://127.0.0.1:8080"}]}


@pytest.mark.parametrize("tag", TAGS)
def test_a_tag_has_its_operations_unchanged(tag: str) -> None:
    def asked(document: Any) -> dict[str, Any]:
        return {
            it["operationId"]: {key: value for key, value in it.items() if key != "responses"}
            for it in operations(document)
            if it["tags"] == [tag] or (tag == "v2" and it["tags"] != ["v1"])
        }

    assert asked(part(tag)) == asked(json.loads(read_json()))
    assert len(asked(part(tag))) == len(operations(part(tag))) > 0


def test_each_operation_is_in_v1_or_in_v2() -> None:
    assert len(operations(part("v1"))) + len(operations(part("v2"))) == len(
        operations(json.loads(read_json()))
    )


@pytest.mark.parametrize("tag", TAGS)
def test_components_are_those_that_something_refers_to(tag: str) -> None:
    document = part(tag)
    named = {name for row in document["x-bytez-tasks"].values() for name in row["inputs"]}
    named |= {row[column] for row in document["x-bytez-tasks"].values() for column in ("params", "result")}
    named |= {row["v1"]["result"] for row in document["x-bytez-tasks"].values() if "v1" in row}
    schemes = {scheme for it in operations(document) for either in it["security"] for scheme in either}

    assert {
        f"#/components/{section}/{name}"
        for section, members in document["components"].items()
        for name in members
    } == {
        *references(document),
        *(f"#/components/schemas/{name}" for name in named),
        *(f"#/components/securitySchemes/{name}" for name in schemes),
    }


@pytest.mark.parametrize("tag", TAGS)
def test_links_tags_and_examples_are_there(tag: str) -> None:
    document = part(tag)
    ids = {it["operationId"] for it in operations(document)}
    answers = [answer for it in operations(document) for answer in it["responses"].values()]
    linked = [link["operationId"] for answer in answers for link in answer.get("links", {}).values()]
    examples = {name for row in document["x-bytez-tasks"].values() for name in row.get("examples", ())}

    assert set(linked) <= ids
    assert {name for it in operations(document) for name in it["tags"]} == {
        it["name"] for it in document["tags"]
    }
    assert bool(examples) == ("runModelV2" in ids)
    assert all(f'"{name}": {{' in filter_document("json", tag=tag) for name in examples)


def test_links_within_a_part_stay() -> None:
    [create] = [it for it in operations(part("clusters")) if it["operationId"] == "createClusterV2"]

    assert set(create["responses"]["202"]["links"]) == {"read", "update", "delete"}


def test_another_tag_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ValueError, match="'v3'; the tags are inference, clusters, catalog, v1, v2"):
        filter_document("json", tag="v3")


def test_yaml_of_a_part_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)

    assert filter_document("yaml")
    with pytest.raises(ModuleNotFoundError, match=r"ruamel\.yaml"):
        filter_document("yaml", tag="v2")
