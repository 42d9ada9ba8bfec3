"""The emulator without any way of transport: it answers requests in virtual time."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from threading import RLock
from typing import Final

from bytezkit_emulator._contract import LIFECYCLE_TAG, OLDER_RUN, OLDER_TAG, RUN, Contract, Operation
from bytezkit_emulator._json import as_object
from bytezkit_emulator._messages import (
    JSON,
    JSON_FOR_STREAMS,
    Answer,
    Refusal,
    Reply,
    Request,
    Stream,
)
from bytezkit_emulator._operations import HANDLERS
from bytezkit_emulator._requests import read_body, read_parameters
from bytezkit_emulator._routing import Route, Router
from bytezkit_emulator._run_request import explain, lift_stream, wants_bytes
from bytezkit_emulator._tenants import Tenant, Tenants
from bytezkit_emulator._ticker import Ticker
from bytezkit_emulator._wait import Wait
from bytezkit_emulator._world import Call, World

_LOGGER: Final = logging.getLogger("bytezkit_emulator")


class Core:
    """Answers requests. One lock guards it; every method may be called from any thread.

    An answer is a generator that is driven by `step`, a stream by `next_chunk`. Both give a `Wait`
    when nothing can go on yet: the driver calls again once it is resolved.

    Args:
        world: The service.
        tenants: Who may call.
        is_serverless: Whether there are no operations on clusters, and no older API.
    """

    def __init__(self, world: World, tenants: Tenants, *, is_serverless: bool) -> None:
        self._world = world
        self._tenants = tenants
        self._router: Final = Router(world.contract, _served(world.contract, is_serverless=is_serverless))
        self._lock = RLock()
        self._scheduler = world.scheduler
        self._ticker = Ticker(self._scheduler, self._lock)
        if self._scheduler.is_ticking:
            self._scheduler.on_schedule = self._ticker.wake
        self._request_numbers = count(1)
        self._parked: set[Wait] = set()
        self._is_closed = False

    @property
    def body_limit(self) -> int:
        """Bytes of a body beyond which nothing needs to be read."""
        return self._world.settings.body_limit

    @property
    def now(self) -> datetime:
        """The present moment."""
        with self._lock:
            self._scheduler.catch_up()
            return self._scheduler.now

    def advance(self, length: timedelta) -> None:
        """Let time pass at once."""
        with self._lock:
            self._scheduler.advance(length)

    def close(self) -> None:
        """Refuse what waits and what still comes, and end the streams."""
        with self._lock:
            self._is_closed = True
            for wait in list(self._parked):
                wait.resolve()
        self._ticker.close()

    def answer(self, request: Request) -> Answer:
        """Begin to answer a request."""
        route: Route | None = None
        try:
            self._check_open()
            if self._world.media_store.owns(request.path):
                reply = self._world.media_store.serve(request.method, request.path)
            else:
                route = self._router.find(request.method, request.path)
                result = HANDLERS[route.operation.operation_id](self._world, self._read(request, route))
                reply = result if isinstance(result, Reply) else (yield from self._while_open(result))
        except Refusal as refusal:
            reply = _refused(refusal, request, route)
        except Exception:
            # A mistake of this package; of the request, only its line goes into the log.
            _LOGGER.exception("%s %s failed", request.method, request.path)
            reply = _refused(Refusal(500, "Internal server error"), request, route)
        return self._finished(reply, has_body=request.method != "HEAD")

    def step(self, answer: Answer) -> Wait | Reply:
        """Go on with an answer until it is ready or has to wait."""
        with self._lock:
            self._scheduler.catch_up()
            try:
                while self._is_over(wait := next(answer)):
                    pass
            except StopIteration as stop:
                self._scheduler.settle()
                reply: Reply = stop.value
                return reply
            return wait

    def next_chunk(self, stream: Stream) -> Wait | bytes | None:
        """Return the next piece of a stream, or None at its end."""
        with self._lock:
            self._scheduler.catch_up()
            if self._is_closed:
                self.abandon(stream)
            for chunk in stream.chunks:
                if isinstance(chunk, bytes) or not self._is_over(chunk):
                    return chunk
            return None

    def notify(self, wait: Wait, callback: Callable[[], object]) -> None:
        """Call `callback` once when a wait is resolved, from whichever thread resolves it."""
        with self._lock:
            wait.add_callback(callback)

    def abandon(self, work: Answer | Stream) -> None:
        """Give up an answer or a stream; one that is at its end stays as it is."""
        with self._lock:
            if isinstance(work, Stream):
                work.chunks.close()
                work.abandon()
            else:
                work.close()

    def _check_open(self) -> None:
        if self._is_closed:
            raise Refusal(503, "The emulator is shutting down")

    def _while_open(self, answer: Answer) -> Answer:
        try:
            while True:
                self._check_open()
                yield next(answer)
        except StopIteration as stop:
            reply: Reply = stop.value
            return reply
        finally:
            answer.close()

    def _is_over(self, wait: Wait) -> bool:
        """Say whether a wait is resolved, in mode `auto` after letting time pass for it."""
        while not wait.resolved and self._scheduler.run_work():
            pass
        if not wait.resolved:
            self._parked.add(wait)
            wait.add_callback(lambda: self._parked.discard(wait))
        return wait.resolved

    def _read(self, request: Request, route: Route) -> Call:
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
            origin=request.origin,
            has_provider_key="provider-key" in request.headers,
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
        if isinstance(reply.body, bytes):
            headers["content-length"] = str(len(reply.body))
        return Reply(status=reply.status, headers=headers, body=reply.body if has_body else b"")


def _refused(refusal: Refusal, request: Request, route: Route | None) -> Reply:
    is_run = route is not None and route.operation.operation_id in (RUN, OLDER_RUN)
    content_type = JSON_FOR_STREAMS if is_run and wants_bytes(request.body) else JSON
    return refusal.reply(content_type, is_older=request.is_older)


def _served(contract: Contract, *, is_serverless: bool) -> set[str]:
    return {
        operation.operation_id
        for operations in contract.paths.values()
        for operation in operations.values()
        if operation.operation_id in HANDLERS
        if not (is_serverless and {LIFECYCLE_TAG, OLDER_TAG}.intersection(operation.tags))
    }
