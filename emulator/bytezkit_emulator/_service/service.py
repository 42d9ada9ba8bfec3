"""Maps a request to its operation and the operation's result to a reply."""

import logging
from collections.abc import Callable
from itertools import count
from typing import Final

from bytezkit_emulator._common.http_types import (
    JSON,
    JSON_FOR_STREAMS,
    ErrorForm,
    HttpError,
    RefusedError,
    Reply,
    ReplyGenerator,
    Request,
    url_too_long,
    with_content_length,
)
from bytezkit_emulator._common.json import as_object
from bytezkit_emulator._model.tenants import Tenant, Tenants
from bytezkit_emulator._model.world import Call, World
from bytezkit_emulator._openapi.contract import LIFECYCLE_TAG, RUN, V1_RUN, V1_TAG, Contract
from bytezkit_emulator._openapi.document import Operation
from bytezkit_emulator._openapi.routing import Route, Router
from bytezkit_emulator._service.operations import HANDLERS
from bytezkit_emulator._service.parse import read_body, read_parameters
from bytezkit_emulator._service.request_context import RequestContext
from bytezkit_emulator._service.run_body import explain_mismatch, hoist_stream, wants_non_json

_LOGGER: Final = logging.getLogger("bytezkit_emulator")


class Service:
    """Handles requests to the API. Callers hold the runtime's lock.

    Args:
        world: The simulated service.
        tenants: The tenants and the accepted keys.
        is_serverless: Whether cluster operations and the v1 API are absent.
        admit: Raises `HttpError` if a request must be rejected before it is read.
    """

    def __init__(
        self,
        world: World,
        tenants: Tenants,
        *,
        is_serverless: bool,
        admit: Callable[[RequestContext], object],
    ) -> None:
        self._world = world
        self._tenants = tenants
        self._router: Final = Router(
            world.contract, _served_operations(world.contract, is_serverless=is_serverless)
        )
        self._admit = admit
        self._request_numbers = count(1)

    @property
    def routes(self) -> list[tuple[str, str, str]]:
        """Method, path template and operation id of each served operation."""
        return self._router.routes

    def create_context(self, request: Request) -> RequestContext:
        """Return the context of a request, with its route or its routing error."""
        if request.is_url_too_long:
            # Otherwise the journal would keep it.
            return RequestContext(request.without_url(), error=url_too_long())
        if self._world.media_store.owns(request.path):
            return RequestContext(request)
        try:
            return RequestContext(request, route=self._router.find(request.method, request.path))
        except HttpError as error:
            return RequestContext(request, error=error)

    def handle(self, context: RequestContext) -> ReplyGenerator:
        """Handle a request; the generator yields the futures that it waits for."""
        request, route = context.request, context.route
        try:
            self._admit(context)
            if route is None:
                reply = self._world.media_store.serve(request)
            else:
                call = self._parse_call(request, route, context.cleanup)
                result = HANDLERS[route.operation.operation_id](self._world, call)
                if isinstance(result, Reply):
                    reply = result
                else:
                    reply = yield from result
        except RefusedError:
            # No fault may change or delay the response to a refused request.
            raise
        except HttpError as error:
            return self.refuse(context, error)
        except Exception:
            # A defect of this package. Headers and body may hold keys, so only the request line is logged.
            _LOGGER.exception("%s %s failed", request.method, request.path)
            reply = self._error_reply(HttpError(500, "Internal server error"), request, route)
        return self._finalize(reply, has_body=request.method != "HEAD")

    def refuse(self, context: RequestContext, error: HttpError) -> Reply:
        """Return the error response to a request."""
        context.error = error
        reply = self._error_reply(error, context.request, context.route)
        return self._finalize(reply, has_body=context.request.method != "HEAD")

    def _parse_call(self, request: Request, route: Route, cleanup: list[Callable[[], object]]) -> Call:
        operation = route.operation
        caller = self._find_caller(request, operation)
        body = read_body(request, operation, self._world.settings.body_limit)
        if operation.operation_id == RUN:
            body = hoist_stream(body)
        query = read_parameters(request, route)
        if (
            operation.takes_key_in_body
            and isinstance(body, dict)
            and not isinstance(body.get("key", ""), str)
        ):
            # The message of the schema would quote the value, which is a key.
            raise HttpError(400, "body/key: expected a string")
        reason = None if operation.body is None else operation.body.error_message(body, "body")
        if reason is not None and operation.operation_id == RUN:
            # The message of the schema lists every input shape; the task narrows it down.
            task = self._world.find_task(caller, f"{route.path['org']}/{route.path['name']}")
            reason = explain_mismatch(self._world.contract, body, task)
        if reason is not None:
            raise HttpError(400, reason)
        members = dict(as_object(body))
        has_key_in_body = operation.takes_key_in_body and "key" in members
        if operation.takes_key_in_body:
            # A traceback may show a call as a local variable, so the call must not hold the key.
            key = str(members.pop("key", ""))
            caller = caller or self._tenants.find_by_key(key)
        return Call(
            caller=caller,
            path=route.path,
            query=query,
            body=members,
            has_key_in_body=has_key_in_body,
            request=request,
            cleanup=cleanup,
        )

    def _find_caller(self, request: Request, operation: Operation) -> Tenant | None:
        authorization = request.headers.get("authorization")
        if authorization is None:
            if operation.needs_key:
                raise HttpError(401, "Unauthorized")
            return None
        return self._tenants.find(authorization)

    def _error_reply(self, error: HttpError, request: Request, route: Route | None) -> Reply:
        is_run = route is not None and route.operation.operation_id in (RUN, V1_RUN)
        content_type = JSON_FOR_STREAMS if is_run and wants_non_json(request.body) else JSON
        form: ErrorForm = "v1" if request.is_v1 else "v2"
        if request.is_openai and self._world.dialect.openai_errors == "openai":
            form = "openai"
        return error.reply(content_type, form)

    def _finalize(self, reply: Reply, *, has_body: bool) -> Reply:
        headers = {**reply.headers, "x-request-id": f"req-{next(self._request_numbers):06d}"}
        return with_content_length(
            Reply(status=reply.status, headers=headers, body=reply.body), has_body=has_body
        )


def _served_operations(contract: Contract, *, is_serverless: bool) -> set[str]:
    return {
        operation.operation_id
        for operations in contract.paths.values()
        for operation in operations.values()
        if operation.operation_id in HANDLERS
        if not (is_serverless and {LIFECYCLE_TAG, V1_TAG}.intersection(operation.tags))
    }
