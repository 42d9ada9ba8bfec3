"""The OpenAPI document of the API, complete or filtered by tag."""

import json
from collections.abc import Iterator, Mapping
from typing import Final, Literal, cast

from bytezkit_models.json_value import JsonValue
from bytezkit_openapi import read_json, read_yaml
from bytezkit_openapi.document import JsonObject, reached_components, to_json, to_yaml

_METHODS: Final = ("get", "put", "post", "patch", "delete")
_V1: Final = "v1"
# Not a tag of the document: it stands for all tags but `v1`.
_V2: Final = "v2"
_TASK_REGISTRY: Final = "x-bytez-tasks"
# The columns of the task registry that describe one operation, by operationId.
_OPERATION_COLUMNS: Final[Mapping[str, str]] = {"runModelV2": "examples", "runModelV1": "v1"}


def filter_document(
    output_format: Literal["json", "yaml"], *, tag: str | None = None, server: str | None = None
) -> str:
    """Return the OpenAPI 3.1 document of the API.

    Args:
        output_format: Format of the returned text.
        tag: Keep only the operations with this tag and the components that they reference; `v2` stands for
            all tags but `v1`. None keeps all operations.
        server: URL that replaces the servers of the document; None keeps them.

    Raises:
        ValueError: No operation has the tag.
        ModuleNotFoundError: ruamel.yaml, which writes a changed document as YAML, is not installed.
    """
    if tag is None and server is None:
        return (read_json() if output_format == "json" else read_yaml()).decode()
    document: JsonObject = json.loads(read_json())
    if server is not None:
        document["servers"] = [{"url": server}]
    if tag is not None:
        document = _filter_by_tag(document, tag)
    return to_json(document) if output_format == "json" else to_yaml(document)


def _filter_by_tag(document: JsonObject, tag: str) -> JsonObject:
    """Return a document with the operations of a tag and the components that they reference."""
    all_tags = [_as_object(entry) for entry in cast("list[JsonValue]", document["tags"])]
    tags = _selected_tags([str(entry["name"]) for entry in all_tags], tag)
    paths = {path: _filter_path(item, tags) for path, item in _as_objects(document["paths"]).items()}
    paths = {path: item for path, item in paths.items() if item.keys() & _METHODS}
    operations = [
        _as_object(item[method]) for item in paths.values() for method in _METHODS if method in item
    ]
    operation_ids = {str(operation["operationId"]) for operation in operations}
    for operation in operations:
        _remove_dangling_links(operation, operation_ids)
    registry = _filter_registry(_as_objects(document[_TASK_REGISTRY]), operation_ids)
    components = _as_object(document["components"])
    # The registry names schemas without `$ref`; these references keep them among the components.
    registry_references: JsonObject = {
        name: {"$ref": f"#/components/schemas/{name}"} for name in _registry_schemas(registry)
    }
    schemes = {scheme for operation in operations for scheme in _security_schemes(operation)}
    return {
        **document,
        "tags": [entry for entry in all_tags if entry["name"] in tags],
        "paths": {**paths},
        "components": {
            "securitySchemes": {
                name: scheme
                for name, scheme in _as_object(components["securitySchemes"]).items()
                if name in schemes
            },
            **reached_components(components, [{**paths}, registry_references]),
        },
        _TASK_REGISTRY: {**registry},
    }


def _selected_tags(known: list[str], tag: str) -> list[str]:
    if tag == _V2:
        return [name for name in known if name != _V1]
    if tag not in known:
        raise ValueError(f"no operation has the tag {tag!r}; the tags are {', '.join([*known, _V2])}")
    return [tag]


def _filter_path(item: JsonObject, tags: list[str]) -> JsonObject:
    """Remove the operations with other tags from a path; each operation has one tag."""
    return {
        key: value
        for key, value in item.items()
        if key not in _METHODS or cast("list[str]", _as_object(value)["tags"])[0] in tags
    }


def _remove_dangling_links(operation: JsonObject, operation_ids: set[str]) -> None:
    """Remove the links to operations that the document no longer has."""
    for response in _as_objects(operation["responses"]).values():
        links = _as_objects(response.pop("links", {}))
        if kept := {key: link for key, link in links.items() if link["operationId"] in operation_ids}:
            response["links"] = {**kept}


def _filter_registry(rows: dict[str, JsonObject], operation_ids: set[str]) -> dict[str, JsonObject]:
    """Remove the columns of removed operations; return an empty registry if no such column is left."""
    dropped = {column for operation, column in _OPERATION_COLUMNS.items() if operation not in operation_ids}
    if len(dropped) == len(_OPERATION_COLUMNS):
        return {}
    return {
        task: {column: value for column, value in row.items() if column not in dropped}
        for task, row in rows.items()
    }


def _registry_schemas(registry: dict[str, JsonObject]) -> Iterator[str]:
    """Yield the names of the schemas in the registry."""
    for row in registry.values():
        yield from cast("list[str]", row["inputs"])
        for form in (row, *_as_objects(row.get("variants", {})).values()):
            yield from (str(form["params"]), str(form["result"]))
        if "v1" in row:
            yield str(_as_object(row["v1"])["result"])


def _security_schemes(operation: JsonObject) -> Iterator[str]:
    for requirement in cast("list[JsonObject]", operation["security"]):
        yield from requirement


def _as_object(value: JsonValue) -> JsonObject:
    return cast("JsonObject", value)


def _as_objects(value: JsonValue) -> dict[str, JsonObject]:
    return cast("dict[str, JsonObject]", value)
