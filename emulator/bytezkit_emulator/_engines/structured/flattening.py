"""Merges the parts of a JSON schema that apply to one value."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm
from typing import Final
from urllib.parse import unquote

import msgspec

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._engines.structured.budget import Budget
from bytezkit_models.json_value import JsonValue

# Bounds the size of common multiples.
_LARGE: Final = 2**64


class UnsatisfiableError(Exception):
    """No value satisfies the schema, or the generator finds none; the message has the reason."""


class Flat(msgspec.Struct, frozen=True):
    """A schema without references and `allOf`.

    Attributes:
        keywords: The other keywords.
        unions: Lists of alternative schemas; a value satisfies one of each.
    """

    keywords: JsonObject
    unions: list[list[JsonValue]]


def flatten(schema: JsonValue, root: JsonValue, budget: Budget) -> Flat:
    """Return the schema with everything that applies to the same value.

    Raises:
        UnsatisfiableError: No value can satisfy it, or a reference cannot be followed.
        TooComplexError: It takes too many steps.
    """
    keywords: JsonObject = {}
    unions: list[list[JsonValue]] = []
    pending = [schema]
    while pending:
        part = pending.pop()
        budget.spend()
        if part is False:
            raise UnsatisfiableError("the schema false allows no value")
        if not isinstance(part, dict):
            continue
        budget.spend(len(part))
        for name, value in part.items():
            match name, value:
                case (("$ref" | "$dynamicRef"), str(reference)):
                    pending.append(resolve(reference, root))
                case "allOf", list(parts):
                    pending.extend(reversed(parts))
                case (("anyOf" | "oneOf"), list(branches)):
                    unions.append(branches)
                case "if", _:
                    unions.append([{"allOf": [value, part.get("then", True)]}, part.get("else", True)])
                case "const", _:
                    _merge(keywords, "enum", [value], budget)
                case _:
                    _merge(keywords, name, value, budget)
    return Flat(keywords, unions)


def resolve(reference: str, root: JsonValue) -> JsonValue:
    """Return the part of a schema that a reference names.

    Raises:
        UnsatisfiableError: The reference leaves the schema, or is no JSON pointer.
    """
    value = root
    if not reference.startswith("#") or reference[1:2] not in ("", "/"):
        raise UnsatisfiableError(f"the reference {reference[:100]!r} is no JSON pointer into the schema")
    for token in unquote(reference[2:]).split("/") if len(reference) > 1 else ():
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and name.isdecimal() and len(name) < 8 and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            raise UnsatisfiableError(f"the reference {reference[:100]!r} names nothing")
    return value


def fraction(value: JsonValue) -> Fraction | None:
    """Return the decimal value of a JSON number, or None for another value."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # The decimal text: as a binary fraction, 0.3 would be no multiple of 0.1.
    return Fraction(str(value)) if isinstance(value, float) else Fraction(value)


def _merge(keywords: JsonObject, name: str, value: JsonValue, budget: Budget) -> None:
    if name not in keywords:
        keywords[name] = value
        return
    old = keywords[name]
    if isinstance(old, (list, dict)) and isinstance(value, (list, dict)):
        budget.spend(len(old) * len(value) if name == "enum" else len(old) + len(value))
    merge = _MERGERS.get(name, _second)
    keywords[name] = merge(old, value)


def mapping_of(value: JsonValue) -> JsonObject:
    """Return a keyword that is an object if it is present."""
    return value if isinstance(value, dict) else {}


def list_of(value: JsonValue) -> list[JsonValue]:
    """Return a keyword that is a list if it is present."""
    return value if isinstance(value, list) else []


def types_of(value: JsonValue) -> list[str]:
    """Return the types that the keyword `type` allows."""
    return [str(it) for it in value] if isinstance(value, list) else [str(value)]


def _common_types(first: JsonValue, second: JsonValue) -> JsonValue:
    left, right = types_of(first), types_of(second)
    common: list[JsonValue] = [it for it in left if it in right]
    if "integer" not in common and {"integer", "number"} <= {*left, *right}:
        common.append("integer")
    return common


def _common_values(first: JsonValue, second: JsonValue) -> JsonValue:
    return [it for it in list_of(first) if it in list_of(second)]


def _all_names(first: JsonValue, second: JsonValue) -> JsonValue:
    return list[JsonValue](dict.fromkeys(map(str, [*list_of(first), *list_of(second)])))


def _common_multiple(first: JsonValue, second: JsonValue) -> JsonValue:
    if isinstance(first, int) and isinstance(second, int) and 0 < first < _LARGE and 0 < second < _LARGE:
        return lcm(first, second)
    return second


def _either(first: JsonValue, second: JsonValue) -> JsonValue:
    return first is True or second is True


def _larger(first: JsonValue, second: JsonValue) -> JsonValue:
    return max(first, second, key=lambda it: fraction(it) or 0)


def _smaller(first: JsonValue, second: JsonValue) -> JsonValue:
    return min(first, second, key=lambda it: fraction(it) or 0)


def _both(first: JsonValue, second: JsonValue) -> JsonValue:
    return {"allOf": [first, second]}


def _both_by_name(first: JsonValue, second: JsonValue) -> JsonValue:
    left, right = mapping_of(first), mapping_of(second)
    return {
        name: _both(left[name], right[name]) if name in left and name in right else schema
        for name, schema in {**left, **right}.items()
    }


def _both_by_position(first: JsonValue, second: JsonValue) -> JsonValue:
    left, right = list_of(first), list_of(second)
    common = [_both(*pair) for pair in zip(left, right, strict=False)]
    return [*common, *left[len(common) :], *right[len(common) :]]


def _second(_: JsonValue, second: JsonValue) -> JsonValue:
    return second


# How a keyword is merged that two parts of a schema have; of other keywords, the second counts.
_MERGERS: Final[Mapping[str, Callable[[JsonValue, JsonValue], JsonValue]]] = {
    "type": _common_types,
    "enum": _common_values,
    "required": _all_names,
    "multipleOf": _common_multiple,
    "uniqueItems": _either,
    "prefixItems": _both_by_position,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), _larger),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), _smaller),
    **dict.fromkeys(("items", "additionalProperties", "contains", "propertyNames"), _both),
    **dict.fromkeys(("properties", "patternProperties"), _both_by_name),
}
