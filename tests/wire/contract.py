"""Validates requests against the OpenAPI document, independently of the emulator."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from jsonschema_rs import validator_for

from tests.emulator.contract_check import DOCUMENT, resolved
from tests.wire.row import Row

OPERATIONS: Final = frozenset(
    operation["operationId"]
    for item in DOCUMENT["paths"].values()
    for method, operation in item.items()
    if method != "parameters"
)


def operation_id(row: Row) -> str:
    """Return the operationId of a request."""
    operation_id: str = _find(row)[0]["operationId"]
    return operation_id


def violations(row: Row, query: str | None = None) -> list[str]:
    """List the violations of the document in a request, with another query if one is given."""
    operation, path_values = _find(row)
    query = row.request.partition("?")[2] if query is None else query
    headers = {name.lower(): value for name, value in row.headers.items()}
    values = {
        "path": path_values,
        "query": dict(parse_qsl(query, strict_parsing=bool(query))),
        "header": headers,
    }
    found = [*_parameter_violations(operation, values), *_body_violations(operation, headers, row.body)]
    if "authorization" not in headers and {} not in operation["security"]:
        found.append("header/authorization: is required")
    return found


def _find(row: Row) -> tuple[Mapping[str, Any], dict[str, str]]:
    method, _, target = row.request.partition(" ")
    for template, item in DOCUMENT["paths"].items():
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
        if match := re.fullmatch(pattern, target.partition("?")[0]):
            operation = item[method.lower()]
            parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
            return {**operation, "parameters": parameters}, match.groupdict()
    raise LookupError(f"{target} is not a path of the contract")


def _parameter_violations(
    operation: Mapping[str, Any], values: Mapping[str, Mapping[str, str]]
) -> Iterator[str]:
    parameters = [resolved(parameter) for parameter in operation["parameters"]]
    for parameter in parameters:
        place, name = parameter["in"], parameter["name"]
        if name in values[place]:
            yield from _schema_violations(f"{place}/{name}", parameter["schema"], values[place][name])
        elif parameter.get("required"):
            yield f"{place}/{name}: is required"
    for name in values["query"].keys() - {parameter["name"] for parameter in parameters}:
        yield f"query/{name}: is not described"


def _body_violations(
    operation: Mapping[str, Any], headers: Mapping[str, str], body: str | None
) -> Iterator[str]:
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
        yield from _schema_violations(
            "body", declared["content"]["application/json"]["schema"], json.loads(body)
        )


def _schema_violations(place: str, schema: Mapping[str, Any], value: object) -> Iterator[str]:
    validator = validator_for({**schema, "components": DOCUMENT["components"]}, validate_formats=True)
    return (f"{place}: {error.message}" for error in validator.iter_errors(value))
