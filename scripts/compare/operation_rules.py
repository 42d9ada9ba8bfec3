"""Rules for breaking changes of tasks and operations, apart from their schemas."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from scripts.lint.contract import Contract, DocumentNode, Operation
from scripts.lint.finding import Problem

DocumentRule: TypeAlias = Callable[[Contract, Contract], Iterable[Problem]]
OperationRule: TypeAlias = Callable[[Operation, Operation], Iterable[Problem]]


def operations_by_pointer(contract: Contract) -> dict[str, Operation]:
    """Return all operations by JSON pointer."""
    return {operation.node.pointer: operation for operation in contract.operations}


def parameters_by_name(operation: Operation) -> dict[str, DocumentNode]:
    """Return the parameters of an operation by location and name."""
    return {f"{it.value['in']} `{it.value['name']}`": it for it in operation.parameters}


def removed_operations(old: Contract, new: Contract) -> Iterator[Problem]:
    """An operation is removed."""
    for pointer in operations_by_pointer(old).keys() - operations_by_pointer(new).keys():
        yield pointer, "the operation is removed"


def removed_schemas(old: Contract, new: Contract) -> Iterator[Problem]:
    """A schema component is removed, after which generated types are named."""
    schemas = [contract.root.at("components", "schemas") for contract in (old, new)]
    for name in schemas[0].value.keys() - schemas[1].value.keys():
        yield f"{schemas[0].pointer}/{name}", "the schema is removed"


def changed_tasks(old: Contract, new: Contract) -> Iterator[Problem]:
    """A task is removed, or its inputs, parameters, result or stream change."""
    new_tasks = dict(new.tasks)
    for name, old_task in old.tasks:
        if name not in new_tasks:
            yield old_task.pointer, "the task is removed"
            continue
        new_task = new_tasks[name]
        for shape in set(old_task.strings("inputs")) - set(new_task.strings("inputs")):
            yield old_task.pointer, f"the task no longer accepts {shape}"
        for member in ("params", "result", "stream"):
            before, after = old_task.value.get(member), new_task.value.get(member)
            if before != after:
                yield old_task.pointer, f"`{member}` is {after}, not {before}"
        if "v1" in old_task.value and old_task.at("v1").value != new_task.at("v1").value:
            yield old_task.pointer, "the v1 response has another form"


def renamed_operations(old: Operation, new: Operation) -> Iterator[Problem]:
    """The operation id or tag changes, after which generated functions and modules are named."""
    for member in ("operationId", "tags"):
        if old.node.value.get(member) != new.node.value.get(member):
            yield old.node.pointer, f"`{member}` is {new.node.value.get(member)}"


def tighter_security(old: Operation, new: Operation) -> Iterator[Problem]:
    """A security requirement is removed from the alternatives."""
    alternatives = [
        {" and ".join(sorted(requirement.value)) or "no key" for requirement in it.node.items("security")}
        for it in (old, new)
    ]
    for alternative in alternatives[0] - alternatives[1]:
        yield old.node.pointer, f"no longer accepts {alternative}"


def removed_parameters(old: Operation, new: Operation) -> Iterator[Problem]:
    """A parameter is removed."""
    for name in parameters_by_name(old).keys() - parameters_by_name(new).keys():
        yield old.node.pointer, f"the {name} parameter is removed"


def required_parameters(old: Operation, new: Operation) -> Iterator[Problem]:
    """A parameter becomes required."""
    for name, parameter in parameters_by_name(new).items():
        old_parameter = parameters_by_name(old).get(name)
        was_required = old_parameter and old_parameter.value.get("required")
        if parameter.value.get("required") and not was_required:
            yield old.node.pointer, f"the {name} parameter is now required"


def required_bodies(old: Operation, new: Operation) -> Iterator[Problem]:
    """The body becomes required."""
    if new.body and new.body.value.get("required") and not (old.body and old.body.value.get("required")):
        yield old.node.pointer, "the body is now required"


def removed_request_types(old: Operation, new: Operation) -> Iterator[Problem]:
    """A media type of the body is removed."""
    media_types = [operation.node.at("requestBody", "content").value.keys() for operation in (old, new)]
    for name in media_types[0] - media_types[1]:
        yield old.node.pointer, f"no longer accepts a body of type {name}"


def changed_success(old: Operation, new: Operation) -> Iterator[Problem]:
    """A status of success is added or removed."""
    successes = [{status for status, _ in it.responses if status.startswith("2")} for it in (old, new)]
    for status in successes[0] - successes[1]:
        yield old.node.pointer, f"no longer returns {status}"
    for status in successes[1] - successes[0]:
        yield old.node.pointer, f"may now return {status}"


def removed_response_types(old: Operation, new: Operation) -> Iterator[Problem]:
    """A media type of a response is removed."""
    yield from _removed_from_responses(old, new, "content", "no longer returns")


def removed_response_headers(old: Operation, new: Operation) -> Iterator[Problem]:
    """A header of a response is removed."""
    yield from _removed_from_responses(old, new, "headers", "no longer returns the header")


def _removed_from_responses(old: Operation, new: Operation, key: str, message: str) -> Iterator[Problem]:
    new_responses = dict(new.responses)
    for status, response in old.responses:
        if status in new_responses:
            for name in response.at(key).value.keys() - new_responses[status].at(key).value.keys():
                yield old.node.pointer, f"{message} {name} with status {status}"


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
