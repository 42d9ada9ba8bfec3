"""What a schema no longer admits.

Each rule is told a wide and a narrow schema, and names what the wide one admits and the narrow one refuses.
In a request the old schema is the wide one: what was taken must still be taken. In a response it is the
new one: what is given must have been possible before.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from scripts.bundle import Json
from scripts.lint.contract import Part

Stub: TypeAlias = Callable[[Part, Part], Iterable[str]]

_TYPES: Final = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_LEAST: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_MOST: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
# Judged by the other rules, by following them, or of no force.
_KNOWN: Final = frozenset(
    {
        *("type", "enum", "const", "required", "properties", "additionalProperties", "items"),
        *("oneOf", "anyOf", "discriminator", "default", "deprecated", "title", "description"),
        *("example", "examples", "$comment", *_LEAST, *_MOST),
    }
)


def types(wide: Part, narrow: Part) -> Iterator[str]:
    """A type of JSON is refused."""
    refused = _types(wide) - _types(narrow)
    if refused and not _branches(wide) and not _branches(narrow):
        yield f"values of type {', '.join(sorted(refused))}"


def values(wide: Part, narrow: Part) -> Iterator[str]:
    """A value is refused where values are listed."""
    listed = _values(narrow)
    if listed is not None:
        possible = _values(wide)
        if possible is None:
            yield f"other values than {', '.join(sorted(listed))}"
        else:
            yield from (f"the value {value}" for value in sorted(possible - listed))


def required_members(wide: Part, narrow: Part) -> Iterator[str]:
    """An object without a member is refused."""
    missing = set(narrow.strings("required")) - set(wide.strings("required"))
    yield from (f"objects without `{name}`" for name in sorted(missing))


def closed_objects(wide: Part, narrow: Part) -> Iterator[str]:
    """A member is refused because it is not listed."""
    if _is_closed(narrow):
        unlisted = wide.at("properties").value.keys() - narrow.at("properties").value.keys()
        yield from (f"the member `{name}`" for name in sorted(unlisted))
        if not _is_closed(wide):
            yield "members that are not listed"


def lower_bounds(wide: Part, narrow: Part) -> Iterator[str]:
    """A small number, a short text or a short list is refused."""
    for name, bound, before in _bounds(_LEAST, wide, narrow):
        if before is None or bound > before:
            yield f"less than `{name}` {bound:g}"


def upper_bounds(wide: Part, narrow: Part) -> Iterator[str]:
    """A great number, a long text or a long list is refused."""
    for name, bound, before in _bounds(_MOST, wide, narrow):
        if before is None or bound < before:
            yield f"more than `{name}` {bound:g}"


def alternatives(wide: Part, narrow: Part) -> Iterator[str]:
    """A form of a union is refused."""
    forms, offered = _branches(wide) or [wide], _branches(narrow) or [narrow]
    if len(forms) > 1 or len(offered) > 1:
        for form in forms:
            if not any(_is_same(form, other) or not any(lost(form, other)) for other in offered):
                yield f"the form {_name(form)}"


def other_keywords(wide: Part, narrow: Part) -> Iterator[str]:
    """Something is refused by a keyword that is not weighed: a pattern, a format, a condition."""
    for name, value in narrow.value.items():
        if name not in _KNOWN and not name.startswith("x-") and value != wide.value.get(name):
            yield f"what `{name}` {json.dumps(value)} refuses"


_RULES: Final[tuple[Stub, ...]] = (
    types,
    values,
    required_members,
    closed_objects,
    lower_bounds,
    upper_bounds,
    alternatives,
    other_keywords,
)
RULES: Final[Mapping[str, Stub]] = {rule.__name__.replace("_", "-"): rule for rule in _RULES}


def removed_members(old: Part, new: Part) -> Iterator[str]:
    """A member is no longer listed in an object that stays open, so that it has no type."""
    if not _is_closed(new):
        unlisted = old.at("properties").value.keys() - new.at("properties").value.keys()
        yield from (f"the member `{name}` is gone" for name in sorted(unlisted))


def lost(wide: Part, narrow: Part) -> Iterator[str]:
    """List what a schema and those within it refuse."""
    for pair in pairs(wide, narrow):
        for rule in _RULES:
            yield from rule(*pair)


def pairs(one: Part, other: Part, seen: set[tuple[str, str]] | None = None) -> Iterator[tuple[Part, Part]]:
    """List the schemas that stand for the same value in two versions, each pair once."""
    seen = set() if seen is None else seen
    if (one.pointer, other.pointer) in seen:
        return
    seen.add((one.pointer, other.pointer))
    yield one, other
    for within in _within(one, other):
        yield from pairs(*within, seen)


def _is_closed(schema: Part) -> bool:
    """Say whether an object takes the listed members alone."""
    return schema.value.get("additionalProperties") is False


def _branches(schema: Part) -> list[Part]:
    """Return the forms of a union, none of any other schema."""
    return [*schema.items("oneOf"), *schema.items("anyOf")]


def _within(one: Part, other: Part) -> Iterator[tuple[Part, Part]]:
    for name in sorted(one.at("properties").value.keys() & other.at("properties").value.keys()):
        yield one.at("properties", name), other.at("properties", name)
    for name in ("items", "additionalProperties"):
        if (name in one.value or name in other.value) and not _is_closed(one) and not _is_closed(other):
            yield one.at(name), other.at(name)
    for form in _branches(one):
        yield from ((form, same) for same in _branches(other) if _is_same(form, same))


def _is_same(one: Part, other: Part) -> bool:
    """Say whether two forms of a union are two versions of one component."""
    return one.pointer == other.pointer and _is_component(one)


def _is_component(schema: Part) -> bool:
    return schema.pointer.rpartition("/")[0] == "#/components/schemas"


def _name(form: Part) -> str:
    return form.pointer.rpartition("/")[2] if _is_component(form) else json.dumps(form.value)


def _types(schema: Part) -> frozenset[str]:
    listed = schema.value.get("type")
    if listed is None:
        return _TYPES
    found = {str(item) for item in (listed if isinstance(listed, list) else [listed])}
    return frozenset(found | {"integer"}) if "number" in found else frozenset(found)


def _values(schema: Part) -> set[str] | None:
    if "const" in schema.value:
        return {json.dumps(schema.value["const"])}
    listed = schema.value.get("enum")
    return {json.dumps(value) for value in listed} if isinstance(listed, list) else None


def _bounds(names: Iterable[str], wide: Part, narrow: Part) -> Iterator[tuple[str, float, float | None]]:
    for name in names:
        bound = _number(narrow.value.get(name))
        if bound is not None:
            yield name, bound, _number(wide.value.get(name))


def _number(value: Json) -> float | None:
    return value if isinstance(value, int | float) else None
