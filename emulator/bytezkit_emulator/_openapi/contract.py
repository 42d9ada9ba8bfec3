"""The OpenAPI document of the API: besides operations and schemas, its tasks and their examples."""

from collections.abc import Container, Mapping
from functools import cache
from typing import Final

import msgspec

from bytezkit_emulator._common.json import JsonObject, JsonValue, as_object, as_strings, read_json
from bytezkit_emulator._openapi.document import Document, items_of, json_content
from bytezkit_emulator._openapi.validation import Schema
from bytezkit_openapi import read_json as read_document

RUN: Final = "runModelV2"
V1_RUN: Final = "runModelV1"
LIFECYCLE_TAG: Final = "clusters"
V1_TAG: Final = "v1"
SHORTHAND: Final = "ShorthandInput"
# The members of a run request that are not its input.
OPTIONS: Final = ("params", "stream", "json", "autoScale")


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of a run request and its output."""

    request: JsonObject
    output: JsonValue


class Shape(msgspec.Struct, frozen=True, kw_only=True):
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


class V1Answer(msgspec.Struct, frozen=True, kw_only=True):
    """How the older API answers for a task.

    Attributes:
        member: The member of the answer that holds the result.
        result: The name of the result's schema.
    """

    member: str
    result: str


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the task registry.

    Attributes:
        name: Its name.
        shapes: The forms of request that it takes.
        params: What its arguments must fit.
        arguments: The names of the documented arguments.
        media: The spellings of its media, in all its shapes.
        takes_question: Whether it asks about media.
        stream: What it streams: `none`, `text` or `media`.
        kind: How its output follows from its input.
        model: The model that documents name for it.
        result: The name of its output's schema.
        older: How the older API answers; None if it can not run the task.
        examples: Its examples.
    """

    name: str
    shapes: tuple[Shape, ...]
    params: Schema
    arguments: frozenset[str]
    media: tuple[str, ...]
    takes_question: bool
    stream: str
    kind: str
    model: str
    result: str
    older: V1Answer | None
    examples: tuple[Example, ...]


class Contract(Document):
    """The document of the API, with its tasks.

    Attributes:
        run_refusals: The statuses with which a run may be refused; `5XX` stands for all from 500 on.
        shapes: The forms of run request, by the names of their schemas.
        tasks: The tasks, by name.
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
        self.run_refusals: Final = [it for it in as_object(self._run["responses"]) if it != "200"]
        run_request = items_of(as_object(self._schemas["RunRequest"]), "oneOf")
        self.shapes: Final[Mapping[str, Shape]] = {
            shape.name: shape for shape in (self._shape(as_object(member)) for member in run_request)
        }
        self.tasks: Final[Mapping[str, Task]] = {
            name: self._task(name, as_object(row))
            for name, row in as_object(document["x-bytez-tasks"]).items()
        }

    def result(self, task: Task) -> Schema:
        """Return what the output of a task must fit; it is compiled when it is first asked for."""
        if task.result not in self._results:
            self._results[task.result] = self.schema({"$ref": f"#/components/schemas/{task.result}"})
        return self._results[task.result]

    def _shape(self, reference: JsonObject) -> Shape:
        schema = self.resolved(reference)
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
        shapes = tuple(self.shapes[shape] for shape in as_strings(row["inputs"]))
        return Task(
            name=name,
            shapes=shapes,
            params=self.schema(params),
            arguments=frozenset(as_object(self.resolved(params).get("properties", {}))),
            media=tuple(name for shape in shapes for name in shape.media),
            takes_question=any("question" in shape.required for shape in shapes),
            stream=str(row["stream"]),
            kind=str(row["kind"]),
            model=str(row["model"]),
            result=str(row["result"]),
            older=V1Answer(member=str(older["member"]), result=str(older["result"])) if older else None,
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
    """Read and compile the document that comes with this distribution, once."""
    return Contract(as_object(read_json(read_document())))


def _alternatives(schema: JsonObject) -> tuple[str, ...]:
    """Return the members of which a schema needs one, from its `if` without any of them."""
    condition = as_object(as_object(schema.get("if", {})).get("not", {}))
    return tuple(as_strings(as_object(it)["required"])[0] for it in items_of(condition, "anyOf"))


def _last_part(reference: JsonObject) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
