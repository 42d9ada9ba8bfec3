"""Requests that are read otherwise than the contract says."""

from typing import Any, cast
from unittest.mock import patch
from urllib.parse import parse_qsl, unquote

from msgspec.structs import replace

from bytezkit_emulator._common.http_types import HttpError, Reply, ReplyGenerator, Request
from bytezkit_emulator._common.json import JsonObject, JsonValue
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._openapi.contract import Task
from bytezkit_emulator._openapi.document import Operation
from bytezkit_emulator._openapi.routing import Route, Router
from bytezkit_emulator._openapi.validation import Schema
from bytezkit_emulator._service import operations as _operations
from bytezkit_emulator._service import parse as _requests
from bytezkit_emulator._service import run as _run
from bytezkit_emulator._service import service as _service
from bytezkit_emulator._service.operations import HANDLERS
from bytezkit_emulator._service.run_body import RunRequest, expand_input, read_run_request
from tests.mutants.mutant import Change, fault

_read_body = _requests.read_body
_list_models = _operations._list_models


def _listing_without(name: str) -> Change:
    def handle(world: World, call: Call) -> Reply:
        return _list_models(
            world, replace(call, query={it: call.query[it] for it in call.query if it != name})
        )

    return patch.dict(cast("dict[str, Any]", HANDLERS), listModelsV2=handle)


@fault("request", "The list of models is not filtered by the model.")
def model_filter_ignored() -> Change:
    return _listing_without("modelId")


@fault("request", "The list of models is not filtered by the task.")
def task_filter_ignored() -> Change:
    return _listing_without("task")


@fault("request", "Of a query parameter that is given twice, the last counts.")
def query_twice() -> Change:
    return patch.object(
        _requests,
        "_read_query",
        lambda query, _: dict(parse_qsl(query.replace("?", "&"), keep_blank_values=True)),
    )


@fault("request", "A second question mark in the query belongs to the value.")
def stray_question_mark() -> Change:
    def read(query: str, operation: Operation) -> dict[str, str]:
        return dict(parse_qsl(query, keep_blank_values=True))

    return patch.object(_requests, "_read_query", read)


@fault("request", "A body may be one byte longer than the limit.")
def body_limit_off_by_one() -> Change:
    return patch.object(
        _service, "read_body", lambda request, operation, limit: _read_body(request, operation, limit + 1)
    )


@fault("request", "A body of any content type is read as JSON.")
def any_content_type() -> Change:
    def read_body(request: Request, operation: Operation, limit: int) -> JsonValue:
        headers = {name: value for name, value in request.headers.items() if name != "content-type"}
        return _read_body(replace(request, headers=headers), operation, limit)

    return patch.object(_service, "read_body", read_body)


@fault("request", "A content type is compared with its parameters.")
def charset_refused() -> Change:
    def read_body(request: Request, operation: Operation, limit: int) -> JsonValue:
        if operation.body is not None and request.body and ";" in request.headers.get("content-type", ""):
            raise HttpError(415, "header/content-type: expected application/json")
        return _read_body(request, operation, limit)

    return patch.object(_service, "read_body", read_body)


@fault("request", "The slash of a model may not be encoded.")
def encoded_slash_unknown() -> Change:
    find = Router.find

    def find_literally(self: Router, method: str, path: str) -> Route:
        if "/" in unquote(path.rpartition("/")[2]):
            raise HttpError(404, "path: there is nothing here")
        return find(self, method, path)

    return patch.object(Router, "find", find_literally)


@fault("request", "Members that the contract does not name are let through.")
def unknown_members_admitted() -> Change:
    read = _service.Service._parse_call

    def read_leniently(self: _service.Service, request: Request, route: Route, cleanup: Any) -> Call:
        if route.operation.operation_id in ("createClusterV2", "updateClusterV2"):
            route = replace(route, operation=replace(route.operation, body=self._world.contract.schema({})))
        return read(self, request, route, cleanup)

    return patch.object(_service.Service, "_parse_call", read_leniently)


@fault("request", "Parameters of the query are not checked.")
def query_unchecked() -> Change:
    def read(request: Request, route: Route) -> dict[str, str]:
        return dict(parse_qsl(request.query, keep_blank_values=True))

    return patch.object(_service, "read_parameters", read)


@fault("request", "A wrong body is 422 instead of 400.")
def unprocessable_for_bad() -> Change:
    answer = HttpError.__init__

    def init(self: HttpError, status: int, *args: Any, **rest: Any) -> None:
        answer(self, 422 if status == 400 else status, *args, **rest)

    return patch.object(HttpError, "__init__", init)


@fault("request", "Whether credits are left is asked before anything else.")
def credits_before_all() -> Change:
    run_model = HANDLERS["runModelV2"]

    def handle(world: World, call: Call) -> Reply | ReplyGenerator:
        world.check_credits(call.tenant)
        return run_model(world, call)

    return patch.dict(cast("dict[str, Any]", HANDLERS), runModelV2=handle)


@fault("request", "Members of the shorthand `input` win over those beside it.")
def shorthand_wins() -> Change:
    expand = expand_input

    def expand_and_prefer(body: Any, task: Any) -> Any:
        inner = body.get("input")
        return {**expand(body, task), **inner} if isinstance(inner, dict) else expand(body, task)

    return patch.object(_run, "expand_input", expand_and_prefer)


@fault("request", "Arguments of a task are not checked.")
def params_unchecked() -> Change:
    read = read_run_request
    anything = Schema({})

    def read_leniently(members: JsonObject, model_id: str, task: Task) -> RunRequest:
        return read(members, model_id, replace(task, params=anything))

    return patch.object(_run, "read_run_request", read_leniently)
