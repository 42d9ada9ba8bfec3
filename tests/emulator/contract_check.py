"""Validate responses against the OpenAPI document, independently of the emulator's own validation."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import httpx
import jsonschema_rs

from bytezkit_openapi import read_json

DOCUMENT: Final[dict[str, Any]] = json.loads(read_json())


def check(response: httpx.Response) -> None:
    """Assert that the response satisfies the document."""
    if response.headers["content-type"].startswith("application/json"):
        response.read()
    _check(response)


async def check_async(response: httpx.Response) -> None:
    """Assert that the response satisfies the document."""
    if response.headers["content-type"].startswith("application/json"):
        await response.aread()
    _check(response)


def _check(response: httpx.Response) -> None:
    path = response.request.url.path
    if re.match("/_emulator/|/docs", path) or (response.is_success and re.match("/$|/media/", path)):
        return  # The document describes neither pages, the control API nor generated files.
    assert re.fullmatch(r"req-\d{6,}", response.headers["x-request-id"])
    is_head = response.request.method == "HEAD"
    method = "GET" if is_head else response.request.method
    operation = operation_of(method, response.request.url.raw_path.decode())
    if operation is None:
        assert response.status_code in (404, 405, 416)
        if is_head:
            return
        is_v1 = response.request.url.path.startswith("/model/")
        schema = "ErrorResponseV1" if is_v1 else "ErrorResponse"
        assert admits({"$ref": f"#/components/schemas/{schema}"}, response.json())
        return
    declared = operation["responses"]
    # A fault may have any status from 500 on; the documented ones have one response.
    status = str(min(response.status_code, 500))
    if status not in declared:
        assert response.status_code in (404, 405, 431), f"{status} is not documented"
        return
    declaration = resolved(declared[status])
    for name, reference in declaration.get("headers", {}).items():
        header = resolved(reference)
        if name in response.headers:
            value = response.headers[name]
            schema = header["schema"]
            assert _validator(json.dumps(schema)).is_valid(
                int(value) if schema["type"] == "integer" else value
            ), f"{name}: {value}"
        else:
            assert not header.get("required"), f"{name} is missing"
    media_type = response.headers["content-type"].partition(";")[0]
    schema = declaration["content"][media_type]["schema"]
    if media_type == "application/json" and not is_head:
        errors = [error.message for error in _validator(json.dumps(schema)).iter_errors(response.json())]
        assert not errors, errors


def operation_of(method: str, path: str) -> Mapping[str, Any] | None:
    """Return the operation of a method and path, or None if the document has none."""
    path = path.partition("?")[0]
    for spelling in (path, path.replace("%2F", "/")):
        for template, item in DOCUMENT["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), spelling):
                operation: Mapping[str, Any] | None = item.get(method.lower())
                return operation
    return None


def resolved(value: Any) -> Any:
    """Follow `$ref` to the object that it refers to."""
    while "$ref" in value:
        found: Any = DOCUMENT
        for part in value["$ref"].split("/")[1:]:
            found = found[part]
        value = found
    return value


def admits(schema: Mapping[str, Any], value: object) -> bool:
    """Return whether a value satisfies a schema of the document."""
    return _validator(json.dumps(schema)).is_valid(value)


@cache
def _validator(schema: str) -> "jsonschema_rs.Validator":
    return jsonschema_rs.validator_for(
        {**json.loads(schema), "components": DOCUMENT["components"]}, validate_formats=True
    )
