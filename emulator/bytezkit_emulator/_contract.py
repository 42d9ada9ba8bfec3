"""The OpenAPI document: its operations, schemas, tasks and examples."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from bytezkit_emulator._json import JsonObject, JsonValue, as_object, as_strings, read_json
from bytezkit_emulator._validation import Schema
from bytezkit_openapi import read_json as read_document

RUN: Final = "runModelV2"
OLDER_RUN: Final = "runModelV1"
LIFECYCLE_TAG: Final = "clusters"
OLDER_TAG: Final = "v1"
SHORTHAND: Final = "ShorthandInput"
# The members of a run request that are not its input.
OPTIONS: Final = ("params", "stream", "json", "autoScale")
_METHODS: Final = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of an operation.

    Attributes:
        name: Its name; of a header, in lower case.
        location: `path`, `query` or `header`.
        is_required: Whether it has to be sent.
        schema: What its value must fit.
    """

    name: str
    location: str
    is_required: bool
    schema: Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation.

    Attributes:
        operation_id: Its name.
        tags: Its tags.
        needs_key: Whether it refuses a request without a key in its header.
        takes_key_in_body: Whether the key may stand in the body instead; then one of them is needed.
        parameters: The parameters of its path and its own.
        body: What the body must fit, or None if a body is ignored.
        needs_body: Whether a body has to be sent.
    """

    operation_id: str
    tags: tuple[str, ...]
    needs_key: bool
    takes_key_in_body: bool
    parameters: tuple[Parameter, ...]
    body: Schema | None
    needs_body: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A pair of a run request and its output."""

    request: JsonObject
    output: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One of the closed forms of a run request.

    Attributes:
        name: The name of its schema.
        members: All its members.
        required: Those that it needs, which are its input.
        media: The spellings of its media, the first of which counts; it needs at least one of them.
        schema: The schema.
    """

    name: str
    members: frozenset[str]
    required: tuple[str, ...]
    media: tuple[str, ...]
    schema: Schema

    @property
    def needs(self) -> str:
        """What it needs, in words."""
        return " and ".join([*self.required, *self._media_in_words]) or "no input"

    def missing(self, body: Container[str]) -> list[str]:
        """Return what it needs and a body has not, in words."""
        media = [] if any(name in body for name in self.media) else self._media_in_words
        return [*(name for name in self.required if name not in body), *media]

    def why_not(self, body: JsonValue) -> str | None:
        """Say why a body does not fit, if so."""
        missing = self.missing(body) if isinstance(body, dict) else []
        # Of alternatives the schema names only one.
        if missing == self._media_in_words != []:
            return f"body: {missing[0]} is required"
        return self.schema.why_not(body, "body")

    @property
    def _media_in_words(self) -> list[str]:
        return [f"one of {', '.join(self.media[:-1])} or {self.media[-1]}"] if self.media else []


@dataclass(frozen=True, slots=True, kw_only=True)
class OlderAnswer:
    """How the older API answers for a task.

    Attributes:
        member: The member of the answer that holds the result.
        result: The name of the result's schema.
    """

    member: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A row of the task registry.

    Attributes:
        name: Its name.
        shapes: The forms of request that it takes.
        params: What its arguments must fit.
        arguments: The names of the documented arguments.
        stream: What it streams: `none`, `text` or `media`.
        kind: How its output follows from its input.
        model: The model that documents name for it.
        older: How the older API answers; None if it can not run the task.
        examples: Its examples.
    """

    name: str
    shapes: tuple[Shape, ...]
    params: Schema
    arguments: frozenset[str]
    stream: str
    kind: str
    model: str
    older: OlderAnswer | None
    examples: tuple[Example, ...]


class Contract:
    """A bundled document, whose references all point into its own components."""

    def __init__(self, document: JsonObject) -> None:
        self._document = document
        self._components = as_object(document["components"])
        self._schemas = as_object(self._components["schemas"])
        self.paths: Final[Mapping[str, Mapping[str, Operation]]] = {
            template: dict(self._operations(as_object(item)))
            for template, item in as_object(document["paths"]).items()
        }
        run_request = _list(as_object(self._schemas["RunRequest"]), "oneOf")
        self.shapes: Final[Mapping[str, Shape]] = {
            shape.name: shape for shape in (self._shape(as_object(member)) for member in run_request)
        }
        self.tasks: Final[Mapping[str, Task]] = {
            name: self._task(name, as_object(row))
            for name, row in as_object(document["x-bytez-tasks"]).items()
        }

    def schema(self, value: JsonValue, *, is_secret: bool = False) -> Schema:
        """Compile a schema of the document."""
        return Schema({**as_object(value), "components": self._components}, is_secret=is_secret)

    def _operations(self, item: JsonObject) -> Iterator[tuple[str, Operation]]:
        for method in _METHODS:
            if method in item:
                yield method.upper(), self._operation(as_object(item[method]), item)

    def _operation(self, operation: JsonObject, item: JsonObject) -> Operation:
        parameters = [*_list(item, "parameters"), *_list(operation, "parameters")]
        body = as_object(operation.get("requestBody", {}))
        content = as_object(body.get("content", {}))
        schema = as_object(_json_content(body)["schema"]) if content else None
        needs_key = {} not in _list(operation, "security")
        members = {} if schema is None else as_object(self._resolved(schema).get("properties", {}))
        return Operation(
            operation_id=str(operation["operationId"]),
            tags=as_strings(operation["tags"]),
            needs_key=needs_key,
            takes_key_in_body=not needs_key and "key" in members,
            parameters=tuple(self._parameter(self._resolved(as_object(it))) for it in parameters),
            body=None if schema is None else self.schema(schema),
            needs_body=body.get("required") is True,
        )

    def _parameter(self, parameter: JsonObject) -> Parameter:
        location = str(parameter["in"])
        return Parameter(
            name=str(parameter["name"]).lower() if location == "header" else str(parameter["name"]),
            location=location,
            is_required=parameter.get("required") is True,
            schema=self.schema(parameter["schema"], is_secret=location == "header"),
        )

    def _shape(self, reference: JsonObject) -> Shape:
        schema = self._resolved(reference)
        return Shape(
            name=_last_part(reference),
            members=frozenset(as_object(schema["properties"])),
            required=as_strings(schema.get("required", [])),
            media=_alternatives(schema),
            schema=self.schema(reference),
        )

    def _task(self, name: str, row: JsonObject) -> Task:
        params: JsonObject = {"$ref": f"#/components/schemas/{row['params']}"}
        older = as_object(row.get("v1", {}))
        return Task(
            name=name,
            shapes=tuple(self.shapes[shape] for shape in as_strings(row["inputs"])),
            params=self.schema(params),
            arguments=frozenset(as_object(self._resolved(params).get("properties", {}))),
            stream=str(row["stream"]),
            kind=str(row["kind"]),
            model=str(row["model"]),
            older=OlderAnswer(member=str(older["member"]), result=str(older["result"])) if older else None,
            examples=tuple(self._example(example) for example in as_strings(row["examples"])),
        )

    def _example(self, name: str) -> Example:
        paths = as_object(self._document["paths"])
        run = next(
            as_object(as_object(item)["post"])
            for item in paths.values()
            if as_object(as_object(item).get("post", {})).get("operationId") == RUN
        )
        success = as_object(as_object(run["responses"])["200"])
        request, response = (
            as_object(as_object(as_object(_json_content(message)["examples"])[name])["value"])
            for message in (as_object(run["requestBody"]), success)
        )
        return Example(request=request, output=response["output"])

    def _resolved(self, value: JsonObject) -> JsonObject:
        """Follow a reference into the components, if it is one."""
        while "$ref" in value:
            found: JsonValue = self._document
            for part in str(value["$ref"]).split("/")[1:]:
                found = as_object(found)[part]
            value = as_object(found)
        return value


@cache
def load_contract() -> Contract:
    """Read and compile the document that comes with this distribution, once."""
    return Contract(as_object(read_json(read_document())))


def _list(value: JsonObject, key: str) -> list[JsonValue]:
    found = value.get(key, [])
    return found if isinstance(found, list) else []


def _alternatives(schema: JsonObject) -> tuple[str, ...]:
    """Return the members of which a schema needs one, from its `if` without any of them."""
    condition = as_object(as_object(schema.get("if", {})).get("not", {}))
    return tuple(as_strings(as_object(it)["required"])[0] for it in _list(condition, "anyOf"))


def _json_content(message: JsonObject) -> JsonObject:
    return as_object(as_object(message["content"])["application/json"])


def _last_part(reference: JsonObject) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
