"""Rules for breaking changes of schemas.

Each rule compares a wide and a narrow schema and describes values that only the wide schema admits. In
requests the old schema is the wide one, since the server must still accept all values that clients send. In
responses the new schema is the wide one, since clients may receive only values that they know.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from scripts.bundle import Json
from scripts.lint.contract import DocumentNode

SchemaRule: TypeAlias = Callable[[DocumentNode, DocumentNode], Iterable[str]]

_TYPES: Final = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_MIN_KEYWORDS: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_MAX_KEYWORDS: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
# Keywords that other rules compare, that lead to subschemas, or that do not restrict values.
_HANDLED_KEYWORDS: Final = frozenset(
    {
        *("type", "enum", "const", "required", "properties", "additionalProperties", "items"),
        *("oneOf", "anyOf", "discriminator", "default", "deprecated", "title", "description"),
        *("example", "examples", "$comment", *_MIN_KEYWORDS, *_MAX_KEYWORDS),
    }
)


def types(wide: DocumentNode, narrow: DocumentNode) -> Iterator[str]:
    """A JSON type is no longer admitted."""
    removed = _types(wide) - _types(narrow)
    if removed and not _branches(wide) and not _branches(narrow):
        yield f"values of type {', '.join(sorted(removed))}"


def values(wide: DocumentNode, narrow: DocumentNode) -> Iterator[str]:
    """A value of an enumeration is no longer admitted."""
    listed = _values(narrow)
    if listed is not None:
        possible = _values(wide)
        if possible is None:
            yield f"values other than {', '.join(sorted(listed))}"
        else:
            yield from (f"the value {value}" for value in sorted(possible - listed))


def required_members(wide: DocumentNode, narrow: DocumentNode) -> Iterator[str]:
    """A member becomes required."""
    missing = set(narrow.strings("required")) - set(wide.strings("required"))
    yield from (f"objects without `{name}`" for name in sorted(missing))


def closed_objects(wide: DocumentNode, narrow: DocumentNode) -> Iterator[str]:
    """An object no longer admits a member that is not listed."""
    if _is_closed(narrow):
        unlisted = wide.at("properties").value.keys() - narrow.at("properties").value.keys()
        yield from (f"the member `{name}`" for name in sorted(unlisted))
        if not _is_closed(wide):
            yield "members that are not listed"


def lower_bounds(wide: DocumentNode, narrow: DocumentNode) -> Iterator[str]:
    """A minimum is added or raised."""
    for name, bound, wide_bound in _bounds(_MIN_KEYWORDS, wide, narrow):
        if wide_bound is None or bound > wide_bound:
            yield f"values below `{name}` {bound:g}"


def upper_bounds(wide: DocumentNode, narrow: DocumentNode) -> Iterator[str]:
    """A maximum is added or lowered."""
    for name, bound, wide_bound in _bounds(_MAX_KEYWORDS, wide, narrow):
        if wide_bound is None or bound < wide_bound:
            yield f"values above `{name}` {bound:g}"


def alternatives(wide: DocumentNode, narrow: DocumentNode) -> Iterator[str]:
    """A branch of a union is no longer admitted."""
    wide_branches, narrow_branches = _branches(wide) or [wide], _branches(narrow) or [narrow]
    if len(wide_branches) > 1 or len(narrow_branches) > 1:
        for branch in wide_branches:
            if not any(_is_same(branch, it) or not any(_lost_values(branch, it)) for it in narrow_branches):
                yield f"the branch {_name(branch)}"


def other_keywords(wide: DocumentNode, narrow: DocumentNode) -> Iterator[str]:
    """A keyword without a rule is added or changed: a pattern, a format, a condition."""
    for name, value in narrow.value.items():
        if name not in _HANDLED_KEYWORDS and not name.startswith("x-") and value != wide.value.get(name):
            yield f"values that `{name}` {json.dumps(value)} excludes"


_RULES: Final[tuple[SchemaRule, ...]] = (
    types,
    values,
    required_members,
    closed_objects,
    lower_bounds,
    upper_bounds,
    alternatives,
    other_keywords,
)
RULES: Final[Mapping[str, SchemaRule]] = {rule.__name__.replace("_", "-"): rule for rule in _RULES}


def removed_members(old: DocumentNode, new: DocumentNode) -> Iterator[str]:
    """Describe members that an open object no longer lists, so that they have no type."""
    if not _is_closed(new):
        unlisted = old.at("properties").value.keys() - new.at("properties").value.keys()
        yield from (f"the member `{name}` is removed" for name in sorted(unlisted))


def _lost_values(wide: DocumentNode, narrow: DocumentNode) -> Iterator[str]:
    """Describe values that a schema and its subschemas no longer admit."""
    for pair in schema_pairs(wide, narrow):
        for rule in _RULES:
            yield from rule(*pair)


def schema_pairs(
    one: DocumentNode, other: DocumentNode, seen: set[tuple[str, str]] | None = None
) -> Iterator[tuple[DocumentNode, DocumentNode]]:
    """Yield the pairs of schemas for the same value in two documents, each pair once.

    Args:
        one: Schema in one document.
        other: Schema in the other document.
        seen: Pointers of pairs that were yielded earlier; new pairs are added.
    """
    seen = set() if seen is None else seen
    if (one.pointer, other.pointer) in seen:
        return
    seen.add((one.pointer, other.pointer))
    yield one, other
    for pair in _subschema_pairs(one, other):
        yield from schema_pairs(*pair, seen)


def _is_closed(schema: DocumentNode) -> bool:
    """Return whether an object admits only the listed members."""
    return schema.value.get("additionalProperties") is False


def _branches(schema: DocumentNode) -> list[DocumentNode]:
    """Return the branches of a union; an empty list for other schemas."""
    return [*schema.items("oneOf"), *schema.items("anyOf")]


def _subschema_pairs(one: DocumentNode, other: DocumentNode) -> Iterator[tuple[DocumentNode, DocumentNode]]:
    for name in sorted(one.at("properties").value.keys() & other.at("properties").value.keys()):
        yield one.at("properties", name), other.at("properties", name)
    for name in ("items", "additionalProperties"):
        if (name in one.value or name in other.value) and not _is_closed(one) and not _is_closed(other):
            yield one.at(name), other.at(name)
    for branch in _branches(one):
        yield from ((branch, it) for it in _branches(other) if _is_same(branch, it))


def _is_same(one: DocumentNode, other: DocumentNode) -> bool:
    """Return whether two branches are versions of the same component."""
    return one.pointer == other.pointer and _is_component(one)


def _is_component(schema: DocumentNode) -> bool:
    return schema.pointer.rpartition("/")[0] == "#/components/schemas"


def _name(branch: DocumentNode) -> str:
    return branch.pointer.rpartition("/")[2] if _is_component(branch) else json.dumps(branch.value)


def _types(schema: DocumentNode) -> frozenset[str]:
    listed = schema.value.get("type")
    if listed is None:
        return _TYPES
    names = {str(item) for item in (listed if isinstance(listed, list) else [listed])}
    # In JSON Schema every integer is a number.
    return frozenset(names | {"integer"}) if "number" in names else frozenset(names)


def _values(schema: DocumentNode) -> set[str] | None:
    if "const" in schema.value:
        return {json.dumps(schema.value["const"])}
    listed = schema.value.get("enum")
    return {json.dumps(value) for value in listed} if isinstance(listed, list) else None


def _bounds(
    names: Iterable[str], wide: DocumentNode, narrow: DocumentNode
) -> Iterator[tuple[str, float, float | None]]:
    for name in names:
        bound = _number(narrow.value.get(name))
        if bound is not None:
            yield name, bound, _number(wide.value.get(name))


def _number(value: Json) -> float | None:
    return value if isinstance(value, int | float) else None
