"""Validates requests against the OpenAPI document, independently of the emulator."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from jsonschema_rs import validator_for

from tests.emulator.contract_check import DOCUMENT

_METHODS: Final = ("get", "put", "post", "patch", "delete")
OPERATIONS: Final = frozenset(
    operation["operationId"]
    for item in DOCUMENT["paths"].values()
    for method, operation in item.items()
    if method in _METHODS
)


def operation_id(method: str, target: str) -> str:
    """Return the operationId of a request."""
    operation, _ = _find(method, target.partition("?")[0])
    name: str = operation["operationId"]
    return name


def objections(
    method: str, target: str, headers: Mapping[str, str], body: str | None, query_read_as: str | None = None
) -> list[str]:
    """List the violations of the document in a request."""
    path, _, query = target.partition("?")
    operation, values = _find(method, path)
    sent = {name.lower(): value for name, value in headers.items()}
    members = dict(parse_qsl(query if query_read_as is None else query_read_as, strict_parsing=bool(query)))
    found = list(_about_parameters(operation, {"path": values, "query": members, "header": sent}))
    if "authorization" not in sent and {} not in operation["security"]:
        found.append("header/authorization: is required")
    return [*found, *_about_body(operation, sent, body)]


def _find(method: str, path: str) -> tuple[Mapping[str, Any], dict[str, str]]:
    for template, item in DOCUMENT["paths"].items():
        match = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template), path)
        if match is not None:
            operation = item[method.lower()]
            parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
            return {**operation, "parameters": parameters}, match.groupdict()
    raise LookupError(f"{path} is no path of the contract")


def _about_parameters(operation: Mapping[str, Any], values: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    known = set()
    for parameter in map(_resolved, operation["parameters"]):
        place, name = parameter["in"], parameter["name"]
        known.add(name)
        if name in values[place]:
            for reason in _misfits(parameter["schema"], values[place][name]):
                yield f"{place}/{name}: {reason}"
        elif parameter.get("required"):
            yield f"{place}/{name}: is required"
    for name in values["query"].keys() - known:
        yield f"query/{name}: is not described"


def _about_body(operation: Mapping[str, Any], headers: Mapping[str, str], body: str | None) -> Iterator[str]:
    declared = operation.get("requestBody")
    if declared is None:
        if body and "body is ignored" not in operation["description"]:
            yield "body: is not described"
    elif not body:
        if declared["required"]:
            yield "body: is required"
    elif headers.get("content-type") not in declared["content"]:
        yield "header/content-type: is not described"
    else:
        for reason in _misfits(declared["content"]["application/json"]["schema"], json.loads(body)):
            yield f"body: {reason}"


def _misfits(schema: Mapping[str, Any], value: object) -> Iterator[str]:
    validator = validator_for({**schema, "components": DOCUMENT["components"]}, validate_formats=True)
    return (error.message for error in validator.iter_errors(value))


def _resolved(value: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in value:
        return value
    found: Any = DOCUMENT
    for part in value["$ref"].split("/")[1:]:
        found = found[part]
    return _resolved(found)
