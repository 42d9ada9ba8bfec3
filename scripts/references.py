"""Follow the references of a bundled document."""

from collections.abc import Iterable, Iterator

from scripts.bundle import Json, JsonObject, as_object, reference_in


def references(value: Json) -> Iterator[str]:
    """List what `value` refers to, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        reference = reference_in(value)
        if reference is not None:
            yield reference
        for item in value.values():
            yield from references(item)


def schema_reference(name: str) -> JsonObject:
    """Refer to a schema among the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def reached_components(components: JsonObject, values: Iterable[Json]) -> JsonObject:
    """Keep the components that `values` refer to, directly or not, in their order."""
    reached: set[tuple[str, str]] = set()
    pending = [reference for value in values for reference in references(value)]
    while pending:
        section, name = pending.pop().split("/")[2:]
        if (section, name) not in reached:
            reached.add((section, name))
            pending += references(as_object(components[section], section)[name])
    kept: JsonObject = {}
    for section, members in components.items():
        part: JsonObject = {
            name: member for name, member in as_object(members, section).items() if (section, name) in reached
        }
        if part:
            kept[section] = part
    return kept
