"""Rules for operations."""

import re
from collections.abc import Iterator
from typing import Final

from scripts.lint.contract import Contract, Operation
from scripts.lint.finding import Problem

# The other v1 operations use only the model id of a body, so that every valid body fits the model.
_MAY_NOT_FIT_MODEL: Final = ("/models/v2/", "/v1/", "/model/load", "/model/run")
# By number: a generator emits `5XX` as code that does not compile.
_SERVER_ERRORS: Final = ("500", "502", "503", "504")
_OPERATION_ID: Final = re.compile(r"[a-z]+([A-Z][a-z]*)*V\d")


def operation_id(contract: Contract) -> Iterator[Problem]:
    """Operation ids are camelCase and end in the version: a leading version breaks generated module names."""
    for operation in contract.operations:
        name = str(operation.node.value.get("operationId"))
        version = "V1" if operation.path.startswith("/model/") else "V2"
        if not _OPERATION_ID.fullmatch(name) or not name.endswith(version):
            yield f"{operation.node.pointer}/operationId", f"expected camelCase ending in {version}: {name}"


def one_tag(contract: Contract) -> Iterator[Problem]:
    """An operation has exactly one declared tag: generators name folders after it."""
    declared = {tag.value.get("name") for tag in contract.root.items("tags")}
    for operation in contract.operations:
        tags = operation.node.strings("tags")
        if len(tags) != 1:
            yield f"{operation.node.pointer}/tags", f"expected one tag, found {len(tags)}"
        for index, tag in enumerate(tags):
            if tag not in declared:
                yield f"{operation.node.pointer}/tags/{index}", f"tag {tag} is not declared in `tags`"


def security_stated(contract: Contract) -> Iterator[Problem]:
    """An operation declares its security: generated clients treat inherited security differently."""
    declared = contract.root.at("components", "securitySchemes").value
    for operation in contract.operations:
        location = f"{operation.node.pointer}/security"
        if "security" not in operation.node.value:
            yield location, "security is missing"
        for requirement in operation.node.items("security"):
            for name in requirement.value:
                if name not in declared:
                    yield requirement.pointer, f"{name} is not declared in components/securitySchemes"


def error_statuses(contract: Contract) -> Iterator[Problem]:
    """An operation lists exactly the statuses that it can return: the fuzzer rejects all others."""
    for operation in contract.operations:
        location = f"{operation.node.pointer}/responses"
        present = {status for status, _ in operation.responses}
        expected, impossible = _statuses(operation)
        for status in sorted(expected - present):
            yield location, f"status {status} is missing"
        for status in sorted(impossible & present):
            yield f"{location}/{status}", "this operation cannot return this status"


def _statuses(operation: Operation) -> tuple[set[str], set[str]]:
    """Return the required and the forbidden statuses of an operation."""
    expected = {"401", "429", *_SERVER_ERRORS}
    impossible = {"405", "5XX", "default"}
    (expected if operation.parameters or operation.body else impossible).add("400")
    (expected if operation.body else impossible).update(("413", "415"))
    may_not_fit_model = operation.body and operation.path.startswith(_MAY_NOT_FIT_MODEL)
    (expected if may_not_fit_model else impossible).add("422")
    if "{" in operation.path and not operation.path.startswith("/models/v2/request/"):
        expected.add("404")
    return expected, impossible


def operation_parameters(contract: Contract) -> Iterator[Problem]:
    """Parameters are at the operation, without `not`: tools ignore them at the path, or show type `never`."""
    for _, item in contract.root.at("paths").members():
        if "parameters" in item.value:
            yield f"{item.pointer}/parameters", "expected at each operation"
    for operation in contract.operations:
        for parameter in operation.parameters:
            if "not" in parameter.at("schema").value:
                yield f"{parameter.pointer}/schema/not", "expected `x-reserved` at the parameter"


def link_bodies(contract: Contract) -> Iterator[Problem]:
    """A link has no request body: openapi-generator rejects the document."""
    for operation in contract.operations:
        for _, response in operation.responses:
            for _, link in response.at("links").members():
                if "requestBody" in link.value:
                    yield f"{link.pointer}/requestBody", "not supported by openapi-generator"


def json_first(contract: Contract) -> Iterator[Problem]:
    """JSON is the first type of a response and the only type of a body: generators support no other."""
    for operation in contract.operations:
        for _, response in operation.responses:
            contents = list(response.at("content").value)
            if "application/json" in contents[1:]:
                yield f"{response.pointer}/content", f"expected application/json before {contents[0]}"
        if operation.body is not None:
            for name in operation.body.at("content").value:
                if name != "application/json":
                    yield f"{operation.body.pointer}/content", f"expected only application/json, found {name}"
