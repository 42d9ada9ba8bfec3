"""The OpenAPI document of the API: operations, schemas, tasks and examples."""

from collections.abc import Container, Mapping
from functools import cache
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonObject, as_object, as_strings, read_json
from bytezkit_emulator._openapi.document import Document, items_of, json_content
from bytezkit_emulator._openapi.validation import Schema
from bytezkit_models.json_value import JsonValue
from bytezkit_openapi import read_json as read_document

RUN: Final = "runModelV2"
V1_RUN: Final = "runModelV1"
LIFECYCLE_TAG: Final = "clusters"
V1_TAG: Final = "v1"
SHORTHAND: Final = "ShorthandInput"
# Members of a run request that are not input.
OPTIONS: Final = ("params", "stream", "json", "autoScale")


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A run request and its output."""

    request: JsonObject
    output: JsonValue


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """An input shape: a schema of a run request that allows no other members.

    Attributes:
        name: Name of its schema.
        members: Names of all members.
        required: Names of the required members, which are the input.
        media: Alternative names of the media member; the first that is present counts, one is required.
        schema: The schema.
    """

    name: str
    members: frozenset[str]
    required: tuple[str, ...]
    media: tuple[str, ...]
    schema: Schema

    @property
    def needs(self) -> str:
        """The required members as a phrase."""
        return " and ".join([*self.required, *self._media_phrase]) or "no input"

    @property
    def takes_text_alone(self) -> bool:
        """Whether the input is a text without media or other members."""
        return self.required == ("text",) and not self.media

    def missing(self, body: Container[str]) -> list[str]:
        """Return the required members that a body lacks, as phrases."""
        media = [] if any(name in body for name in self.media) else self._media_phrase
        return [*(name for name in self.required if name not in body), *media]

    def error_message(self, body: JsonValue) -> str | None:
        """Return why a body does not match, or None if it matches."""
        missing = self.missing(body) if isinstance(body, dict) else []
        # The validator would name only the first alternative.
        if missing == self._media_phrase != []:
            return f"body: {missing[0]} is required"
        return self.schema.error_message(body, "body")

    @property
    def _media_phrase(self) -> list[str]:
        return [f"one of {', '.join(self.media[:-1])} or {self.media[-1]}"] if self.media else []


class V1Response(msgspec.Struct, frozen=True, kw_only=True):
    """How the v1 API returns the output of a task.

    Attributes:
        member: Member of the response that holds the result.
        result: Name of the result's schema.
    """

    member: str
    result: str


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A task of the contract.

    Attributes:
        name: Its name.
        shapes: Its input shapes.
        params: Schema of its parameters.
        arguments: Names of the documented parameters.
        media: Alternative names of the media member, in all its shapes.
        input: Member that other inputs are converted to, such as `messages`; None for media alone.
        stream: Kind of its stream: `none`, `text` or `media`.
        kind: How its output follows from its input.
        model: A documented model of the task.
        results: Names of the schemas of its output: the ordinary one, and those of its variants.
        v1: How the v1 API returns its output; None if the v1 API does not support the task.
        examples: Its examples.
    """

    name: str
    shapes: tuple[Shape, ...]
    params: Schema
    arguments: frozenset[str]
    media: tuple[str, ...]
    input: str | None
    stream: str
    kind: str
    model: str
    results: tuple[str, ...]
    v1: V1Response | None
    examples: tuple[Example, ...]


class Contract(Document):
    """The OpenAPI document of the API, with its tasks.

    Attributes:
        run_error_statuses: Error statuses of a run.
        provider_params: Names of the documented parameters of providers.
        shapes: Input shapes by the name of their schema.
        tasks: Tasks by name.
    """

    def __init__(self, document: JsonObject) -> None:
        super().__init__(document)
        self._schemas = as_object(self._components["schemas"])
        self._results: dict[str, Schema] = {}
        self._run = next(
            as_object(as_object(item)["post"])
            for item in as_object(document["paths"]).values()
            if as_object(as_object(item).get("post", {})).get("operationId") == RUN
        )
        self.run_error_statuses: Final = [it for it in as_object(self._run["responses"]) if it != "200"]
        self.provider_params: Final = tuple(
            as_object(as_object(self._schemas["ProviderParams"])["properties"])
        )
        run_request = items_of(as_object(self._schemas["RunRequest"]), "oneOf")
        self.shapes: Final[Mapping[str, Shape]] = {
            shape.name: shape for shape in (self._shape(as_object(member)) for member in run_request)
        }
        self.tasks: Final[Mapping[str, Task]] = {
            name: self._task(name, as_object(row))
            for name, row in as_object(document["x-bytez-tasks"]).items()
        }

    def result(self, task: Task) -> Schema:
        """Return the schema of a task's output, compiled at the first call."""
        if task.name not in self._results:
            forms: list[JsonValue] = [{"$ref": f"#/components/schemas/{name}"} for name in task.results]
            self._results[task.name] = self.schema({"anyOf": forms} if forms[1:] else as_object(forms[0]))
        return self._results[task.name]

    def _shape(self, reference: JsonObject) -> Shape:
        schema = self.resolved(reference)
        return Shape(
            name=_schema_name(reference),
            members=frozenset(as_object(schema["properties"])),
            required=as_strings(schema.get("required", [])),
            media=_alternative_members(schema),
            schema=self.schema(reference),
        )

    def _task(self, name: str, row: JsonObject) -> Task:
        variants = [as_object(variant) for variant in as_object(row.get("variants", {})).values()]
        # The parameters of a variant are those of the task and its own; a task has one such variant at most.
        params_name = next((it["params"] for it in variants if it["params"] != row["params"]), row["params"])
        params: JsonObject = {"$ref": f"#/components/schemas/{params_name}"}
        v1 = as_object(row.get("v1", {}))
        shapes = tuple(self.shapes[shape] for shape in as_strings(row["inputs"]))
        return Task(
            name=name,
            shapes=shapes,
            params=self.schema(params),
            arguments=frozenset(as_object(self.resolved(params).get("properties", {}))),
            media=tuple(name for shape in shapes for name in shape.media),
            input=next(iter(shapes[0].required), None),
            stream=str(row["stream"]),
            kind=str(row["kind"]),
            model=str(row["model"]),
            results=(str(row["result"]), *(str(it["result"]) for it in variants)),
            v1=V1Response(member=str(v1["member"]), result=str(v1["result"])) if v1 else None,
            examples=tuple(self._example(example) for example in as_strings(row["examples"])),
        )

    def _example(self, name: str) -> Example:
        success = as_object(as_object(self._run["responses"])["200"])
        request, response = (
            as_object(as_object(as_object(json_content(message)["examples"])[name])["value"])
            for message in (as_object(self._run["requestBody"]), success)
        )
        return Example(request=request, output=response["output"])


@cache
def load_contract() -> Contract:
    """Return the bundled document, parsed and compiled once."""
    return Contract(as_object(read_json(read_document())))


def _alternative_members(schema: JsonObject) -> tuple[str, ...]:
    """Return the members of which a schema requires one, according to its `if`/`not`/`anyOf`."""
    condition = as_object(as_object(schema.get("if", {})).get("not", {}))
    return tuple(as_strings(as_object(it)["required"])[0] for it in items_of(condition, "anyOf"))


def _schema_name(reference: JsonObject) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
