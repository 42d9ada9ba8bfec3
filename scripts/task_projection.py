"""Creates a document for fuzzing, with one operation per task, from the bundled document.

In the API one operation accepts the inputs of all tasks and returns any JSON. In the projection each task has
its own operation, with exactly its request and its response, on the path of an example model.

The API accepts requests that no model can process. The narrowed projection excludes these, so that every
valid request returns a result. It also excludes some requests that a model can process, such as those with an
unusual URL, so only the fuzz tests use it.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

from scripts.bundle import BundleError, Json, JsonObject, as_object
from scripts.copied.bytezkit_openapi.document import reached_components
from scripts.task_parts import TaskParts, examples_of, parameters_of

_URL_PATTERN: Final = "^https?://[A-Za-z0-9.-]+(:[0-9]{1,4})?(/[!-~]*)?$"
_BASE64_QUAD: Final = "[A-Za-z0-9+/]{4}"
_BASE64: Final = f"({_BASE64_QUAD})*({_BASE64_QUAD}|[A-Za-z0-9+/]{{3}}=|[A-Za-z0-9+/]{{2}}==)"
_INLINE_PATTERN: Final = f"^(data:[a-z]+/[a-z0-9.+-]+;base64,)?{_BASE64}$"
# Patterns of strings from which a model can read media, by member of the input.
_MEDIA_PATTERNS: Final[Mapping[str, str]] = {
    "url": _URL_PATTERN,
    "image_url": _URL_PATTERN,
    "image": f"{_URL_PATTERN}|{_INLINE_PATTERN}",
    "base64": _INLINE_PATTERN,
}
_FILL_MASK_KIND: Final = "filled-masks"
_MASK_PATTERN: Final = r"<mask>|\[MASK\]"
# End of the names of schemas of parameters.
_PARAMS: Final = "Params"
# A minimum may exceed its maximum, which JSON Schema cannot exclude. Without minima this cannot happen.
_MAXIMUM_OF_MINIMUM: Final[Mapping[str, str]] = {
    "min_length": "max_length",
    "min_new_tokens": "max_new_tokens",
}
# Members that select the form of the response, by the kind of stream.
_RESPONSE_OPTIONS: Final[Mapping[Json, frozenset[str]]] = {
    "none": frozenset(),
    "text": frozenset({"stream"}),
    "media": frozenset({"stream", "json"}),
}


def project_tasks(document: JsonObject, *, narrowed: bool = True) -> JsonObject:
    """Return a document with one operation per task.

    Args:
        document: The bundled document.
        narrowed: Whether requests that no model can process are excluded. If false, a request that is
            invalid in the projection is also invalid in the API or for the task.

    Raises:
        BundleError: Two tasks have the same example model.
    """
    components = as_object(document["components"], "components")
    schemas = dict(as_object(components["schemas"], "schemas"))
    paths: JsonObject = {}
    for slug, entry in as_object(document["x-bytez-tasks"], "x-bytez-tasks").items():
        task = TaskParts(document, slug, as_object(entry, slug))
        path = f"/models/v2/{task.entry['model']}"
        if path in paths:
            raise BundleError(f"{slug}: {path} is already the example model of another task")
        operation = task.operation()
        operation["parameters"] = [
            reference
            for reference, parameter in parameters_of(document, operation)
            if parameter["in"] != "path"
        ]
        if narrowed:
            examples = examples_of(as_object(operation["requestBody"], "requestBody"))
            for name, example in examples.items():
                examples[name] = _example_without_minima(as_object(example, name))
        paths[path] = {"post": operation}
        schemas |= task.response()
        schemas |= task.requests(partial(_narrowed, task) if narrowed else dict)
    if narrowed:
        schemas = {
            name: _narrowed_params(as_object(schema, name)) if name.endswith(_PARAMS) else schema
            for name, schema in schemas.items()
        }
    return {
        **{name: document[name] for name in ("openapi", "info", "servers", "tags")},
        "paths": paths,
        "components": {
            "securitySchemes": components["securitySchemes"],
            **reached_components({**components, "schemas": schemas}, [paths]),
        },
    }


def _narrowed(task: TaskParts, schema: JsonObject) -> JsonObject:
    """Return the schema of an input without requests that no model can process."""
    members = as_object(schema["properties"], "properties")
    for name in ("stream", "json"):
        if name not in _RESPONSE_OPTIONS[task.entry["stream"]]:
            del members[name]
    for name, pattern in _MEDIA_PATTERNS.items():
        if name in members:
            members[name] = _with_pattern(as_object(members[name], name), pattern)
    if task.entry["kind"] == _FILL_MASK_KIND:
        members["text"] = _with_pattern(as_object(members["text"], "text"), _MASK_PATTERN)
    if "candidate_labels" in members:
        labels = as_object(members["candidate_labels"], "candidate_labels")
        labels["items"] = {**as_object(labels["items"], "items"), "minLength": 1}
    return schema


def _with_pattern(text: JsonObject, pattern: str) -> JsonObject:
    """Return a string schema with a pattern. minLength is dropped, since it follows from the pattern."""
    return {**{name: value for name, value in text.items() if name != "minLength"}, "pattern": pattern}


def _example_without_minima(example: JsonObject) -> JsonObject:
    """Return an example request without minima, because the fuzzer would vary them."""
    request = as_object(example["value"], "value")
    params = request.get("params")
    if not isinstance(params, dict):
        return example
    kept: JsonObject = {name: value for name, value in params.items() if name not in _MAXIMUM_OF_MINIMUM}
    return {"value": {**request, "params": kept}}


def _narrowed_params(schema: JsonObject) -> JsonObject:
    """Return a schema of parameters without minima and undocumented parameters."""
    members = schema.get("properties")
    if not isinstance(members, dict):
        return schema
    kept: JsonObject = {
        name: member for name, member in members.items() if _MAXIMUM_OF_MINIMUM.get(name) not in members
    }
    return {**schema, "properties": kept, "additionalProperties": False}
