"""Creates a document with one operation per task from the bundled document.

In the API one operation accepts the inputs of all tasks and returns any JSON. In the projection each task has
its own operation, with exactly its request and its result, on the path of an example model. Thus a fuzzer
generates meaningful requests, and client generators create one typed function per task.

The API accepts requests that no model can process. The projection excludes these, so that every valid request
returns a result and none is rejected for semantic reasons.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Final

from scripts.bundle import (
    RUN_PATH,
    BundleError,
    Json,
    JsonObject,
    as_object,
    as_strings,
    pascal_case,
    schema_reference,
)
from scripts.copied.bytezkit_openapi.document import reached_components

_TITLE: Final = "Bytez model API by task (unofficial)"
_DESCRIPTION: Final = """\
One operation per task of the Bytez model API, each on the path of an example model; replace the model id by
that of another model with the same task. Generated from the document of the whole API, without requests that
no model can process.
"""
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
    run = as_object(as_object(as_object(document["paths"], "paths")[RUN_PATH], RUN_PATH)["post"], "post")
    paths: JsonObject = {}
    for slug, entry in as_object(document["x-bytez-tasks"], "x-bytez-tasks").items():
        task = _TaskProjection(slug, as_object(entry, slug), run, narrowed=narrowed)
        if task.path in paths:
            raise BundleError(f"{slug}: {task.path} is already the example model of another task")
        paths[task.path] = {"post": task.operation()}
        schemas |= task.schemas(schemas)
    if narrowed:
        schemas = {name: _without_minima(as_object(schema, name)) for name, schema in schemas.items()}
    security = {name for requirement in _objects(run["security"]) for name in requirement}
    schemes = as_object(components["securitySchemes"], "securitySchemes")
    tags = as_strings(run["tags"], "tags")
    return {
        "openapi": document["openapi"],
        "info": {**as_object(document["info"], "info"), "title": _TITLE, "description": _DESCRIPTION},
        "servers": document["servers"],
        "tags": [tag for tag in _objects(document["tags"]) if tag["name"] in tags],
        "paths": paths,
        "components": {
            "securitySchemes": {name: scheme for name, scheme in schemes.items() if name in security},
            **reached_components({**components, "schemas": schemas}, [paths]),
        },
    }


class _TaskProjection:
    """Creates operation and schemas of a task."""

    def __init__(self, slug: str, entry: JsonObject, run: JsonObject, *, narrowed: bool) -> None:
        self._slug = slug
        self._entry = entry
        self._run = run
        self._narrowed = narrowed
        self._prefix = pascal_case(slug)

    @property
    def path(self) -> str:
        return f"/models/v2/{self._entry['model']}"

    def operation(self) -> JsonObject:
        operation = deepcopy(self._run)
        body = as_object(operation["requestBody"], "requestBody")
        request = self._typed_content("Request", as_object(body["content"], "content"))
        if self._narrowed:
            for name, example in as_object(request["examples"], "examples").items():
                _remove_minima(as_object(as_object(example, name)["value"], name))
        body["content"] = {"application/json": request}
        success = as_object(as_object(operation["responses"], "responses")["200"], "200")
        success["content"] = self._response_content(as_object(success["content"], "content"))
        return {
            **operation,
            "operationId": f"run{self._prefix}V2",
            "summary": self._entry["title"],
            "description": self._entry["description"],
            "x-bytez-task": self._slug,
            "x-source": self._entry["x-source"],
            "x-evidence": self._entry["x-evidence"],
        }

    def schemas(self, shared: JsonObject) -> JsonObject:
        """Return the request and response schemas of the task.

        Args:
            shared: Schemas of the whole API.
        """
        shapes: JsonObject = {}
        for name in as_strings(self._entry["inputs"], self._slug):
            shape = deepcopy(as_object(shared[name], name))
            members = as_object(shape["properties"], name)
            members["params"] = schema_reference(str(self._entry["params"]))
            if self._narrowed:
                self._narrow(members)
            shapes[f"{self._prefix}{name}"] = shape
        response = deepcopy(as_object(shared["RunResponse"], "RunResponse"))
        response["description"] = "The output of the model."
        as_object(response["properties"], "properties")["output"] = schema_reference(
            str(self._entry["result"])
        )
        return {**self._request_schemas(shapes), f"{self._prefix}Response": response}

    def _request_schemas(self, shapes: JsonObject) -> JsonObject:
        request = f"{self._prefix}Request"
        if len(shapes) == 1:
            return {request: next(iter(shapes.values()))}
        return {**shapes, request: {"oneOf": [schema_reference(name) for name in shapes]}}

    def _narrow(self, members: JsonObject) -> None:
        for name in ("stream", "json"):
            if name not in _RESPONSE_OPTIONS[self._entry["stream"]]:
                del members[name]
        for name, pattern in _MEDIA_PATTERNS.items():
            if name in members:
                members[name] = _with_pattern(as_object(members[name], name), pattern)
        if self._entry["kind"] == _FILL_MASK_KIND:
            members["text"] = _with_pattern(as_object(members["text"], "text"), _MASK_PATTERN)
        if "candidate_labels" in members:
            labels = as_object(members["candidate_labels"], "candidate_labels")
            labels["items"] = {**as_object(labels["items"], "items"), "minLength": 1}

    def _response_content(self, content: JsonObject) -> JsonObject:
        """Return the contents of a response: the result of the task and its stream, if any."""
        match self._entry["stream"]:
            case "text":
                streamed: JsonObject = {"text/plain": {"schema": {"type": "string"}}}
            case "media":
                # The kind of the task is the first part of the media type: `image`, `audio` or `video`.
                streamed = {
                    name: media
                    for name, media in content.items()
                    if name.startswith(f"{self._entry['kind']}/")
                }
            case _:
                streamed = {}
        return {"application/json": self._typed_content("Response", content), **streamed}

    def _typed_content(self, part: str, content: JsonObject) -> JsonObject:
        examples = as_object(as_object(content["application/json"], "content")["examples"], "examples")
        return {
            "schema": schema_reference(f"{self._prefix}{part}"),
            "examples": {
                name.partition(".")[2]: examples[name]
                for name in as_strings(self._entry["examples"], self._slug)
            },
        }


def _with_pattern(text: JsonObject, pattern: str) -> JsonObject:
    """Return a string schema with a pattern. minLength is dropped, since it follows from the pattern."""
    return {**{name: value for name, value in text.items() if name != "minLength"}, "pattern": pattern}


def _remove_minima(request: JsonObject) -> None:
    """Remove minima from an example, since the fuzzer would vary them."""
    params = request.get("params")
    if isinstance(params, dict):
        request["params"] = {name: value for name, value in params.items() if name not in _MAXIMUM_OF_MINIMUM}


def _without_minima(schema: JsonObject) -> JsonObject:
    """Return a schema of parameters without minima."""
    members = schema.get("properties")
    if not isinstance(members, dict):
        return schema
    kept: JsonObject = {
        name: member for name, member in members.items() if _MAXIMUM_OF_MINIMUM.get(name) not in members
    }
    return {**schema, "properties": kept}


def _objects(value: Json) -> list[JsonObject]:
    return [as_object(item, "item") for item in value] if isinstance(value, list) else []
