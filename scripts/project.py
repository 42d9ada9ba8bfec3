"""Project the bundle into a document with one operation per task.

On the wire one operation takes the inputs of all tasks and answers with any JSON. Here each task has
an operation of its own, on the path of the model that stands for it, with exactly its request and its
result: a fuzzer learns something from that, and a generator of clients gives one typed call per task.

The wire is wider than what a model can answer. The projection is narrowed to that, so that what fits it
gets a result and is never refused for its meaning.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Final

from scripts.bundle import RUN_PATH, BundleError, Json, JsonObject, as_object, as_strings, pascal_case
from scripts.copied.bytezkit_openapi.document import reached_components
from scripts.references import schema_reference

_TITLE: Final = "Bytez model API by task (unofficial)"
_DESCRIPTION: Final = """\
One operation per task of the Bytez model API, each on the path of a model that stands for it; put the id
of another model of the same task in its place. Made from the description of the whole API, and narrower
where that admits what no model can answer.
"""
_URL: Final = "^https?://[A-Za-z0-9.-]+(:[0-9]{1,4})?(/[!-~]*)?$"
_QUAD: Final = "[A-Za-z0-9+/]{4}"
_BASE64: Final = f"({_QUAD})*({_QUAD}|[A-Za-z0-9+/]{{3}}=|[A-Za-z0-9+/]{{2}}==)"
_INLINE: Final = f"^(data:[a-z]+/[a-z0-9.+-]+;base64,)?{_BASE64}$"
# Which strings a model can get media from, by member of the input.
_MEDIA: Final[Mapping[str, str]] = {
    "url": _URL,
    "image_url": _URL,
    "image": f"{_URL}|{_INLINE}",
    "base64": _INLINE,
}
_MASKED_KIND: Final = "filled-masks"
_MASKED: Final = r"<mask>|\[MASK\]"
# A least length can lie above the greatest one, which no schema can forbid.
_LEAST_AND_MOST: Final[Mapping[str, str]] = {"min_length": "max_length", "min_new_tokens": "max_new_tokens"}
# The members that choose the form of the answer, by what the task streams.
_CHOICES: Final[Mapping[Json, frozenset[str]]] = {
    "none": frozenset(),
    "text": frozenset({"stream"}),
    "media": frozenset({"stream", "json"}),
}


def project(document: JsonObject, *, narrowed: bool = True) -> JsonObject:
    """Return the document with one operation per task.

    Args:
        document: The bundle.
        narrowed: Whether requests are narrowed to what a model can answer. Without that, what does not
            fit the projection does not fit the wire or the task either.
    """
    components = as_object(document["components"], "components")
    schemas = dict(as_object(components["schemas"], "schemas"))
    run = as_object(as_object(as_object(document["paths"], "paths")[RUN_PATH], RUN_PATH)["post"], "post")
    paths: JsonObject = {}
    for slug, row in as_object(document["x-bytez-tasks"], "x-bytez-tasks").items():
        task = _Task(slug, as_object(row, slug), run, narrowed=narrowed)
        if task.path in paths:
            raise BundleError(f"{slug}: {task.path} stands for another task already")
        paths[task.path] = {"post": task.operation()}
        schemas |= task.schemas(schemas)
    if narrowed:
        schemas = {name: _without_least(as_object(schema, name)) for name, schema in schemas.items()}
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


class _Task:
    """A row of the task registry, on its way to an operation."""

    def __init__(self, slug: str, row: JsonObject, run: JsonObject, *, narrowed: bool) -> None:
        self._slug = slug
        self._row = row
        self._run = run
        self._narrowed = narrowed
        self._prefix = pascal_case(slug)

    @property
    def path(self) -> str:
        return f"/models/v2/{self._row['model']}"

    def operation(self) -> JsonObject:
        operation = deepcopy(self._run)
        body = as_object(operation["requestBody"], "requestBody")
        asked = self._typed("Request", as_object(body["content"], "content"))
        if self._narrowed:
            for name, example in as_object(asked["examples"], "examples").items():
                _leave_out_least(as_object(as_object(example, name)["value"], name))
        body["content"] = {"application/json": asked}
        success = as_object(as_object(operation["responses"], "responses")["200"], "200")
        success["content"] = self._answers(as_object(success["content"], "content"))
        return {
            **operation,
            "operationId": f"run{self._prefix}V2",
            "summary": self._row["title"],
            "description": self._row["description"],
            "x-bytez-task": self._slug,
            "x-source": self._row["x-source"],
            "x-evidence": self._row["x-evidence"],
        }

    def schemas(self, shared: JsonObject) -> JsonObject:
        """Write the task's own request and response from the schemas of the whole API."""
        shapes: JsonObject = {}
        for name in as_strings(self._row["inputs"], self._slug):
            shape = deepcopy(as_object(shared[name], name))
            members = as_object(shape["properties"], name)
            members["params"] = schema_reference(str(self._row["params"]))
            if self._narrowed:
                self._narrow(members)
            shapes[f"{self._prefix}{name}"] = shape
        response = deepcopy(as_object(shared["RunResponse"], "RunResponse"))
        response["description"] = "The output of the model."
        as_object(response["properties"], "properties")["output"] = schema_reference(str(self._row["result"]))
        return {**self._named(shapes), f"{self._prefix}Response": response}

    def _named(self, shapes: JsonObject) -> JsonObject:
        request = f"{self._prefix}Request"
        if len(shapes) == 1:
            return {request: next(iter(shapes.values()))}
        return {**shapes, request: {"oneOf": [schema_reference(name) for name in shapes]}}

    def _narrow(self, members: JsonObject) -> None:
        for name in ("stream", "json"):
            if name not in _CHOICES[self._row["stream"]]:
                del members[name]
        for name, pattern in _MEDIA.items():
            if name in members:
                members[name] = _of_pattern(as_object(members[name], name), pattern)
        if self._row["kind"] == _MASKED_KIND:
            members["text"] = _of_pattern(as_object(members["text"], "text"), _MASKED)
        if "candidate_labels" in members:
            labels = as_object(members["candidate_labels"], "candidate_labels")
            labels["items"] = {**as_object(labels["items"], "items"), "minLength": 1}

    def _answers(self, content: JsonObject) -> JsonObject:
        """Keep of the answers the task's result, and the stream that it gives, if any."""
        match self._row["stream"]:
            case "text":
                streamed: JsonObject = {"text/plain": {"schema": {"type": "string"}}}
            case "media":
                # The kind of what is made is the first half of its media type.
                streamed = {
                    name: media for name, media in content.items() if name.startswith(f"{self._row['kind']}/")
                }
            case _:
                streamed = {}
        return {"application/json": self._typed("Response", content), **streamed}

    def _typed(self, part: str, content: JsonObject) -> JsonObject:
        examples = as_object(as_object(content["application/json"], "content")["examples"], "examples")
        return {
            "schema": schema_reference(f"{self._prefix}{part}"),
            "examples": {
                name.partition(".")[2]: examples[name]
                for name in as_strings(self._row["examples"], self._slug)
            },
        }


def _of_pattern(text: JsonObject, pattern: str) -> JsonObject:
    """Say of a text that it matches, which its length then follows from."""
    return {**{name: value for name, value in text.items() if name != "minLength"}, "pattern": pattern}


def _leave_out_least(request: JsonObject) -> None:
    """Take out of an example what is left out of the arguments, or a fuzzer would vary it."""
    params = request.get("params")
    if isinstance(params, dict):
        request["params"] = {name: value for name, value in params.items() if name not in _LEAST_AND_MOST}


def _without_least(schema: JsonObject) -> JsonObject:
    """Leave out of arguments those that others can contradict."""
    members = schema.get("properties")
    if not isinstance(members, dict):
        return schema
    kept: JsonObject = {
        name: member for name, member in members.items() if _LEAST_AND_MOST.get(name) not in members
    }
    return {**schema, "properties": kept}


def _objects(value: Json) -> list[JsonObject]:
    return [as_object(item, "item") for item in value] if isinstance(value, list) else []
