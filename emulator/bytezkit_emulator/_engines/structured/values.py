"""Generates JSON values that satisfy a JSON schema of a client, equal for equal seeds."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from bytezkit_emulator._common.json import JsonObject, canonical_json
from bytezkit_emulator._engines.inputs import InputError
from bytezkit_emulator._engines.random_words import NOUNS, random_numbers
from bytezkit_emulator._engines.structured.budget import Budget, TooComplexError
from bytezkit_emulator._engines.structured.cost import spend_validation
from bytezkit_emulator._engines.structured.flattening import (
    UnsatisfiableError,
    flatten,
    list_of,
    mapping_of,
    types_of,
)
from bytezkit_emulator._engines.structured.patterns import PatternError, matching_text
from bytezkit_emulator._engines.structured.scalars import count, number, text
from bytezkit_emulator._openapi.validation import Schema
from bytezkit_models.json_value import JsonValue

_T = TypeVar("_T")

# The first attempt has all optional members and takes the first alternatives; the others choose at random.
_ATTEMPTS: Final = 30
# From this depth on, optional members are omitted and the smallest alternatives are taken.
_FULL_DEPTH: Final = 5
_MAX_DEPTH: Final = 40
_DEFAULT_ITEMS: Final = 2
_ITEM_ATTEMPTS: Final = 30
_SCALARS: Final = frozenset({"boolean", "integer", "number", "string"})
_CLASSES: Final[Mapping[str, type]] = {
    "array": list,
    "boolean": bool,
    "null": type(None),
    "object": dict,
    "string": str,
}
# Types of schemas without `type`, by a keyword that concerns only values of this type.
_IMPLIED_TYPES: Final = (
    ("object", ("properties", "required", "additionalProperties", "patternProperties", "minProperties")),
    ("array", ("items", "prefixItems", "minItems", "contains", "uniqueItems")),
    ("string", ("minLength", "maxLength", "pattern", "format")),
    ("number", ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
)


def value_for_schema(schema: JsonValue, seed: bytes, where: str) -> JsonValue:
    """Return a value that satisfies a JSON schema.

    Its time and memory are bounded: a schema whose values are too large or take too long is refused.

    Args:
        schema: The schema. Its references lead to its own parts only.
        seed: Equal seeds and schemas give equal values.
        where: Location of the schema in the request, for error messages.

    Raises:
        InputError: The schema is invalid, or no value was found.
    """
    if not isinstance(schema, dict):
        raise InputError(f"{where}: a schema must be an object")
    checker = Schema(schema)
    reason = checker.definition_error(where)
    if reason is not None:
        raise InputError(reason)
    budget = Budget(random_numbers(seed))
    try:
        for attempt in range(_ATTEMPTS):
            budget.numbers = random_numbers(seed + bytes([attempt]))
            try:
                value = _Generator(schema, budget, is_full=attempt == 0).value(schema, 0)
                spend_validation(schema, value, budget)
            except UnsatisfiableError as error:
                reason = str(error)
                continue
            reason = checker.error_message(value, "value")
            if reason is None:
                return value
    except TooComplexError:
        raise InputError(f"{where}: the schema is too complex, or its values are too large") from None
    raise InputError(f"{where}: no value was found that satisfies the schema: {reason}")


class _Generator:
    """One attempt to generate a value, which may violate keywords that need a search."""

    def __init__(self, root: JsonValue, budget: Budget, *, is_full: bool) -> None:
        self._root = root
        self._budget = budget
        self._is_full = is_full

    def value(self, schema: JsonValue, depth: int) -> JsonValue:
        """Return a value for a part of the schema."""
        if depth > _MAX_DEPTH:
            raise UnsatisfiableError(f"its values are nested deeper than {_MAX_DEPTH} levels")
        flat = flatten(schema, self._root, self._budget)
        if not flat.unions:
            return self._value_of_type(flat.keywords, depth)
        branches, *others = flat.unions
        rest: list[JsonValue] = [{"anyOf": union} for union in others]
        failure: UnsatisfiableError | None = None
        for branch in self._in_order(branches, depth, self._rank):
            try:
                return self.value({"allOf": [flat.keywords, branch, *rest]}, depth + 1)
            except UnsatisfiableError as error:
                failure = error
        raise failure or UnsatisfiableError("there is no alternative")

    def _value_of_type(self, keywords: JsonObject, depth: int) -> JsonValue:
        allowed = None if "type" not in keywords else types_of(keywords["type"])
        enum = keywords.get("enum")
        if isinstance(enum, list):
            self._budget.spend(len(enum))
            values = [it for it in enum if allowed is None or _has_type(it, allowed)]
            if not values:
                raise UnsatisfiableError("the schema allows no value")
            return values[self._budget.number(len(values))]
        types = _implied_types(keywords) if allowed is None else allowed
        if not types:
            raise UnsatisfiableError("the schema allows no type")
        name = self._in_order(types, depth, _type_rank)[0]
        if name in ("object", "array"):
            return self._object(keywords, depth) if name == "object" else self._array(keywords, depth)
        if name in ("integer", "number"):
            return number(keywords, self._budget, is_integer=name == "integer")
        if name == "boolean":
            return self._budget.number(2) == 1
        return text(keywords, self._budget) if name == "string" else None

    def _object(self, keywords: JsonObject, depth: int) -> JsonObject:
        properties = mapping_of(keywords.get("properties"))
        required = dict.fromkeys(map(str, list_of(keywords.get("required"))))
        self._budget.spend(len(properties) + len(required))
        additional = keywords.get("additionalProperties", True)
        most = count(keywords, "maxProperties", len(properties) + len(required))
        optional = [it for it in properties if it not in required and self._wants_optional(depth)]
        chosen = {*required, *optional[: max(0, most - len(required))]}
        members: JsonObject = {}
        for name in [
            *(it for it in properties if it in chosen),
            *(it for it in required if it not in properties),
        ]:
            try:
                members[name] = self.value(properties.get(name, additional), depth + 1)
            except UnsatisfiableError:
                if name in required:
                    raise
        for name, others in mapping_of(keywords.get("dependentRequired")).items():
            if name in members:
                for other in map(str, list_of(others)):
                    if other not in members:
                        members[other] = self.value(properties.get(other, additional), depth + 1)
        is_map = not properties and isinstance(additional, dict) and self._wants_optional(depth)
        least = count(keywords, "minProperties", 1 if is_map else 0)
        while len(members) < min(least, count(keywords, "maxProperties", least)):
            self._budget.spend()
            name, schema = self._further_member(keywords, len(members))
            members.setdefault(name, self.value(schema, depth + 1))
        return members

    def _further_member(self, keywords: JsonObject, index: int) -> tuple[str, JsonValue]:
        """Return name and schema of a member that the schema does not name."""
        patterns = mapping_of(keywords.get("patternProperties"))
        if patterns:
            pattern = next(iter(patterns))
            try:
                return matching_text(pattern, self._budget), patterns[pattern]
            except PatternError as error:
                raise UnsatisfiableError(str(error)) from None
        additional = keywords.get("additionalProperties", True)
        if "propertyNames" in keywords:
            names: JsonValue = {"allOf": [{"type": "string"}, keywords["propertyNames"]]}
            return str(self.value(names, _FULL_DEPTH)), additional
        return f"{NOUNS[index % len(NOUNS)]}{index // len(NOUNS) or ''}", additional

    def _array(self, keywords: JsonObject, depth: int) -> list[JsonValue]:
        items = keywords.get("items", True)
        prefix = list_of(keywords.get("prefixItems"))
        if isinstance(items, list):
            # Before draft 2020-12, `items` was what `prefixItems` is.
            prefix, items = items, keywords.get("additionalItems", True)
        contains = keywords.get("contains")
        wanted = 0 if contains is None else count(keywords, "minContains", 1)
        least = max(count(keywords, "minItems", 0), wanted)
        size = max(least, wanted, max(len(prefix), _DEFAULT_ITEMS) if self._wants_optional(depth) else 0)
        size = min(size, count(keywords, "maxItems", size))
        self._budget.spend(size)
        is_unique = keywords.get("uniqueItems") is True
        values: list[JsonValue] = []
        seen: set[bytes] = set()
        for index in range(size):
            schema: JsonValue = prefix[index] if index < len(prefix) else items
            if index >= size - wanted:
                schema = {"allOf": [schema, contains]}
            try:
                values.append(self._item(schema, depth, seen) if is_unique else self.value(schema, depth + 1))
            except UnsatisfiableError:
                if index < least:
                    raise
                break
        return values

    def _item(self, schema: JsonValue, depth: int, seen: set[bytes]) -> JsonValue:
        """Return a value that differs from the earlier ones."""
        for _ in range(_ITEM_ATTEMPTS):
            value = self.value(schema, depth + 1)
            encoded = canonical_json(value)
            self._budget.spend(len(encoded) // 10)
            if encoded not in seen:
                seen.add(encoded)
                return value
        raise UnsatisfiableError("there are too few distinct items")

    def _wants_optional(self, depth: int) -> bool:
        return depth < _FULL_DEPTH and (self._is_full or self._budget.number(2) == 1)

    def _in_order(self, alternatives: Sequence[_T], depth: int, rank: Callable[[_T], int]) -> Sequence[_T]:
        """Return alternatives in the order in which they are tried."""
        self._budget.spend(len(alternatives))
        if depth >= _FULL_DEPTH:
            return sorted(alternatives, key=rank)
        if self._is_full:
            # A value says more than null.
            return sorted(alternatives, key=lambda it: rank(it) == 0)
        start = self._budget.number(max(1, len(alternatives)))
        return [*alternatives[start:], *alternatives[:start]]

    def _rank(self, schema: JsonValue) -> int:
        """Return the rank of a schema by the size of its values: 0 for null, 3 for possibly endless ones."""
        try:
            flat = flatten(schema, self._root, self._budget)
        except UnsatisfiableError:
            return 3
        if flat.unions or flat.keywords.get("required") or count(flat.keywords, "minItems", 0):
            return 3
        if "enum" in flat.keywords:
            return 0 if flat.keywords["enum"] == [None] else 1
        types = types_of(flat.keywords["type"]) if "type" in flat.keywords else _implied_types(flat.keywords)
        return min(map(_type_rank, types), default=3)


def _type_rank(name: str) -> int:
    return 0 if name == "null" else 1 if name in _SCALARS else 2


def _implied_types(keywords: JsonObject) -> list[str]:
    implied = [name for name, own in _IMPLIED_TYPES if any(it in keywords for it in own)]
    return implied or ["string", "integer", "boolean", "object", "array", "null"]


def _has_type(value: JsonValue, names: Sequence[str]) -> bool:
    # A Boolean is an integer in Python, and 1.0 is one in JSON Schema.
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    is_integer = isinstance(value, (int, float)) and is_number and value == int(value)
    return any(
        is_number and (is_integer or name == "number")
        if name in ("integer", "number")
        else isinstance(value, _CLASSES.get(name, ()))
        for name in names
    )
