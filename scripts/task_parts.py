"""Creates the run operation of one task from the run operation of all tasks."""

from collections.abc import Callable, Collection, Iterator, Mapping
from copy import deepcopy
from typing import Final

from scripts.bundle import (
    RUN_PATH,
    JsonObject,
    as_list,
    as_object,
    as_strings,
    pascal_case,
    reference_in,
    schema_reference,
)

JSON: Final = "application/json"


class TaskParts:
    """Operation and schemas of a task.

    Args:
        document: The bundled document.
        slug: Name of the task.
        entry: Entry of the task in the registry, or one of `entries_by_input`.

    Attributes:
        entry: The entry.
        prefix: Prefix of its schema names.
    """

    def __init__(self, document: JsonObject, slug: str, entry: JsonObject) -> None:
        components = as_object(document["components"], "components")
        self._schemas = as_object(components["schemas"], "schemas")
        self._run = operation_at(document, RUN_PATH)
        self._slug = slug
        self.entry: Final = entry
        self.prefix: Final = pascal_case(slug)

    def operation(self) -> JsonObject:
        """Return the operation, which returns JSON and, if the task streams, text or media."""
        body = as_object(self._run["requestBody"], "requestBody")
        responses = as_object(self._run["responses"], "responses")
        success = success_of(self._run)
        contents = {JSON: self._content("Response", success), **self._streamed_contents(success)}
        return {
            **self._run,
            "operationId": f"run{self.prefix}",
            "summary": self.entry["title"],
            "description": self.entry["description"],
            "requestBody": {**body, "content": {JSON: self._content("Request", body)}},
            "responses": {**responses, "200": {**success, "content": contents}},
            "x-bytez-task": self._slug,
            "x-source": self.entry["x-source"],
            "x-evidence": self.entry["x-evidence"],
        }

    def requests(self, change: Callable[[JsonObject], JsonObject]) -> JsonObject:
        """Return the schema of the request, after those that it is the union of, if any.

        Args:
            change: Returns the schema in place of the schema of an input.
        """
        inputs: JsonObject = {
            f"{self.prefix}{name}": change(schema) for name, schema in self._inputs().items()
        }
        request = f"{self.prefix}Request"
        if len(inputs) == 1:
            return {request: next(iter(inputs.values()))}
        return {**inputs, request: {"oneOf": [schema_reference(name) for name in inputs]}}

    def merged_request(self) -> JsonObject:
        """Return the schema of the first input, with the members of the other inputs as optional ones."""
        request, *others = self._inputs().values()
        members = as_object(request["properties"], self._slug)
        for schema in others:
            members |= as_object(schema["properties"], self._slug)
        return request

    def _inputs(self) -> dict[str, JsonObject]:
        """Return copies of the schemas of the inputs by name, with the parameters of the task."""
        inputs: dict[str, JsonObject] = {}
        for name in as_strings(self.entry["inputs"], self._slug):
            inputs[name] = deepcopy(as_object(self._schemas[name], name))
            if inputs[name].pop("allOf", None) is not None:
                # Members beside the input are parameters of closed-source models, which `runModelV2` runs.
                inputs[name]["additionalProperties"] = False
            as_object(inputs[name]["properties"], name)["params"] = schema_reference(
                str(self.entry["params"])
            )
        return inputs

    def response(self) -> JsonObject:
        """Return the schema of the JSON response, by its name."""
        response = deepcopy(as_object(self._schemas["RunResponse"], "RunResponse"))
        response["description"] = "The output of the model."
        members = as_object(response["properties"], "properties")
        members["output"] = schema_reference(str(self.entry["result"]))
        return {f"{self.prefix}Response": response}

    def _content(self, part: str, message: JsonObject) -> JsonObject:
        examples = examples_of(message)
        names = as_strings(self.entry["examples"], self._slug)
        return media_type(f"{self.prefix}{part}", {name.partition(".")[2]: examples[name] for name in names})

    def _streamed_contents(self, success: JsonObject) -> JsonObject:
        match self.entry["stream"]:
            case "text":
                return {"text/plain": {"schema": {"type": "string"}}}
            case "media":
                # The kind of the task is the first part of the media type: `image`, `audio` or `video`.
                contents = as_object(success["content"], "content")
                return {
                    name: it for name, it in contents.items() if name.startswith(f"{self.entry['kind']}/")
                }
            case _:
                return {}


def entries_by_input(document: JsonObject, entry: JsonObject) -> dict[str, JsonObject]:
    """Return copies of the entry of a task, each with some of its inputs and their examples.

    In a copy all inputs require what the first one requires.

    Args:
        document: The bundled document.
        entry: Entry of the task in the registry.

    Returns:
        The copies by the name of a member that they require; that of the first is empty.
    """
    schemas = as_object(as_object(document["components"], "components")["schemas"], "schemas")
    examples = examples_of(as_object(operation_at(document, RUN_PATH)["requestBody"], "requestBody"))
    entries: dict[str, JsonObject] = {}
    required: dict[str, list[str]] = {}
    for name in as_strings(entry["inputs"], "inputs"):
        members = as_strings(as_object(schemas[name], name).get("required", []), name)
        key = _first_within(required, members)
        if key is None:
            key = members[0] if required else ""
            required[key] = members
            entries[key] = {**entry, "inputs": [], "examples": []}
        as_list(entries[key]["inputs"], "inputs").append(name)
    for name in as_strings(entry["examples"], "examples"):
        request = as_object(as_object(examples[name], name)["value"], name)
        key = _first_within(required, request)
        as_list(entries[str(key)]["examples"], "examples").append(name)
    return entries


def _first_within(required: Mapping[str, list[str]], members: Collection[str]) -> str | None:
    """Return the key of the first list of which all elements are among the members."""
    return next((key for key, names in required.items() if {*names} <= {*members}), None)


def operation_at(document: JsonObject, path: str) -> JsonObject:
    """Return the POST operation of a path."""
    return as_object(as_object(as_object(document["paths"], "paths")[path], path)["post"], "post")


def parameters_of(document: JsonObject, operation: JsonObject) -> Iterator[tuple[JsonObject, JsonObject]]:
    """Yield each parameter of an operation: the reference and its target."""
    shared = as_object(as_object(document["components"], "components")["parameters"], "parameters")
    for reference in as_list(operation["parameters"], "parameters"):
        name = str(reference_in(reference)).rpartition("/")[2]
        yield as_object(reference, name), as_object(shared[name], name)


def success_of(operation: JsonObject) -> JsonObject:
    """Return the response with status 200."""
    return as_object(as_object(operation["responses"], "responses")["200"], "200")


def examples_of(message: JsonObject) -> JsonObject:
    """Return the examples of the JSON content of a request or response, by name."""
    content = as_object(as_object(message["content"], "content")[JSON], JSON)
    return as_object(content["examples"], "examples")


def media_type(schema: str, examples: JsonObject) -> JsonObject:
    """Return a media type object."""
    return {"schema": schema_reference(schema), "examples": examples}
