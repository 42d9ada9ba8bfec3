"""Operations and schemas of an OpenAPI document."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonObject, as_object, as_strings, read_json
from bytezkit_emulator._openapi.validation import Schema
from bytezkit_models.json_value import JsonValue
from bytezkit_openapi import read_emulator_json

_METHODS: Final = ("get", "put", "post", "patch", "delete")


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of an operation.

    Attributes:
        name: Name; of a header, in lower case.
        location: `path`, `query` or `header`.
        where: Location and name, as in error messages.
        is_required: Whether it is required.
        schema: Schema of its value.
    """

    name: str
    location: str
    where: str
    is_required: bool
    schema: Schema


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """An operation.

    Attributes:
        operation_id: Operation id; of the copy of an operation at another path, that of the original.
        tags: Tags.
        needs_key: Whether a request needs a key in its header.
        takes_key_in_body: Whether a request needs a key in its header or its body.
        parameters: Parameters.
        body: Schema of the body; None if the body is ignored.
        needs_body: Whether a body is required.
    """

    operation_id: str
    tags: tuple[str, ...]
    needs_key: bool
    takes_key_in_body: bool
    parameters: tuple[Parameter, ...]
    body: Schema | None
    needs_body: bool


class Document:
    """A bundled document, in which every reference points to one of its own components.

    Attributes:
        paths: Operations by path template and upper-case method.
    """

    def __init__(self, document: JsonObject) -> None:
        self._document = document
        self._components = as_object(document["components"])
        self.paths: Final[Mapping[str, Mapping[str, Operation]]] = {
            template: dict(self._operations(as_object(item)))
            for template, item in as_object(document["paths"]).items()
        }

    def schema(self, value: JsonValue, *, is_secret: bool = False) -> Schema:
        """Compile a schema of the document."""
        return Schema({**as_object(value), "components": self._components}, is_secret=is_secret)

    def _operations(self, item: JsonObject) -> Iterator[tuple[str, Operation]]:
        for method in _METHODS:
            if method in item:
                yield method.upper(), self._operation(as_object(item[method]))

    def _operation(self, operation: JsonObject) -> Operation:
        body = as_object(operation.get("requestBody", {}))
        content = as_object(body.get("content", {}))
        schema = as_object(json_content(body)["schema"]) if content else None
        needs_key = {} not in items_of(operation, "security")
        members = {} if schema is None else as_object(self.resolved(schema).get("properties", {}))
        return Operation(
            operation_id=str(operation.get("x-alias-of", operation["operationId"])),
            tags=as_strings(operation["tags"]),
            needs_key=needs_key,
            takes_key_in_body=not needs_key and "key" in members,
            parameters=tuple(
                self._parameter(self.resolved(as_object(it))) for it in items_of(operation, "parameters")
            ),
            body=None if schema is None else self.schema(schema),
            needs_body=body.get("required") is True,
        )

    def _parameter(self, parameter: JsonObject) -> Parameter:
        name, location = str(parameter["name"]), str(parameter["in"])
        if location == "header":
            name = name.lower()
        schema = dict(as_object(parameter["schema"]))
        if "x-reserved" in parameter:
            schema["not"] = {"enum": parameter["x-reserved"]}
        return Parameter(
            name=name,
            location=location,
            where=f"{location}/{name}",
            is_required=parameter.get("required") is True,
            schema=self.schema(schema, is_secret=location == "header"),
        )

    def resolved(self, value: JsonObject) -> JsonObject:
        """Return a value, or the component that it refers to."""
        while "$ref" in value:
            found: JsonValue = self._document
            for part in str(value["$ref"]).split("/")[1:]:
                found = as_object(found)[part]
            value = as_object(found)
        return value


@cache
def load_admin_document() -> Document:
    """Return the bundled document of the control API, parsed once, at the first request to it."""
    return Document(as_object(read_json(read_emulator_json())))


def items_of(value: JsonObject, key: str) -> list[JsonValue]:
    """Return a member of an object that is a list, or an empty list if it is missing."""
    found = value.get(key, [])
    return found if isinstance(found, list) else []


def json_content(message: JsonObject) -> JsonObject:
    """Return the JSON media type of a request or response."""
    return as_object(as_object(message["content"])["application/json"])
