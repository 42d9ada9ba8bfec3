"""Rules for schemas. Each rule avoids an observed defect of a generator or validator."""

import re
from collections.abc import Iterator
from typing import Final

from scripts.bundle import as_strings
from scripts.lint.contract import Contract, escape
from scripts.lint.finding import Problem
from scripts.lint.schemas import Schema, all_schemas, request_schemas, response_schemas

_LOOKAROUND: Final = re.compile(r"\(\?<?[=!]")
_LOOKAROUND_FOUND: Final = "the pattern has a lookahead or lookbehind"
_TYPE_KEYWORDS: Final = frozenset({"type", "oneOf", "anyOf", "allOf", "const", "enum"})
_RESERVED_PROPERTIES: Final = frozenset({"to_dict", "field_dict", "cls", "additional_properties"})
_RESERVED_COMPONENTS: Final = frozenset({"IntEnum", "StrEnum"})
_RESERVED: Final = "the generated code uses this name: choose another name"
_JSON_VALUE: Final = "#/components/schemas/JsonValue"


def no_request_defaults(contract: Contract) -> Iterator[Problem]:
    """Request schemas have no `default`: generated clients always send it, so PATCH would reset members."""
    for schema in request_schemas(contract):
        if "default" in schema.node.value:
            yield f"{schema.node.pointer}/default", "move the default to the description"


def closed_request_unions(contract: Contract) -> Iterator[Problem]:
    """Objects in a request union are in `oneOf` and closed: otherwise generators merge them.

    One may be open if it requires a member that the others do not have.
    """
    for schema in request_schemas(contract):
        for keyword in ("oneOf", "anyOf"):
            objects = [
                below for below in schema.subschemas() if below.keyword == keyword and _is_object(below)
            ]
            if len(objects) < 2:
                continue
            if keyword == "anyOf":
                yield f"{schema.node.pointer}/anyOf", "use oneOf for a union of objects"
            open_objects = [it for it in objects if it.node.value.get("additionalProperties") is not False]
            if len(open_objects) == 1 and _has_member_of_its_own(open_objects[0], objects):
                continue
            for branch in open_objects:
                yield branch.node.pointer, "expected additionalProperties: false in a request union"


def _has_member_of_its_own(schema: Schema, union: list[Schema]) -> bool:
    others = [it.node.value.get("properties") for it in union if it is not schema]
    required = as_strings(schema.node.value.get("required", []), "required")
    return any(all(isinstance(it, dict) and name not in it for it in others) for name in required)


def _is_object(schema: Schema) -> bool:
    return "object" in schema.types or "properties" in schema.node.value


def open_responses(contract: Contract) -> Iterator[Problem]:
    """Response objects are open: clients must accept members that the service adds."""
    for schema in response_schemas(contract):
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if schema.node.value.get(keyword) is False:
                yield f"{schema.node.pointer}/{keyword}", "response objects must accept additional members"


def open_response_enums(contract: Contract) -> Iterator[Problem]:
    """Responses have no closed enum: clients must accept values that the service adds."""
    for schema in response_schemas(contract):
        if "enum" in schema.node.value:
            yield f"{schema.node.pointer}/enum", "use x-extensible-enum in responses"


def no_lookaround(contract: Contract) -> Iterator[Problem]:
    """Patterns have no lookahead or lookbehind: the regular expressions of Go and Rust lack them."""
    for schema in all_schemas(contract):
        pattern = schema.node.value.get("pattern")
        if isinstance(pattern, str) and _LOOKAROUND.search(pattern):
            yield f"{schema.node.pointer}/pattern", _LOOKAROUND_FOUND
        for key in schema.node.at("patternProperties").value:
            if _LOOKAROUND.search(key):
                yield (
                    f"{schema.node.pointer}/patternProperties/{escape(key)}",
                    _LOOKAROUND_FOUND,
                )


def no_properties_beside_union(contract: Contract) -> Iterator[Problem]:
    """A schema has properties or is a union, not both: openapi-python-client drops its class silently."""
    for schema in all_schemas(contract):
        for keyword in ("anyOf", "oneOf"):
            if "properties" in schema.node.value and keyword in schema.node.value:
                yield f"{schema.node.pointer}/{keyword}", "found beside properties: use if and then"


def no_bare_null(contract: Contract) -> Iterator[Problem]:
    """Null is combined with another type: Go code generated for null alone does not compile."""
    for schema in all_schemas(contract):
        if schema.types == ["null"] and schema.keyword != "anyOf":
            yield f"{schema.node.pointer}/type", "combine null with another type, in `type` or anyOf"


def nullable_enum(contract: Contract) -> Iterator[Problem]:
    """A nullable enum is `anyOf` of enum and null: otherwise openapi-python-client emits it three times."""
    for schema in all_schemas(contract):
        values = schema.node.value.get("enum")
        if isinstance(values, list) and (None in values or "null" in schema.types):
            yield f"{schema.node.pointer}/enum", "use anyOf with the enum and type null"


def typed_schemas(contract: Contract) -> Iterator[Problem]:
    """A schema has a type; arbitrary JSON refers to JsonValue: otherwise generators emit Any."""
    for schema in all_schemas(contract):
        value = schema.node.value
        if schema.restricts or schema.node.pointer == _JSON_VALUE:
            continue
        if not _TYPE_KEYWORDS & value.keys():
            yield schema.node.pointer, "the schema has no type: for arbitrary JSON refer to JsonValue"
        has_no_properties = "object" in schema.types and "properties" not in value
        if has_no_properties and not isinstance(value.get("additionalProperties"), dict):
            yield schema.node.pointer, "an object without properties needs a schema as additionalProperties"


def one_type(contract: Contract) -> Iterator[Problem]:
    """A schema has one type besides null, and arrays have items: generators omit operations otherwise."""
    for schema in all_schemas(contract):
        if len({*schema.types} - {"null"}) > 1:
            yield f"{schema.node.pointer}/type", f"expected one type besides null: {', '.join(schema.types)}"
        if "array" in schema.types and not {"items", "prefixItems"} & schema.node.value.keys():
            yield schema.node.pointer, "an array needs items or prefixItems"


def reserved_names(contract: Contract) -> Iterator[Problem]:
    """Properties and components avoid names of the generated code: a conflict breaks the generated class."""
    for name, schema in contract.root.at("components", "schemas").members():
        if name in _RESERVED_COMPONENTS:
            yield schema.pointer, _RESERVED
        # `from_dict` of the generated class stores its result in a variable with the name of the class.
        variable = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
        if variable in schema.at("properties").value:
            yield f"{schema.pointer}/properties/{variable}", _RESERVED
    for nested in all_schemas(contract):
        for name in nested.node.at("properties").value:
            if name in _RESERVED_PROPERTIES:
                yield f"{nested.node.pointer}/properties/{name}", _RESERVED
