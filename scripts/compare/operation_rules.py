"""What the document and its operations no longer offer, whatever the schemas say."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from scripts.lint.contract import Contract, Operation, Part
from scripts.lint.finding import Report

DocumentRule: TypeAlias = Callable[[Contract, Contract], Iterable[Report]]
OperationRule: TypeAlias = Callable[[Operation, Operation], Iterable[Report]]


def operations(contract: Contract) -> dict[str, Operation]:
    """Return all operations by where they stand."""
    return {operation.part.pointer: operation for operation in contract.operations}


def parameters(operation: Operation) -> dict[str, Part]:
    """Return the parameters of an operation by place and name."""
    return {f"{it.value['in']} `{it.value['name']}`": it for it in operation.parameters}


def removed_operations(old: Contract, new: Contract) -> Iterator[Report]:
    """An operation is gone."""
    for pointer in operations(old).keys() - operations(new).keys():
        yield pointer, "the operation is gone"


def removed_schemas(old: Contract, new: Contract) -> Iterator[Report]:
    """A schema that types are named after is gone."""
    schemas = [contract.root.at("components", "schemas") for contract in (old, new)]
    for name in schemas[0].value.keys() - schemas[1].value.keys():
        yield f"{schemas[0].pointer}/{name}", "the schema is gone"


def changed_tasks(old: Contract, new: Contract) -> Iterator[Report]:
    """A task is gone, or takes or streams something else."""
    tasks = dict(new.tasks)
    for name, row in old.tasks:
        if name not in tasks:
            yield row.pointer, "the task is gone"
            continue
        for shape in set(row.strings("inputs")) - set(tasks[name].strings("inputs")):
            yield row.pointer, f"the task no longer takes {shape}"
        for member in ("params", "result", "stream"):
            if row.value.get(member) != tasks[name].value.get(member):
                yield (
                    row.pointer,
                    f"`{member}` is {tasks[name].value.get(member)}, not {row.value.get(member)}",
                )
        if "v1" in row.value and row.at("v1").value != tasks[name].at("v1").value:
            yield row.pointer, "the older API answers in another form"


def renamed_operations(old: Operation, new: Operation) -> Iterator[Report]:
    """An operation has another name or tag, which generated functions and modules are named after."""
    for member in ("operationId", "tags"):
        if old.part.value.get(member) != new.part.value.get(member):
            yield old.part.pointer, f"`{member}` is {new.part.value.get(member)}"


def tighter_security(old: Operation, new: Operation) -> Iterator[Report]:
    """A way to authenticate is gone."""
    ways = [
        {" and ".join(sorted(way.value)) or "no key" for way in it.part.items("security")}
        for it in (old, new)
    ]
    for way in ways[0] - ways[1]:
        yield old.part.pointer, f"no longer takes {way}"


def removed_parameters(old: Operation, new: Operation) -> Iterator[Report]:
    """A parameter is gone."""
    for name in parameters(old).keys() - parameters(new).keys():
        yield old.part.pointer, f"the {name} parameter is gone"


def required_parameters(old: Operation, new: Operation) -> Iterator[Report]:
    """A parameter must be sent that could be left out."""
    for name, parameter in parameters(new).items():
        before = parameters(old).get(name)
        if parameter.value.get("required") and not (before and before.value.get("required")):
            yield old.part.pointer, f"the {name} parameter must be sent"


def required_bodies(old: Operation, new: Operation) -> Iterator[Report]:
    """A body must be sent that could be left out."""
    if new.body and new.body.value.get("required") and not (old.body and old.body.value.get("required")):
        yield old.part.pointer, "a body must be sent"


def removed_request_types(old: Operation, new: Operation) -> Iterator[Report]:
    """A media type of the body is refused."""
    sent = [operation.part.at("requestBody", "content").value.keys() for operation in (old, new)]
    for name in sent[0] - sent[1]:
        yield old.part.pointer, f"no longer takes a body of {name}"


def changed_success(old: Operation, new: Operation) -> Iterator[Report]:
    """Success has another status."""
    successes = [{status for status, _ in it.responses if status.startswith("2")} for it in (old, new)]
    for status in successes[0] - successes[1]:
        yield old.part.pointer, f"no longer answers {status}"
    for status in successes[1] - successes[0]:
        yield old.part.pointer, f"may now answer {status}"


def removed_response_types(old: Operation, new: Operation) -> Iterator[Report]:
    """A media type of an answer is gone."""
    yield from _removed_of_responses(old, new, "content", "no longer answers")


def removed_response_headers(old: Operation, new: Operation) -> Iterator[Report]:
    """A header of an answer is gone."""
    yield from _removed_of_responses(old, new, "headers", "no longer sends the header")


def _removed_of_responses(old: Operation, new: Operation, part: str, what: str) -> Iterator[Report]:
    answers = dict(new.responses)
    for status, response in old.responses:
        if status in answers:
            for name in response.at(part).value.keys() - answers[status].at(part).value.keys():
                yield old.part.pointer, f"{what} {name} with {status}"


_DOCUMENT_RULES: Final[tuple[DocumentRule, ...]] = (removed_operations, removed_schemas, changed_tasks)
_OPERATION_RULES: Final[tuple[OperationRule, ...]] = (
    renamed_operations,
    tighter_security,
    removed_parameters,
    required_parameters,
    required_bodies,
    removed_request_types,
    changed_success,
    removed_response_types,
    removed_response_headers,
)
DOCUMENT_RULES: Final[Mapping[str, DocumentRule]] = {
    rule.__name__.replace("_", "-"): rule for rule in _DOCUMENT_RULES
}
OPERATION_RULES: Final[Mapping[str, OperationRule]] = {
    rule.__name__.replace("_", "-"): rule for rule in _OPERATION_RULES
}
