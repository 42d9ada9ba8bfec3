"""Rules on operations."""

import re
from collections.abc import Iterator
from typing import Final

from scripts.lint.contract import Contract, Operation
from scripts.lint.finding import Report

# Of the older API only these look at more of a body than the model's id.
_MAY_NOT_FIT_MODEL: Final = ("/models/v2/", "/model/load", "/model/run")
_OPERATION_ID: Final = re.compile(r"[a-z]+([A-Z][a-z]*)*V\d")


def operation_id(contract: Contract) -> Iterator[Report]:
    """Ids are camelCase with the version last: a version in front splits module names in odd places."""
    for operation in contract.operations:
        name = str(operation.part.value.get("operationId"))
        version = "V2" if operation.path.startswith("/models/v2/") else "V1"
        if not _OPERATION_ID.fullmatch(name) or not name.endswith(version):
            yield f"{operation.part.pointer}/operationId", f"expected camelCase ending in {version}: {name}"


def one_tag(contract: Contract) -> Iterator[Report]:
    """An operation has exactly one tag, a declared one: it names the folder of the generated module."""
    declared = {tag.value.get("name") for tag in contract.root.items("tags")}
    for operation in contract.operations:
        tags = operation.part.strings("tags")
        if len(tags) != 1:
            yield f"{operation.part.pointer}/tags", f"expected one tag, found {len(tags)}"
        for index, tag in enumerate(tags):
            if tag not in declared:
                yield f"{operation.part.pointer}/tags/{index}", f"{tag} is not declared"


def security_stated(contract: Contract) -> Iterator[Report]:
    """An operation states its security by declared schemes: generated clients differ if it is inherited."""
    declared = contract.root.at("components", "securitySchemes").value
    for operation in contract.operations:
        where = f"{operation.part.pointer}/security"
        if "security" not in operation.part.value:
            yield where, "is missing"
        for requirement in operation.part.items("security"):
            for name in requirement.value:
                if name not in declared:
                    yield requirement.pointer, f"{name} is not declared"


def error_statuses(contract: Contract) -> Iterator[Report]:
    """Each status is listed where it can occur and only there: the fuzzer refuses the others."""
    for operation in contract.operations:
        where = f"{operation.part.pointer}/responses"
        present = {status for status, _ in operation.responses}
        expected, impossible = _statuses(operation)
        for status in sorted(expected - present):
            yield where, f"{status} is missing"
        for status in sorted(impossible & present):
            yield f"{where}/{status}", "can not occur here"


def _statuses(operation: Operation) -> tuple[set[str], set[str]]:
    """Return which statuses the operation must list and which it must not."""
    expected = {"401", "429", "5XX"}
    impossible = {"405", "default"}
    (expected if operation.parameters or operation.body else impossible).add("400")
    (expected if operation.body else impossible).update(("413", "415"))
    may_not_fit = operation.body and operation.path.startswith(_MAY_NOT_FIT_MODEL)
    (expected if may_not_fit else impossible).add("422")
    if "{" in operation.path and not operation.path.startswith("/models/v2/request/"):
        expected.add("404")
    return expected, impossible


def json_first(contract: Contract) -> Iterator[Report]:
    """JSON is the first content of an answer and the only one of a body: generated clients know no other."""
    for operation in contract.operations:
        for _, response in operation.responses:
            contents = list(response.at("content").value)
            if "application/json" in contents[1:]:
                yield f"{response.pointer}/content", f"application/json stands behind {contents[0]}"
        if operation.body is not None:
            for name in operation.body.at("content").value:
                if name != "application/json":
                    yield f"{operation.body.pointer}/content", f"{name} is not application/json"
