"""Rules on the spelling of schemas; each keeps a fault out that a generator or validator was seen to have."""

import re
from collections.abc import Iterator
from typing import Final

from scripts.lint.contract import Contract, escape
from scripts.lint.finding import Report
from scripts.lint.schemas import Schema, all_schemas, request_schemas, response_schemas

_LOOK_AROUND: Final = re.compile(r"\(\?<?[=!]")
_TYPING: Final = frozenset({"type", "oneOf", "anyOf", "allOf", "const", "enum"})
_RESERVED_PROPERTIES: Final = frozenset({"to_dict", "field_dict", "cls", "additional_properties"})
_RESERVED_COMPONENTS: Final = frozenset({"IntEnum", "StrEnum"})
_TAKEN: Final = "the generated code has another use of this name"
_FREE_JSON: Final = "#/components/schemas/JsonValue"


def no_request_defaults(contract: Contract) -> Iterator[Report]:
    """What is sent has no `default`: generated clients would send it always, and a PATCH reset members."""
    for schema in request_schemas(contract):
        if "default" in schema.part.value:
            yield f"{schema.part.pointer}/default", "say the server's default in the description"


def closed_request_unions(contract: Contract) -> Iterator[Report]:
    """Objects in a request union are closed and under `oneOf`: else several match, or they melt into one."""
    for schema in request_schemas(contract):
        for keyword in ("oneOf", "anyOf"):
            objects = [below for below in schema.below() if below.keyword == keyword and _is_object(below)]
            if len(objects) < 2:
                continue
            if keyword == "anyOf":
                yield f"{schema.part.pointer}/anyOf", "use oneOf between objects"
            for below in objects:
                if below.part.value.get("additionalProperties") is not False:
                    yield below.part.pointer, "expected additionalProperties: false in a request union"


def _is_object(schema: Schema) -> bool:
    return "object" in schema.types or "properties" in schema.part.value


def open_responses(contract: Contract) -> Iterator[Report]:
    """Answers are open: a member that the service adds must not break its clients."""
    for schema in response_schemas(contract):
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if schema.part.value.get(keyword) is False:
                yield f"{schema.part.pointer}/{keyword}", "expected an open object in a response"


def open_response_enums(contract: Contract) -> Iterator[Report]:
    """Answers have no closed enum: a value that the service adds would lose the whole answer."""
    for schema in response_schemas(contract):
        if "enum" in schema.part.value:
            yield f"{schema.part.pointer}/enum", "list the values as x-extensible-enum"


def no_look_around(contract: Contract) -> Iterator[Report]:
    """Patterns do not look ahead or behind: the engines of Go and Rust can not."""
    for schema in all_schemas(contract):
        pattern = schema.part.value.get("pattern")
        if isinstance(pattern, str) and _LOOK_AROUND.search(pattern):
            yield f"{schema.part.pointer}/pattern", "looks ahead or behind"
        for key in schema.part.at("patternProperties").value:
            if _LOOK_AROUND.search(key):
                yield f"{schema.part.pointer}/patternProperties/{escape(key)}", "looks ahead or behind"


def no_properties_beside_union(contract: Contract) -> Iterator[Report]:
    """An object has properties or is a union, not both: the client generator silently drops its class."""
    for schema in all_schemas(contract):
        for keyword in ("anyOf", "oneOf"):
            if "properties" in schema.part.value and keyword in schema.part.value:
                yield f"{schema.part.pointer}/{keyword}", "stands beside properties: use if and then"


def no_bare_null(contract: Contract) -> Iterator[Report]:
    """Null stands beside another type: alone it is a type that generated Go does not compile with."""
    for schema in all_schemas(contract):
        if schema.types == ["null"] and schema.keyword != "anyOf":
            yield f"{schema.part.pointer}/type", "null needs another type beside it, in `type` or in anyOf"


def nullable_enum(contract: Contract) -> Iterator[Report]:
    """A nullable enum is `anyOf` the enum and null: else the client generator emits it three times."""
    for schema in all_schemas(contract):
        values = schema.part.value.get("enum")
        if isinstance(values, list) and (None in values or "null" in schema.types):
            yield f"{schema.part.pointer}/enum", "use anyOf with the enum and type null"


def typed_schemas(contract: Contract) -> Iterator[Report]:
    """A schema says its type; free JSON goes by reference to JsonValue: anything else is generated as Any."""
    for schema in all_schemas(contract):
        value = schema.part.value
        if schema.narrows or schema.part.pointer == _FREE_JSON:
            continue
        if not _TYPING & value.keys():
            yield schema.part.pointer, "has no type: refer to JsonValue"
        free = "object" in schema.types and "properties" not in value
        if free and not isinstance(value.get("additionalProperties"), dict):
            yield schema.part.pointer, "a free object needs a schema of its additionalProperties"


def one_type(contract: Contract) -> Iterator[Report]:
    """A type is one type, with or without null, and arrays have items: else operations are left out."""
    for schema in all_schemas(contract):
        if len({*schema.types} - {"null"}) > 1:
            yield f"{schema.part.pointer}/type", f"expected one type: {', '.join(schema.types)}"
        if "array" in schema.types and not {"items", "prefixItems"} & schema.part.value.keys():
            yield schema.part.pointer, "an array needs items"


def reserved_names(contract: Contract) -> Iterator[Report]:
    """Some names are taken by the generated code: a property or component of that name breaks its class."""
    for name, schema in contract.root.at("components", "schemas").members():
        if name in _RESERVED_COMPONENTS:
            yield schema.pointer, _TAKEN
        # The generated reader of a class names its result so, too.
        own_name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        if own_name in schema.at("properties").value:
            yield f"{schema.pointer}/properties/{own_name}", _TAKEN
    for nested in all_schemas(contract):
        for name in nested.part.at("properties").value:
            if name in _RESERVED_PROPERTIES:
                yield f"{nested.part.pointer}/properties/{name}", _TAKEN
