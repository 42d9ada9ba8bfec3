"""References of a bundled document."""

from scripts.bundle import JsonObject


def schema_reference(name: str) -> JsonObject:
    """Refer to a schema among the components."""
    return {"$ref": f"#/components/schemas/{name}"}
