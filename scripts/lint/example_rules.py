"""Rules for examples, which the emulator, the fuzzer and the documentation use."""

from collections.abc import Iterator

from jsonschema_rs import Draft202012Validator

from scripts.bundle import Json
from scripts.lint.contract import Contract, DocumentNode, escape
from scripts.lint.finding import Problem


def examples_present(contract: Contract) -> Iterator[Problem]:
    """Every JSON or text body and every task has an example: tests, emulator and documentation use it."""
    for operation in contract.operations:
        for holder in (operation.body, *(response for _, response in operation.responses)):
            for _, media in holder.at("content").members() if holder else ():
                is_binary = media.at("schema").value.get("format") == "binary"
                if not is_binary and not list(_examples(media)):
                    yield media.pointer, "expected an example"
    for _, task in contract.tasks:
        if not task.strings("examples"):
            yield task.pointer, "expected an example"


def examples_valid(contract: Contract) -> Iterator[Problem]:
    """Examples match their schemas: readers copy examples."""
    seen = set()
    for holder in _holders(contract):
        if holder.pointer not in seen:
            seen.add(holder.pointer)
            yield from _invalid_members(holder.at("schema"), _examples(holder))


def task_examples_valid(contract: Contract) -> Iterator[Problem]:
    """Examples of a task match its own schemas: the schemas of the run operation admit more."""
    requests = contract.run.at("requestBody", "content", "application/json", "examples")
    responses = contract.run.at("responses", "200", "content", "application/json", "examples")
    schemas = contract.root.at("components", "schemas")
    for _, task in contract.tasks:
        shapes = [schemas.at(name) for name in task.strings("inputs")]
        for name in task.strings("examples"):
            request, response = requests.at(name, "value"), responses.at(name, "value")
            if not any(_is_valid(shape, request.value) for shape in shapes):
                yield request.pointer, f"matches none of {', '.join(task.strings('inputs'))}"
            for holder, member, schema in ((request, "params", "params"), (response, "output", "result")):
                if member in holder.value:
                    found = (f"{holder.pointer}/{member}", holder.value[member])
                    yield from _invalid_members(schemas.at(str(task.value.get(schema))), iter([found]))


def _holders(contract: Contract) -> Iterator[DocumentNode]:
    """Yield the objects that have a schema and examples."""
    for operation in contract.operations:
        yield from operation.parameters
        for holder in (operation.body, *(response for _, response in operation.responses)):
            for key in ("headers", "content"):
                for _, node in holder.at(key).members() if holder else ():
                    yield node


def _examples(holder: DocumentNode) -> Iterator[tuple[str, Json]]:
    if "example" in holder.value:
        yield f"{holder.pointer}/example", holder.value["example"]
    for _, example in holder.at("examples").members():
        if "value" in example.value:
            yield f"{example.pointer}/value", example.value["value"]


def _validator(schema: DocumentNode) -> Draft202012Validator:
    return Draft202012Validator(
        {"allOf": [schema.value], "components": schema.document["components"]}, validate_formats=True
    )


def _is_valid(schema: DocumentNode, value: Json) -> bool:
    return _validator(schema).is_valid(value)


def _invalid_members(schema: DocumentNode, examples: Iterator[tuple[str, Json]]) -> Iterator[Problem]:
    validator = _validator(schema)
    for pointer, value in examples:
        for error in validator.iter_errors(value):
            path = "".join(f"/{escape(str(key))}" for key in error.instance_path)
            yield f"{pointer}{path}", error.message
