"""The OpenAPI document of the API, whole or in part."""

import json
from collections.abc import Iterator, Mapping
from typing import Final, Literal, cast

from bytezkit_models.json_value import JsonValue
from bytezkit_openapi import read_json, read_yaml
from bytezkit_openapi.document import JsonObject, reached_components, to_json, to_yaml

_METHODS: Final = ("get", "put", "post", "patch", "delete")
_OLDER: Final = "v1"
_NEWER: Final = "v2"
_REGISTRY: Final = "x-bytez-tasks"
# What a row of the registry says of one operation alone.
_COLUMNS: Final[Mapping[str, str]] = {"runModelV2": "examples", "runModelV1": "v1"}


def specification(form: Literal["json", "yaml"], *, tag: str | None = None, server: str | None = None) -> str:
    """Return the OpenAPI 3.1 document of the API.

    Args:
        form: How it is written.
        tag: A tag of the document, to have its operations alone and what they refer to; `v2` stands for
            all tags but `v1`.
        server: URL that takes the place of the document's servers.

    Raises:
        ValueError: No operation has that tag.
        ModuleNotFoundError: Anything but the unchanged document needs ruamel.yaml to be written as YAML.
    """
    if tag is None and server is None:
        return (read_json() if form == "json" else read_yaml()).decode()
    document: JsonObject = json.loads(read_json())
    if server is not None:
        document["servers"] = [{"url": server}]
    if tag is not None:
        document = _only(document, tag)
    return to_json(document) if form == "json" else to_yaml(document)


def _only(document: JsonObject, tag: str) -> JsonObject:
    """Return a document with the operations of a tag, and what they refer to."""
    tags = _tags([str(_object(it)["name"]) for it in cast("list[JsonValue]", document["tags"])], tag)
    paths = {path: _with_tags(item, tags) for path, item in _objects(document["paths"]).items()}
    paths = {path: item for path, item in paths.items() if item.keys() & _METHODS}
    operations = [_object(item[method]) for item in paths.values() for method in _METHODS if method in item]
    names = {str(operation["operationId"]) for operation in operations}
    for operation in operations:
        _drop_links(operation, names)
    registry = _registry(_objects(document[_REGISTRY]), names)
    components = _object(document["components"])
    named: JsonObject = {name: {"$ref": f"#/components/schemas/{name}"} for name in _named(registry)}
    schemes = {scheme for operation in operations for scheme in _schemes(operation)}
    return {
        **document,
        "tags": [it for it in cast("list[JsonValue]", document["tags"]) if _object(it)["name"] in tags],
        "paths": {**paths},
        "components": {
            "securitySchemes": {
                name: scheme
                for name, scheme in _object(components["securitySchemes"]).items()
                if name in schemes
            },
            **reached_components(components, [{**paths}, named]),
        },
        _REGISTRY: {**registry},
    }


def _tags(known: list[str], tag: str) -> list[str]:
    if tag == _NEWER:
        return [it for it in known if it != _OLDER]
    if tag not in known:
        raise ValueError(f"no operation has the tag {tag!r}; there are {', '.join([*known, _NEWER])}")
    return [tag]


def _with_tags(item: JsonObject, tags: list[str]) -> JsonObject:
    """Leave out of a path the operations with other tags; each has one."""
    return {
        key: value
        for key, value in item.items()
        if key not in _METHODS or cast("list[str]", _object(value)["tags"])[0] in tags
    }


def _drop_links(operation: JsonObject, names: set[str]) -> None:
    """Leave out the links to operations that are not there."""
    for response in _objects(operation["responses"]).values():
        links = _objects(response.pop("links", {}))
        if kept := {key: link for key, link in links.items() if link["operationId"] in names}:
            response["links"] = {**kept}


def _registry(rows: dict[str, JsonObject], names: set[str]) -> dict[str, JsonObject]:
    """Keep of the registry what says something of the operations that are there."""
    dropped = {column for operation, column in _COLUMNS.items() if operation not in names}
    if len(dropped) == len(_COLUMNS):
        return {}
    return {
        task: {column: value for column, value in row.items() if column not in dropped}
        for task, row in rows.items()
    }


def _named(registry: dict[str, JsonObject]) -> Iterator[str]:
    """List the schemas that the registry names."""
    for row in registry.values():
        yield from cast("list[str]", row["inputs"])
        yield from (str(row["params"]), str(row["result"]))
        if "v1" in row:
            yield str(_object(row["v1"])["result"])


def _schemes(operation: JsonObject) -> Iterator[str]:
    for requirement in cast("list[JsonObject]", operation["security"]):
        yield from requirement


def _object(value: JsonValue) -> JsonObject:
    return cast("JsonObject", value)


def _objects(value: JsonValue) -> dict[str, JsonObject]:
    return cast("dict[str, JsonObject]", value)
