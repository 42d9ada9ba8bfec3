"""Rules on examples, which are also served, sent and run as documentation."""

from collections.abc import Iterator

from jsonschema_rs import Draft202012Validator

from scripts.bundle import Json
from scripts.lint.contract import Contract, Part, escape
from scripts.lint.finding import Report


def examples_present(contract: Contract) -> Iterator[Report]:
    """Every JSON or text body and every task has an example: tests, emulator and documentation use them."""
    for operation in contract.operations:
        for holder in (operation.body, *(response for _, response in operation.responses)):
            for _, media in holder.at("content").members() if holder else ():
                is_binary = media.at("schema").value.get("format") == "binary"
                if not is_binary and not list(_examples(media)):
                    yield media.pointer, "has no example"
    for _, task in contract.tasks:
        if not task.strings("examples"):
            yield task.pointer, "has no example"


def examples_valid(contract: Contract) -> Iterator[Report]:
    """Examples fit their schemas: they are the first thing that a reader copies."""
    seen = set()
    for holder in _holders(contract):
        if holder.pointer not in seen:
            seen.add(holder.pointer)
            yield from _unfit(holder.at("schema"), _examples(holder))


def task_examples_valid(contract: Contract) -> Iterator[Report]:
    """A task's examples fit its shapes, params and result: on the wire all three are wide open."""
    requests = contract.run.at("requestBody", "content", "application/json", "examples")
    responses = contract.run.at("responses", "200", "content", "application/json", "examples")
    schemas = contract.root.at("components", "schemas")
    for _, task in contract.tasks:
        shapes = [schemas.at(name) for name in task.strings("inputs")]
        for name in task.strings("examples"):
            request, response = requests.at(name, "value"), responses.at(name, "value")
            if not any(_fits(shape, request.value) for shape in shapes):
                yield request.pointer, f"fits none of {', '.join(task.strings('inputs'))}"
            for holder, member, schema in ((request, "params", "params"), (response, "output", "result")):
                if member in holder.value:
                    found = (f"{holder.pointer}/{member}", holder.value[member])
                    yield from _unfit(schemas.at(str(task.value.get(schema))), iter([found]))


def _holders(contract: Contract) -> Iterator[Part]:
    """List what holds a schema and examples of it."""
    for operation in contract.operations:
        yield from operation.parameters
        for holder in (operation.body, *(response for _, response in operation.responses)):
            for key in ("headers", "content"):
                for _, part in holder.at(key).members() if holder else ():
                    yield part


def _examples(holder: Part) -> Iterator[tuple[str, Json]]:
    if "example" in holder.value:
        yield f"{holder.pointer}/example", holder.value["example"]
    for _, example in holder.at("examples").members():
        if "value" in example.value:
            yield f"{example.pointer}/value", example.value["value"]


def _validator(schema: Part) -> Draft202012Validator:
    return Draft202012Validator(
        {"allOf": [schema.value], "components": schema.document["components"]}, validate_formats=True
    )


def _fits(schema: Part, value: Json) -> bool:
    return _validator(schema).is_valid(value)


def _unfit(schema: Part, examples: Iterator[tuple[str, Json]]) -> Iterator[Report]:
    validator = _validator(schema)
    for pointer, value in examples:
        for error in validator.iter_errors(value):
            path = "".join(f"/{escape(str(key))}" for key in error.instance_path)
            yield f"{pointer}{path}", error.message
