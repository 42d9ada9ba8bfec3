"""The service: it finds the operation of a request, reads it, and lets the operation answer."""

import logging
from collections.abc import Callable
from itertools import count
from typing import Final

from bytezkit_emulator._common.http_types import (
    JSON,
    JSON_FOR_STREAMS,
    Answer,
    Refusal,
    Reply,
    Request,
    with_length,
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
from bytezkit_emulator._service.run_body import explain, lift_stream, wants_bytes

_LOGGER: Final = logging.getLogger("bytezkit_emulator")


class Service:
    """Answers requests to the API. Callers hold the lock of the core.

    Args:
        world: What all operations work on.
        tenants: Who may call.
        is_serverless: Whether there are no operations on clusters, and no older API.
        admit: Raises a refusal for a request that is not taken at all.
        check_open: Raises a refusal when the emulator is being closed.
    """

    def __init__(
        self,
        world: World,
        tenants: Tenants,
        *,
        is_serverless: bool,
        admit: Callable[[RequestContext], object],
        check_open: Callable[[], object],
    ) -> None:
        self._world = world
        self._tenants = tenants
        self._router: Final = Router(world.contract, _served(world.contract, is_serverless=is_serverless))
        self._admit = admit
        self._check_open = check_open
        self._request_numbers = count(1)

    @property
    def routes(self) -> list[tuple[str, str, str]]:
        """Method, path template and operation of all that is served."""
        return self._router.routes

    def visit(self, request: Request) -> RequestContext:
        """Find out what a request is about."""
        if self._world.media_store.owns(request.path):
            return RequestContext(request)
        try:
            return RequestContext(request, route=self._router.find(request.method, request.path))
        except Refusal as refusal:
            return RequestContext(request, refusal=refusal)

    def answer(self, visit: RequestContext) -> Answer:
        """Answer a request; the generator yields what it waits for."""
        request, route = visit.request, visit.route
        try:
            self._admit(visit)
            if route is None:
                reply = self._world.media_store.serve(request.method, request.path)
            else:
                call = self._read(request, route, visit.cleanup)
                result = HANDLERS[route.operation.operation_id](self._world, call)
                if isinstance(result, Reply):
                    reply = result
                else:
                    reply = yield from result
                    self._check_open()  # Closing the emulator resolves every wait.
        except Refusal as refusal:
            visit.refusal = refusal
            reply = _refused(refusal, request, route)
        except Exception:
            # A mistake of this package; of the request, only its line goes into the log.
            _LOGGER.exception("%s %s failed", request.method, request.path)
            reply = _refused(Refusal(500, "Internal server error"), request, route)
        return self._finished(reply, has_body=request.method != "HEAD")

    def _read(self, request: Request, route: Route, cleanup: list[Callable[[], object]]) -> Call:
        operation = route.operation
        caller = self._caller(request, operation)
        body = read_body(request, operation, self._world.settings.body_limit)
        if operation.operation_id == RUN:
            body = lift_stream(body)
        query = read_parameters(request, route)
        if (
            operation.takes_key_in_body
            and isinstance(body, dict)
            and not isinstance(body.get("key", ""), str)
        ):
            # The words of the schema would repeat the value.
            raise Refusal(400, "body/key: expected a string")
        reason = None if operation.body is None else operation.body.why_not(body, "body")
        if reason is not None and operation.operation_id == RUN:
            task = self._world.find_task(caller, f"{route.path['org']}/{route.path['name']}")
            reason = explain(self._world.contract, body, task)
        if reason is not None:
            raise Refusal(400, reason)
        members = dict(as_object(body))
        if operation.takes_key_in_body:
            # A call is printed where a traceback shows locals.
            key = str(members.pop("key", ""))
            caller = caller or self._tenants.find_by_key(key)
        return Call(
            caller=caller,
            path=route.path,
            query=query,
            body=members,
            request=request,
            cleanup=cleanup,
        )

    def _caller(self, request: Request, operation: Operation) -> Tenant | None:
        authorization = request.headers.get("authorization")
        if authorization is None:
            if operation.needs_key:
                raise Refusal(401, "Unauthorized")
            return None
        return self._tenants.find(authorization)

    def _finished(self, reply: Reply, *, has_body: bool) -> Reply:
        headers = {**reply.headers, "x-request-id": f"req-{next(self._request_numbers):06d}"}
        return with_length(Reply(status=reply.status, headers=headers, body=reply.body), has_body=has_body)


def _refused(refusal: Refusal, request: Request, route: Route | None) -> Reply:
    is_run = route is not None and route.operation.operation_id in (RUN, V1_RUN)
    content_type = JSON_FOR_STREAMS if is_run and wants_bytes(request.body) else JSON
    return refusal.reply(content_type, is_v1=request.is_v1)


def _served(contract: Contract, *, is_serverless: bool) -> set[str]:
    return {
        operation.operation_id
        for operations in contract.paths.values()
        for operation in operations.values()
        if operation.operation_id in HANDLERS
        if not (is_serverless and {LIFECYCLE_TAG, V1_TAG}.intersection(operation.tags))
    }
