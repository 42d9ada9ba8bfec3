"""Project the bundle into one document per task of the older API.

There a run names its model in the body, so that tasks can not have paths of their own, and the members of
requests and answers have names of their own. Each document has one operation, which takes from the model
that stands for the task exactly what the task takes, and answers in exactly the task's shape. It is for
the gate alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from mimetypes import guess_type
from typing import Final, TypeAlias

from scripts.bundle import JsonObject, as_object, pascal_case, reference_in
from scripts.copied.bytezkit_openapi.document import reached_components
from scripts.project import project
from scripts.references import schema_reference

RUN_PATH_V1: Final = "/model/run"
# Names in the older API for one thing that a task reads, and the newer member whose values each takes.
_Spellings: TypeAlias = Mapping[str, str]
_TEXT: Final[_Spellings] = {"prompt": "text", "text": "text"}
_MEDIA: Final[Mapping[str, _Spellings]] = {
    "audio": {"b64AudioBufferWav": "image"},
    "image": {"imageUrl": "url", "image": "image", "b64ImageBufferPng": "image"},
    "video": {"mp4Url": "url", "b64VideoBufferMp4": "image"},
}
# What `input` stands for unless it is an object, and the newer member whose values it takes.
_INPUT: Final[Mapping[str, str]] = {"media": "image", "messages": "messages", "text": "text"}
_NEWER_MEDIA: Final = ("url", "image_url", "image", "base64")
_NEWER_OPTIONS: Final = ("params", "stream", "json", "autoScale")


def project_v1(document: JsonObject, *, narrowed: bool = True) -> dict[str, JsonObject]:
    """Return one document for each task that the older API has, by the task's name.

    Args:
        document: The bundle.
        narrowed: Whether requests are narrowed to what a model can answer. Without that, what does not
            fit the projection does not fit the wire or the task either.
    """
    newer = project(document, narrowed=narrowed)
    newer_schemas = as_object(as_object(newer["components"], "components")["schemas"], "schemas")
    components = as_object(document["components"], "components")
    schemas: JsonObject = {**as_object(components["schemas"], "schemas"), **newer_schemas}
    run = as_object(
        as_object(as_object(document["paths"], "paths")[RUN_PATH_V1], RUN_PATH_V1)["post"], "post"
    )
    documents: dict[str, JsonObject] = {}
    for slug, value in as_object(document["x-bytez-tasks"], "x-bytez-tasks").items():
        row = as_object(value, slug)
        if "v1" in row:
            newer_path = as_object(as_object(newer["paths"], "paths")[f"/models/v2/{row['model']}"], slug)
            task = _Task(slug, row, as_object(newer_path["post"], slug), schemas)
            paths: JsonObject = {RUN_PATH_V1: {"post": task.operation(run)}}
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


class _Task:
    """A task of the newer API, on its way to the older one."""

    def __init__(self, slug: str, row: JsonObject, newer_run: JsonObject, schemas: JsonObject) -> None:
        self._slug = slug
        self._row = row
        body = as_object(newer_run["requestBody"], slug)
        content = as_object(as_object(body["content"], slug)["application/json"], slug)
        self._requests = {
            name: as_object(as_object(example, name)["value"], name)
            for name, example in as_object(content["examples"], slug).items()
        }
        self._shapes = list(_shapes(schemas, f"{pascal_case(slug)}Request"))
        self._media = _media_of(self._requests.values())

    def operation(self, run: JsonObject) -> JsonObject:
        """Write the run operation as this task has it."""
        return {
            **run,
            "x-bytez-task": self._slug,
            # A key in the body is another way in, which would hide whether this one is closed.
            "security": [{"Key": []}],
            "requestBody": {"required": True, "content": {"application/json": self._asked()}},
            "responses": {
                **as_object(run["responses"], "responses"),
                "200": {"description": "The output of the model.", "content": self._answers()},
            },
        }

    def _answers(self) -> JsonObject:
        v1 = as_object(self._row["v1"], self._slug)
        member = str(v1["member"])
        answer = _closed([member], {member: schema_reference(str(v1["result"]))})
        streamed: JsonObject = (
            {"text/plain": {"schema": {"type": "string"}}} if self._row["stream"] == "text" else {}
        )
        return {"application/json": {"schema": answer}, **streamed}

    def _asked(self) -> JsonObject:
        examples: JsonObject = {
            name: {"value": self._older(request)} for name, request in self._requests.items()
        }
        forms = [form for shape in self._shapes for form in self._forms(shape)]
        return {"schema": {"anyOf": [*forms]}, "examples": examples}

    def _forms(self, shape: JsonObject) -> Iterator[JsonObject]:
        """Spell a shape in each older way: by its members, with `input` for one, and with all in `input`."""
        members = as_object(shape["properties"], self._slug)
        options: JsonObject = {
            "model": {"type": "string", "const": self._row["model"]},
            "params": members["params"],
            "stream": {"type": "boolean"},
        }
        nested = {name: self._media if name == "media" else {name: name} for name in _read_from(members)}
        flat = {name: _TEXT if name == "text" else spellings for name, spellings in nested.items()}
        for spellings in (flat, *_with_input(nested)):
            for names, inputs in _spelled(spellings, members):
                yield _closed(["model", *names], {**options, **inputs})
        # Of several spellings in one object nobody looks at those that do not count.
        whole = [
            _closed(names, {name: inputs[name] for name in names})
            for names, inputs in _spelled(nested, members)
        ]
        yield _closed(["model", "input"], {**options, "input": {"anyOf": [*whole]}})

    def _older(self, request: JsonObject) -> JsonObject:
        """Spell an example of the newer API in the older one."""
        older: JsonObject = {"model": self._row["model"]}
        for name, value in request.items():
            older[self._media_name(name) if name in _NEWER_MEDIA else name] = value
        return older

    def _media_name(self, newer: str) -> str:
        form = "base64" if newer == "base64" else "url"
        return next(name for name, takes in self._media.items() if takes in (form, "image"))


def _shapes(schemas: JsonObject, name: str) -> Iterator[JsonObject]:
    """Yield the shapes of a request, which is one itself or a choice of some."""
    request = as_object(schemas[name], name)
    choice = request.get("oneOf")
    if isinstance(choice, list):
        for member in choice:
            yield from _shapes(schemas, str(reference_in(member)).rpartition("/")[2])
    else:
        yield request


def _read_from(members: JsonObject) -> list[str]:
    """Name what a shape reads; its media, which have several names, as `media`."""
    names = [name for name in members if name not in (*_NEWER_OPTIONS, *_NEWER_MEDIA)]
    return [*names, "media"] if _NEWER_MEDIA[0] in members else names


def _media_of(requests: Iterable[JsonObject]) -> _Spellings:
    """Return the names of the media that a task reads, by the kind of those in its examples."""
    sent = [str(request[name]) for request in requests for name in _NEWER_MEDIA if name in request]
    kinds = {str(guess_type(media)[0]).partition("/")[0] for media in sent}
    return next((_MEDIA[kind] for kind in kinds), {})


def _with_input(spellings: Mapping[str, _Spellings]) -> Iterator[Mapping[str, _Spellings]]:
    """Yield the spellings with `input` for one thing, if it is clear for which."""
    found = [name for name in _INPUT if name in spellings]
    if len(found) == 1:
        yield {**spellings, found[0]: {"input": _INPUT[found[0]]}}


def _spelled(
    spellings: Mapping[str, _Spellings], members: JsonObject
) -> Iterator[tuple[list[str], JsonObject]]:
    """Yield each choice of names that suffices, and with it all that may be sent."""
    inputs: JsonObject = {
        older: members[newer] for choices in spellings.values() for older, newer in choices.items()
    }
    for names in product(*spellings.values()):
        yield [*names], inputs


def _closed(required: list[str], members: JsonObject) -> JsonObject:
    return {
        "type": "object",
        "required": [*required],
        "properties": members,
        "additionalProperties": False,
    }
