"""Creates the documents for code generators and for language models from the bundled document.

In the API one operation accepts the inputs of all tasks, and its response is JSON, text or media; generators
create functions without useful types from it. Here each task has one operation for each kind of response, and
these again for each input that requires other members.
A document has only one operation per path and method. These operations differ in the fragment of their path,
which is not sent.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Final, NamedTuple

from scripts.bundle import (
    ALIAS_OF,
    RUN_PATH,
    Json,
    JsonObject,
    as_list,
    as_object,
    as_strings,
    reference_in,
    schema_reference,
)
from scripts.copied.bytezkit_openapi.document import reached_components
from scripts.task_overview import task_description
from scripts.task_parts import (
    JSON,
    TaskParts,
    entries_by_input,
    examples_of,
    media_type,
    operation_at,
    parameters_of,
    success_of,
)

_DESCRIPTION: Final = """\
The Bytez model API for code generators. This description is unofficial: it is not affiliated with or endorsed
by Bytez.

Each task has one operation for each kind of response: JSON, a stream of text, or the bytes of a file. A task
with inputs that require different members has these operations for each of them, such as `#chat` and
`#chat-text`. All differ in the fragment of their path, which is not sent.
`runModelV2` runs the models of all other tasks, and returns outputs whose form depends on a parameter, such
as `aggregation_strategy`. The operations in the format of OpenAI's API are those below
`/models/v2/openai/v1`, with one operation more for each stream of events.

Proxies and mock servers do not support fragments in paths; for them, use `openapi.yaml`. Schemathesis takes
this document with the settings in `schemathesis.toml`, beside it.
"""
_LLM_DESCRIPTION: Final = """\
The operations of the Bytez model API that return JSON, one per task. This description is unofficial: it is
not affiliated with or endorsed by Bytez. The fragment of a path, such as `#text-generation`, is not sent.
"""
_UNTYPED_RUN: Final = "Run a model of any task once. The output is JSON; media are URLs."
_RUN_REQUEST: Final = "The input of a model and its options: the members that the task of the model accepts."
# Members of a request that select the kind of response.
_SELECTORS: Final = ("stream", "json")
# Objects in which the document chooses the names of the members.
_NAMED: Final = ("headers", "parameters", "properties", "responses", "schemas", "securitySchemes")


class _Kind(NamedTuple):
    """A kind of response.

    Attributes:
        name: Its name in fragments, operation ids and schema names; empty for JSON.
        summary: End of the summary of an operation, and of the description of its response.
        selected: The member of the request that selects this kind; empty for JSON.
    """

    name: str
    summary: str
    selected: Mapping[str, bool]

    def request(self, schema: JsonObject) -> JsonObject:
        """Return the schema of a request for this kind of response."""
        members = _without_selectors(as_object(schema["properties"], "properties"))
        required = as_strings(schema.get("required", []), "required")
        for name, value in self.selected.items():
            # A required boolean with a default: some generators do not support `const`.
            members[name] = {
                "type": "boolean",
                "default": value,
                "description": f"Always {str(value).lower()}: selects this kind of response.",
            }
            required.append(name)
        return {**schema, **({"required": [*required]} if required else {}), "properties": members}

    def operation(self, operation: JsonObject, operation_id: str, request: str) -> JsonObject:
        """Return an operation with only this kind of response.

        Args:
            operation: Operation with all kinds of response.
            operation_id: Id of the new operation.
            request: Name of its request schema.
        """
        body = as_object(operation["requestBody"], "requestBody")
        success = success_of(operation)
        examples: JsonObject = {
            name: {
                "value": {
                    **_without_selectors(as_object(as_object(example, name)["value"], name)),
                    **self.selected,
                }
            }
            for name, example in examples_of(body).items()
        }
        contents = as_object(success["content"], "content").items()
        return {
            **operation,
            "operationId": operation_id,
            "summary": f"{operation['summary']}{self.summary}",
            "requestBody": {**body, "content": {JSON: media_type(request, examples)}},
            "responses": {
                **as_object(operation["responses"], "responses"),
                "200": {
                    **success,
                    "description": f"The output{self.summary}.",
                    "content": {name: it for name, it in contents if (name == JSON) == (not self.name)},
                },
            },
        }


_JSON: Final = _Kind("", "", {})
_STREAM: Final = _Kind("stream", ", as a stream of text", {"stream": True})
_BYTES: Final = _Kind("bytes", ", as the bytes of a file", {"json": False})
# Kinds of response by the kind of stream of a task.
_KINDS: Final[Mapping[Json, tuple[_Kind, ...]]] = {
    "none": (_JSON,),
    "text": (_JSON, _STREAM),
    "media": (_JSON, _BYTES),
}


def sdk_document(document: JsonObject) -> JsonObject:
    """Return the document for code generators.

    Args:
        document: The bundled document.
    """
    components = as_object(document["components"], "components")
    schemas = dict(as_object(components["schemas"], "schemas"))
    schemas |= _messages(as_object(schemas["ChatMessage"], "ChatMessage"))
    schemas = {name: _without_unions(schema) for name, schema in schemas.items()}
    paths: JsonObject = {}
    for path, item in as_object(document["paths"], "paths").items():
        if any(ALIAS_OF in as_object(it, path) for it in as_object(item, path).values()):
            continue
        paths[path] = item
        if path == RUN_PATH:
            paths[path] = {**as_object(item, path), "post": _untyped_run(operation_at(document, path))}
            schemas["RunRequest"] = {
                **as_object(schemas["RunParams"], "RunParams"),
                "description": _RUN_REQUEST,
            }
            for slug in as_object(document["x-bytez-tasks"], "x-bytez-tasks"):
                _add_task(document, slug, paths, schemas)
        elif _streams(as_object(item, path).get("post")):
            _add_stream(operation_at(document, path), path, paths, schemas)
    return {
        "openapi": document["openapi"],
        "info": {**as_object(document["info"], "info"), "description": _DESCRIPTION},
        "servers": document["servers"],
        "externalDocs": document["externalDocs"],
        "tags": document["tags"],
        "paths": paths,
        "components": _components({**components, "schemas": schemas}, paths),
    }


def llm_document(sdk: JsonObject) -> JsonObject:
    """Return the JSON operations of the document for code generators, without extensions and examples."""
    paths: JsonObject = {}
    for path, item in as_object(sdk["paths"], "paths").items():
        operations = {
            method: _simplified(
                {
                    **it,
                    "parameters": _inlined_parameters(sdk, it),
                    # openapi-llm applies all alternatives.
                    "security": as_list(it["security"], "security")[:1],
                }
            )
            for method, it in as_object(item, path).items()
            if isinstance(it, dict) and _returns_json(it)
        }
        if operations:
            paths[path] = operations
    components = as_object(_simplified(sdk["components"]), "components")
    schemes = as_object(components["securitySchemes"], "securitySchemes")
    components["securitySchemes"] = {"Key": schemes["Key"]}
    return {
        **sdk,
        "info": {**as_object(sdk["info"], "info"), "description": _LLM_DESCRIPTION},
        "paths": paths,
        "components": _components(components, paths),
    }


def _messages(message: JsonObject) -> JsonObject:
    """Return a chat message as union of a message of text and one of parts.

    In the API the content is a union of text and list, for which some generators create no valid code.
    """
    members = as_object(message["properties"], "properties")
    content = as_object(members["content"], "content")
    text, parts = (as_object(it, "oneOf") for it in as_list(content["oneOf"], "oneOf"))
    described = {"description": content["description"]}
    return {
        "ChatMessage": {
            "description": message["description"],
            # Text is last: Kotlin merges the members of a union, and keeps the last of equal names.
            "oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in ("PartsMessage", "TextMessage")],
        },
        "TextMessage": {**message, "properties": {**members, "content": {**described, **text}}},
        "PartsMessage": {
            **message,
            "required": ["role", "content"],
            "properties": {**members, "content": {**described, **parts}},
        },
    }


def _inlined_parameters(document: JsonObject, operation: JsonObject) -> list[Json]:
    """Return the parameters of an operation without references, which openapi-llm does not support there."""
    shared = as_object(as_object(document["components"], "components")["parameters"], "parameters")
    return [
        shared[reference.rpartition("/")[2]] if (reference := reference_in(it)) else it
        for it in as_list(operation.get("parameters", []), "parameters")
    ]


def _untyped_run(run: JsonObject) -> JsonObject:
    """Return the run operation with any object as request, without the examples of tasks."""
    run = deepcopy(run)
    for message in (as_object(run["requestBody"], "requestBody"), success_of(run)):
        examples = examples_of(message)
        for name in [name for name in examples if "." in name]:
            del examples[name]
    run["description"] = _UNTYPED_RUN
    return _JSON.operation(run, str(run["operationId"]), "RunRequest")


def _add_task(document: JsonObject, slug: str, paths: JsonObject, schemas: JsonObject) -> None:
    entry = as_object(as_object(document["x-bytez-tasks"], "x-bytez-tasks")[slug], slug)
    model = dict(zip(("org", "name"), str(entry["model"]).split("/"), strict=True))
    for member, part in entries_by_input(document, entry).items():
        task = TaskParts(document, slug, part)
        operation = {**task.operation(), "description": task_description(document, part)}
        if member:
            operation["summary"] = f"{operation['summary']} with `{member}`"
        operation["parameters"] = [
            {**parameter, "example": model[str(parameter["name"])]}
            if parameter["in"] == "path"
            else reference
            for reference, parameter in parameters_of(document, operation)
        ]
        schemas |= task.response()
        for kind in _KINDS[entry["stream"]]:
            name = f"{task.prefix}{member.capitalize()}{kind.name.capitalize()}"
            schemas[f"{name}Request"] = kind.request(task.merged_request())
            fragment = "-".join(filter(None, (slug, member, kind.name)))
            paths[f"{RUN_PATH}#{fragment}"] = {
                "post": kind.operation(operation, f"run{name}", f"{name}Request")
            }


def _streams(operation: Json) -> bool:
    """Return whether a success of an operation, if it exists, is JSON or a stream."""
    return isinstance(operation, dict) and len(as_object(success_of(operation)["content"], "content")) > 1


def _add_stream(operation: JsonObject, path: str, paths: JsonObject, schemas: JsonObject) -> None:
    """Replace an operation by one with a JSON response and one with a stream."""
    content = as_object(as_object(operation["requestBody"], "requestBody")["content"], "content")
    request = str(reference_in(as_object(content[JSON], JSON)["schema"])).rpartition("/")[2]
    schema = as_object(schemas[request], request)
    operation_id = str(operation["operationId"])
    for kind, fragment in ((_JSON, ""), (_STREAM, "#stream")):
        infix = kind.name.capitalize()
        name = request.replace("Request", f"{infix}Request")
        schemas[name] = kind.request(schema)
        created = kind.operation(operation, f"{operation_id[:-2]}{infix}{operation_id[-2:]}", name)
        if kind is _STREAM:
            # Also a stream of events, which the API describes by the schema of one event.
            success = success_of(created)
            content = {it: {"schema": {"type": "string"}} for it in as_object(success["content"], "content")}
            created["responses"] = {
                **as_object(created["responses"], "responses"),
                "200": {**success, "content": content},
            }
        paths[f"{path}{fragment}"] = {"post": created}


def _without_unions(schema: Json) -> Json:
    """Return a schema with arbitrary JSON in place of a value of several types.

    Some generators create no valid code for them.
    """
    if isinstance(schema, list):
        return [_without_unions(it) for it in schema]
    if not isinstance(schema, dict):
        return schema
    branches = as_list(schema.get("oneOf", []), "oneOf")
    if any(reference_in(it) is None for it in branches):
        return schema_reference("JsonValue")
    return {name: _without_unions(it) for name, it in schema.items()}


def _components(components: JsonObject, paths: JsonObject) -> JsonObject:
    """Return the components that paths use."""
    return {
        "securitySchemes": components["securitySchemes"],
        **reached_components(components, [paths]),
    }


def _returns_json(operation: JsonObject) -> bool:
    """Return whether a success of the operation is JSON."""
    responses = as_object(operation["responses"], "responses")
    return any(
        JSON in as_object(as_object(response, status)["content"], "content")
        for status, response in responses.items()
        if status.startswith("2")
    )


def _simplified(value: Json, *, is_named: bool = False) -> Json:
    """Return a value without extensions, examples and lists of types at any depth.

    LangChain does not support lists of types.

    Args:
        value: Part of a document.
        is_named: Whether the document chooses the names of its members.
    """
    if isinstance(value, list):
        return [_simplified(item) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"type": list(types), **rest} if not is_named:
            value = {**rest, "anyOf": [{"type": it} for it in types]}
    return {
        name: _simplified(member, is_named=not is_named and name in _NAMED)
        for name, member in value.items()
        if is_named or not (name.startswith("x-") or name in ("example", "examples"))
    }


def _without_selectors(members: JsonObject) -> JsonObject:
    return {name: member for name, member in members.items() if name not in _SELECTORS}
