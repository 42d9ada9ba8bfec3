"""Creates one document per v1 task from the bundled document.

In v1 the model id is a member of the body, so tasks cannot have separate paths in one document. Members of
requests and responses have other names than in v2. Each document has one operation, with exactly the request
and the response of the task, for its example model. Only the fuzz tests use these documents.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from mimetypes import guess_type
from typing import Final, TypeAlias

from scripts.bundle import V1_RUN_PATH, JsonObject, as_object, pascal_case, reference_in, schema_reference
from scripts.copied.bytezkit_openapi.document import reached_components
from scripts.task_parts import operation_at
from scripts.task_projection import project_tasks

# v1 names of an input, and for each name the v2 member whose schema it has.
_V1Names: TypeAlias = Mapping[str, str]
_TEXT: Final[_V1Names] = {"prompt": "text", "text": "text"}
_MEDIA: Final[Mapping[str, _V1Names]] = {
    "audio": {"b64AudioBufferWav": "image"},
    "image": {"imageUrl": "url", "image": "image", "b64ImageBufferPng": "image"},
    "video": {"mp4Url": "url", "b64VideoBufferMp4": "image"},
}
# Inputs that `input` may contain unless it is an object, and the v2 member whose schema it has.
_INPUT: Final[Mapping[str, str]] = {"media": "image", "messages": "messages", "text": "text"}
_V2_MEDIA_MEMBERS: Final = ("url", "image_url", "image", "base64")
_V2_OPTIONS: Final = ("params", "stream", "json", "autoScale")


def project_v1_tasks(document: JsonObject, *, narrowed: bool = True) -> dict[str, JsonObject]:
    """Return the documents of all v1 tasks by task name.

    Args:
        document: The bundled document.
        narrowed: Whether requests that no model can process are excluded. If false, a request that is
            invalid in the projection is also invalid in the API or for the task.
    """
    v2_document = project_tasks(document, narrowed=narrowed)
    v2_schemas = as_object(as_object(v2_document["components"], "components")["schemas"], "schemas")
    components = as_object(document["components"], "components")
    schemas: JsonObject = {**as_object(components["schemas"], "schemas"), **v2_schemas}
    run = operation_at(document, V1_RUN_PATH)
    documents: dict[str, JsonObject] = {}
    for slug, value in as_object(document["x-bytez-tasks"], "x-bytez-tasks").items():
        entry = as_object(value, slug)
        if "v1" in entry:
            v2_path = as_object(
                as_object(v2_document["paths"], "paths")[f"/models/v2/{entry['model']}"], slug
            )
            task = _TaskProjection(slug, entry, as_object(v2_path["post"], slug), schemas)
            paths: JsonObject = {V1_RUN_PATH: {"post": task.operation(run)}}
            documents[slug] = {
                **{name: document[name] for name in ("openapi", "info", "servers", "tags")},
                "paths": paths,
                "components": {
                    "securitySchemes": {
                        "Key": as_object(components["securitySchemes"], "securitySchemes")["Key"]
                    },
                    **reached_components({**components, "schemas": schemas}, [paths]),
                },
            }
    return documents


class _TaskProjection:
    """Creates the v1 operation of a task from its v2 operation."""

    def __init__(self, slug: str, entry: JsonObject, v2_run: JsonObject, schemas: JsonObject) -> None:
        self._slug = slug
        self._entry = entry
        body = as_object(v2_run["requestBody"], slug)
        content = as_object(as_object(body["content"], slug)["application/json"], slug)
        self._requests = {
            name: as_object(as_object(example, name)["value"], name)
            for name, example in as_object(content["examples"], slug).items()
        }
        self._shapes = list(_shapes(schemas, f"{pascal_case(slug)}Request"))
        self._media = _media_names(self._requests.values())

    def operation(self, run: JsonObject) -> JsonObject:
        """Return the run operation for this task."""
        return {
            **run,
            "x-bytez-task": self._slug,
            # Not in the body: the fuzzer would not notice if the server ignored the header.
            "security": [{"Key": []}],
            "requestBody": {"required": True, "content": {"application/json": self._request_content()}},
            "responses": {
                **as_object(run["responses"], "responses"),
                "200": {"description": "The output of the model.", "content": self._response_content()},
            },
        }

    def _response_content(self) -> JsonObject:
        v1 = as_object(self._entry["v1"], self._slug)
        member = str(v1["member"])
        response = _closed_object([member], {member: schema_reference(str(v1["result"]))})
        streamed: JsonObject = (
            {"text/plain": {"schema": {"type": "string"}}} if self._entry["stream"] == "text" else {}
        )
        return {"application/json": {"schema": response}, **streamed}

    def _request_content(self) -> JsonObject:
        examples: JsonObject = {
            name: {"value": self._v1_request(request)} for name, request in self._requests.items()
        }
        schemas = [schema for shape in self._shapes for schema in self._request_schemas(shape)]
        return {"schema": {"anyOf": [*schemas]}, "examples": examples}

    def _request_schemas(self, shape: JsonObject) -> Iterator[JsonObject]:
        """Yield the v1 schemas of a shape: its members, `input` for one member, all members in `input`."""
        members = as_object(shape["properties"], self._slug)
        options: JsonObject = {
            "model": {"type": "string", "const": self._entry["model"]},
            "params": members["params"],
            "stream": {"type": "boolean"},
        }
        nested = {name: self._media if name == "media" else {name: name} for name in _inputs(members)}
        flat = {name: _TEXT if name == "text" else v1_names for name, v1_names in nested.items()}
        for names_by_input in (flat, *_with_input_member(nested)):
            for required, inputs in _choices(names_by_input, members):
                yield _closed_object(["model", *required], {**options, **inputs})
        # One name per input, since the API does not validate further names in `input`.
        input_schemas = [
            _closed_object(required, {name: inputs[name] for name in required})
            for required, inputs in _choices(nested, members)
        ]
        yield _closed_object(["model", "input"], {**options, "input": {"anyOf": [*input_schemas]}})

    def _v1_request(self, v2_request: JsonObject) -> JsonObject:
        """Return the v1 form of a v2 example."""
        request: JsonObject = {"model": self._entry["model"]}
        for name, value in v2_request.items():
            request[self._v1_media_name(name) if name in _V2_MEDIA_MEMBERS else name] = value
        return request

    def _v1_media_name(self, v2_name: str) -> str:
        form = "base64" if v2_name == "base64" else "url"
        # The v2 member `image` accepts both forms.
        return next(name for name, v2_member in self._media.items() if v2_member in (form, "image"))


def _shapes(schemas: JsonObject, name: str) -> Iterator[JsonObject]:
    """Yield the branches of a request schema, or the schema itself if it is not a union."""
    request = as_object(schemas[name], name)
    branches = request.get("oneOf")
    if isinstance(branches, list):
        for branch in branches:
            yield from _shapes(schemas, str(reference_in(branch)).rpartition("/")[2])
    else:
        yield request


def _inputs(members: JsonObject) -> list[str]:
    """Return the inputs of a shape. The alternative members for media are one input, `media`."""
    names = [name for name in members if name not in (*_V2_OPTIONS, *_V2_MEDIA_MEMBERS)]
    return [*names, "media"] if _V2_MEDIA_MEMBERS[0] in members else names


def _media_names(requests: Iterable[JsonObject]) -> _V1Names:
    """Return the names for the kind of media in the examples of a task; empty if there are no media."""
    values = [str(request[name]) for request in requests for name in _V2_MEDIA_MEMBERS if name in request]
    kinds = {str(guess_type(value)[0]).partition("/")[0] for value in values}
    return next((_MEDIA[kind] for kind in kinds), {})


def _with_input_member(names_by_input: Mapping[str, _V1Names]) -> Iterator[Mapping[str, _V1Names]]:
    """Yield the names with `input` in place of an input, if it can replace only one."""
    replaceable = [name for name in _INPUT if name in names_by_input]
    if len(replaceable) == 1:
        yield {**names_by_input, replaceable[0]: {"input": _INPUT[replaceable[0]]}}


def _choices(
    names_by_input: Mapping[str, _V1Names], members: JsonObject
) -> Iterator[tuple[list[str], JsonObject]]:
    """Yield each sufficient combination of names, and the schemas of all names."""
    schemas: JsonObject = {
        v1_name: members[v2_member]
        for v1_names in names_by_input.values()
        for v1_name, v2_member in v1_names.items()
    }
    for required in product(*names_by_input.values()):
        yield [*required], schemas


def _closed_object(required: list[str], members: JsonObject) -> JsonObject:
    return {
        "type": "object",
        "required": [*required],
        "properties": members,
        "additionalProperties": False,
    }
