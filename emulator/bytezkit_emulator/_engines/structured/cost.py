"""Bounds the time of a validation before it starts, since a started one cannot be stopped."""

from collections.abc import Iterator
from typing import Final

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._engines.structured.budget import Budget
from bytezkit_emulator._engines.structured.flattening import resolve
from bytezkit_models.json_value import JsonValue

# Keywords whose schemas apply to the value itself, and those whose schemas apply to its members or items.
_IN_PLACE: Final = (
    "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies",
)  # fmt: skip
_FOR_CHILDREN: Final = (
    "additionalProperties", "patternProperties", "propertyNames", "unevaluatedProperties",
    "items", "prefixItems", "additionalItems", "contains", "unevaluatedItems",
)  # fmt: skip
_BY_NAME: Final = frozenset({"dependentSchemas", "dependencies", "patternProperties"})


def spend_validation(schema: JsonValue, value: JsonValue, budget: Budget) -> None:
    """Spend a step for each schema that a validator may apply to a part of the value.

    Raises:
        UnsatisfiableError: A reference cannot be followed.
        TooComplexError: Too few steps remain.
    """
    pending = [(schema, value)]
    while pending:
        part, instance = pending.pop()
        budget.spend()
        if not isinstance(part, dict):
            continue
        for name in ("$ref", "$dynamicRef"):
            if isinstance(reference := part.get(name), str):
                pending.append((resolve(reference, schema), instance))  # noqa: PERF401  # two names at most
        pending.extend((it, instance) for name in _IN_PLACE for it in _schemas(name, part))
        if isinstance(instance, dict):
            properties = part.get("properties")
            if isinstance(properties, dict):
                pending.extend((properties[it], instance[it]) for it in instance if it in properties)
        if isinstance(instance, (dict, list)):
            children = list(instance.values()) if isinstance(instance, dict) else instance
            for subschema in _child_schemas(part):
                budget.spend(len(children))
                pending.extend((subschema, child) for child in children)


def _child_schemas(schema: JsonObject) -> Iterator[JsonValue]:
    for name in _FOR_CHILDREN:
        yield from _schemas(name, schema)


def _schemas(name: str, schema: JsonObject) -> list[JsonValue]:
    """Return the schemas in a keyword: one, a list of them, or schemas by name."""
    value = schema.get(name)
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return []
    return list(value.values()) if name in _BY_NAME else [value]
