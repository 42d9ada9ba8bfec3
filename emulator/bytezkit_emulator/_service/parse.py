"""Reads and validates parameters and body of a request."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from bytezkit_emulator._common.http_types import JSON, HttpError, Request
from bytezkit_emulator._common.json import JsonError, read_json
from bytezkit_emulator._openapi.document import Operation
from bytezkit_emulator._openapi.routing import Route
from bytezkit_models.json_value import JsonValue


def read_parameters(request: Request, route: Route) -> dict[str, str]:
    """Validate the parameters of path, query and headers. Return the parameters of the query.

    Raises:
        HttpError: A parameter is invalid, missing or repeated.
    """
    operation = route.operation
    query = _read_query(request.query, operation)
    values: Mapping[str, Mapping[str, str]] = {
        "path": route.path,
        "query": query,
        "header": request.headers,
    }
    for parameter in operation.parameters:
        value = values[parameter.location].get(parameter.name)
        if value is None:
            if parameter.is_required:
                raise HttpError(400, f"{parameter.where}: is required")
            continue
        reason = parameter.schema.error_message(value, parameter.where)
        if reason is not None:
            raise HttpError(400, reason)
    return query


def read_body(request: Request, operation: Operation, limit: int) -> JsonValue:
    """Return the JSON body of a request; an empty object if there is no body.

    Raises:
        HttpError: The body is too large, has another media type, is not JSON, or is required but missing.
    """
    if operation.body is None:
        return {}
    if len(request.body) > limit:
        raise HttpError(413, f"body: larger than {limit} bytes")
    if not request.body:
        if operation.needs_body:
            raise HttpError(400, "body: is required")
        return {}
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in ("", JSON):
        raise HttpError(415, f"header/content-type: expected {JSON}")
    try:
        return read_json(request.body)
    except JsonError as error:
        raise HttpError(400, f"body: {error}") from None


def _read_query(query: str, operation: Operation) -> dict[str, str]:
    if not query:
        return {}
    names = {parameter.name for parameter in operation.parameters if parameter.location == "query"}
    # A published client writes a second `?` instead of `&`.
    pairs = parse_qsl(query.replace("?", "&"), keep_blank_values=True)
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values and name in names:
            raise HttpError(400, f"query/{name}: is given twice")
        values[name] = value
    return values
