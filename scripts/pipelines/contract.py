"""What contract and emulator say about a task: its requests, its arguments, the schemas of its results."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import jsonschema_rs

from scripts.paths import GENERATED, ROOT

DOCUMENT: Final[Any] = json.loads((ROOT / GENERATED / "bytezkit_openapi/openapi.json").read_text("utf-8"))
TASKS: Final[Mapping[str, Any]] = DOCUMENT["x-bytez-tasks"]
_SCHEMAS: Final[Any] = DOCUMENT["components"]["schemas"]
_ARGUMENTS: Final[Any] = json.loads((ROOT / "emulator/bytezkit_emulator/arguments.json").read_text("utf-8"))


def requests(task: str) -> list[Any]:
    """Return the requests of the task's examples."""
    content = DOCUMENT["paths"]["/models/v2/{org}/{name}"]["post"]["requestBody"]["content"]
    examples = content["application/json"]["examples"]
    return [examples[name]["value"] for name in TASKS[task]["examples"]]


def parameters(task: str) -> dict[str, Any]:
    """Return the schemas of the task's parameters, with `x-evidence`. Variants may have further ones."""
    found: dict[str, Any] = {}
    entry = TASKS[task]
    for form in (entry, *entry.get("variants", {}).values()):
        schema = _SCHEMAS[form["params"]]
        if "$ref" in schema:
            schema = _SCHEMAS[schema["$ref"].rpartition("/")[2]]
        evidence = schema.get("x-evidence", form["x-evidence"])
        found |= {name: {"x-evidence": evidence, **it} for name, it in schema["properties"].items()}
    return found


def refuses_unknown_arguments(task: str) -> bool:
    """Return whether the emulator refuses an argument of the task that is not in its table."""
    return task in _ARGUMENTS["tasks"]


def undocumented_arguments(task: str) -> dict[str, list[str]]:
    """Return the names that the emulator takes from pipelines: those of the task, and those of `generate`."""
    entry = _ARGUMENTS["tasks"].get(task, {"own": [], "generates": False})
    return {"own": entry["own"], "generate": _ARGUMENTS["generate"] if entry["generates"] else []}


def values(schema: Mapping[str, Any]) -> Sequence[object]:
    """Return values of a parameter, chosen by the types and limits of its schema."""
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    least, above, most = (schema.get(name) for name in ("minimum", "exclusiveMinimum", "maximum"))
    chosen: list[object] = []
    if "integer" in types:
        chosen += sorted({1 if least is None else int(least), 2, 5})
    if "number" in types:
        chosen += sorted(
            {0.5, float(2 if most is None else most), *([float(least)] if least is not None else [])}
        )
        chosen += [1e-6] if above is not None else []
    if "boolean" in types:
        chosen += [True, False]
    if "null" in types:
        chosen.append(None)
    if "array" in types:
        chosen.append(["a"])
    if "string" in types:
        chosen.append("en")
    return chosen


def misfit(schema: Mapping[str, Any], value: object) -> str:
    """Return where a value does not fit a schema, as JSON pointer and reason; empty if it fits.

    Args:
        schema: The schema. Its references are those of the document.
        value: JSON, or objects of numpy and torch.
    """
    validator = jsonschema_rs.Draft202012Validator({**schema, "components": DOCUMENT["components"]})
    for error in validator.iter_errors(_as_json(value)):
        pointer = "".join(f"/{part}" for part in error.instance_path)
        return f"{pointer or '(root)'}: {error.message[:100]}"
    return ""


def _as_json(value: Any) -> object:
    """Return a value with arrays as lists, and numbers of numpy as numbers."""
    if isinstance(value, Mapping):
        return {str(name): _as_json(member) for name, member in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_as_json(item) for item in value]
    return value.tolist() if hasattr(value, "tolist") else value
