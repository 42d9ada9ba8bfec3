"""The emulator without I/O: responds to requests in virtual time."""

from collections.abc import Callable
from threading import RLock
from typing import Final

from bytezkit_emulator._admin import AdminApi, AdminContext
from bytezkit_emulator._common.http_types import ConnectionCutError, HttpError, Reply, ReplyParts, Request
from bytezkit_emulator._docs import Docs
from bytezkit_emulator._faults import FaultRules, Faults, Injector
from bytezkit_emulator._journal import EntryOutcome, Journal, Log
from bytezkit_emulator._model.tenants import Tenants
from bytezkit_emulator._model.world import World
from bytezkit_emulator._service.request_context import RequestContext
from bytezkit_emulator._service.service import Service
from bytezkit_emulator._state.clock import Clock
from bytezkit_emulator._state.snapshots import State
from bytezkit_emulator._time.future import Future
from bytezkit_emulator._time.ticker import Ticker


class Runtime:
    """Responds to requests. One lock guards it; every method may be called from any thread.

    A request and its response are one generator. `step` resumes the generator until the next part is ready.

    Args:
        world: The simulated service.
        tenants: The tenants and the accepted keys.
        is_serverless: Whether cluster operations and the v1 API are absent.
        admin_token: Digest of the token that the control API requires; None if it requires no token.
        log: Called with the journal entry of each finished request; None for no log.

    Attributes:
        clock: Virtual time.
        state: Reset, snapshots, export and import.
        faults: Fault injection.
        journal: Recorded requests.
        settings: Durations and limits.
    """

    def __init__(
        self,
        world: World,
        tenants: Tenants,
        *,
        is_serverless: bool,
        admin_token: bytes | None,
        log: Log | None,
    ) -> None:
        self.settings: Final = world.settings
        # Reentrant, since a callback that runs under the lock may call a method that takes the lock.
        self._lock = RLock()
        self._scheduler = world.scheduler
        self._ticker = Ticker(self._scheduler, self._lock)
        self._scheduler.on_schedule = self._ticker.wake
        # Futures that a request waits for; `close` resolves them.
        self._pending: set[Future] = set()
        self._is_closed = False
        self._service = Service(
            world,
            tenants,
            is_serverless=is_serverless,
            admit=self._admit,
            check_not_closed=self._check_not_closed,
        )
        self.clock: Final = Clock(self._scheduler, tenants, self._lock)
        self.state: Final = State(world, tenants, self._lock)
        rules = FaultRules()
        self._injector = Injector(rules, self._scheduler, self._is_open)
        self.faults: Final = Faults(rules, self._lock)
        self.journal: Final = Journal(world, self._service.routes, self._lock, log)
        admin_context = AdminContext(
            clock=self.clock,
            state=self.state,
            faults=self.faults,
            journal=self.journal,
            is_open=self._is_open,
        )
        self._admin = AdminApi(admin_context, admin_token)
        self._docs = Docs()

    def close(self) -> None:
        """Reject waiting and later requests, and end all streams."""
        with self._lock:
            self._is_closed = True
            for future in list(self._pending):
                future.resolve()
        self._ticker.close()

    def handle(self, request: Request) -> ReplyParts:
        """Start to handle a request; `step` runs it."""
        for routes in (self._admin, self._docs):
            if routes.owns(request.path):
                return routes.respond(request)
        return self._handle_api_request(request)

    def step(self, parts: ReplyParts) -> Future | Reply | bytes | None:
        """Resume a response. Return its next part, a `Future` if the part is not ready, or None at the end.

        Raises:
            ConnectionCutError: The connection must be cut.
        """
        with self._lock:
            self._scheduler.catch_up()
            try:
                part = next(parts, None)
                while isinstance(part, Future) and self._is_resolved(part):
                    part = next(parts, None)
            except ConnectionCutError:
                self._scheduler.settle()
                raise
            if isinstance(part, Reply):
                # The client sees the state after the events that the request has caused, such as a boot.
                self._scheduler.settle()
            return part

    def notify(self, future: Future, callback: Callable[[], object]) -> None:
        """Call `callback` once when `future` is resolved, from the thread that resolves it."""
        with self._lock:
            future.add_callback(callback)

    def abandon(self, parts: ReplyParts) -> None:
        """End a response and its work, unless the response has already ended."""
        with self._lock:
            parts.close()

    def _handle_api_request(self, request: Request) -> ReplyParts:
        """Handle a request to the API, record it, and clean up at its end."""
        context = self._service.create_context(request)
        record = self.journal.begin(context)
        outcome: EntryOutcome = "cut"
        try:
            reply = yield from self._injector.apply(context, self._service.handle(context))
            record.begin_response(reply, self._scheduler.now)
            if not isinstance(reply.body, bytes):
                context.cleanup.append(reply.body.close)
                yield reply
                while not self._is_closed and (piece := next(reply.body, None)) is not None:
                    if isinstance(piece, bytes):
                        record.add_piece(len(piece))
                    yield piece
                if self._is_closed:
                    outcome = "abandoned"
                    # Chunked coding needs no length. With a length, the body is too short here.
                    if record.sent < int(reply.headers.get("content-length", 0)):
                        raise ConnectionCutError("close")
                    return
            outcome = "complete"
        except GeneratorExit:
            outcome = "abandoned"
            raise
        finally:
            for callback in reversed(context.cleanup):
                callback()
            self.journal.end(record, outcome)
        if isinstance(reply.body, bytes):
            # Sent after the entry is recorded, so that a client with the whole response finds its entry.
            yield reply

    def _is_open(self) -> bool:
        return not self._is_closed

    def _admit(self, context: RequestContext) -> None:
        """Raise `HttpError` if the emulator is closed, a limit is exceeded, or no route matches."""
        self._check_not_closed()
        request, settings = context.request, self.settings
        size = sum(map(len, request.headers)) + sum(map(len, request.headers.values()))
        if size > settings.header_limit:
            raise HttpError(431, f"header: larger than {settings.header_limit} bytes in all")
        if self.journal.under_way > settings.request_limit:
            reason = f"More than {settings.request_limit} requests are under way"
            raise HttpError(503, reason, headers={"retry-after": "1"})
        if context.error is not None:
            raise context.error

    def _check_not_closed(self) -> None:
        if self._is_closed:
            raise HttpError(503, "The emulator is shutting down")

    def _is_resolved(self, future: Future) -> bool:
        """Return whether a future is resolved; in mode `auto`, advance time until it is."""
        while not future.resolved and self._scheduler.run_work():
            pass
        if not future.resolved:
            self._pending.add(future)
            future.add_callback(lambda: self._pending.discard(future))
        return future.resolved
