"""The emulator without I/O: responds to requests in virtual time."""

from collections.abc import Callable, Sequence
from functools import partial
from threading import RLock
from typing import Final, NamedTuple
from weakref import ref

from bytezkit_emulator._admin import BODY_LIMIT, AdminApi, AdminContext
from bytezkit_emulator._common.http_types import (
    ConnectionCutError,
    HttpError,
    PartGenerator,
    RefusedError,
    Reply,
    ReplyGenerator,
    ReplyParts,
    Request,
)
from bytezkit_emulator._docs import Docs, about_reply, is_about
from bytezkit_emulator._faults import Fault, FaultRules, Faults, Injector
from bytezkit_emulator._journal import EntryOutcome, Journal, Log
from bytezkit_emulator._model.tenants import Tenants
from bytezkit_emulator._model.world import World
from bytezkit_emulator._service.cors import Cors
from bytezkit_emulator._service.request_context import RequestContext
from bytezkit_emulator._service.service import Service
from bytezkit_emulator._state.clock import Clock, until_idle
from bytezkit_emulator._state.snapshots import State
from bytezkit_emulator._stubs import StubEngine, StubSequence
from bytezkit_emulator._time.future import Future, RealTimeFuture
from bytezkit_emulator._time.scheduler import ClockMode
from bytezkit_emulator._time.ticker import Ticker

_SHUTDOWN_REASON: Final = "The emulator is shutting down"


class _Start(NamedTuple):
    mode: ClockMode
    scale: float
    faults: tuple[Fault, ...]
    stubs: Sequence[StubSequence]


class Runtime:
    """Responds to requests. One lock guards it; every method may be called from any thread.

    A request and its response are one generator, in `ReplyParts`. `step` resumes it until
    the next part is ready.

    Args:
        world: The simulated service.
        stubs: Serves the stubs.
        tenants: The tenants and the accepted keys.
        cors: The web pages that may call the emulated API.
        is_serverless: Whether cluster operations and the v1 API are absent.
        admin_token: Digest of the token that the control API requires; None if the emulator has no token.
        log: Called with the journal entry of each finished request; None for no log.
        lock: The lock. It is reentrant, since a callback that runs under it may call a method that takes it.

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
        stubs: StubEngine,
        tenants: Tenants,
        *,
        cors: Cors,
        is_serverless: bool,
        admin_token: bytes | None,
        log: Log | None,
        lock: RLock,
    ) -> None:
        self.settings: Final = world.settings
        self._lock = lock
        self._scheduler = world.scheduler
        self._ticker = Ticker(self._scheduler, self._lock)
        self._scheduler.on_schedule = self._ticker.wake
        # Requests whose response has not ended; a reset and `close` refuse them.
        self._pending: dict[RequestContext, ref[ReplyParts]] = {}
        self._is_closed = False
        self._service = Service(world, tenants, is_serverless=is_serverless, admit=self._admit)
        self.clock: Final = Clock(world, tenants, self._lock)
        self.state: Final = State(world, tenants, self._lock, self._refuse_reset)
        self._stubs = stubs
        self._cors = cors
        rules = FaultRules()
        self._injector = Injector(rules, self._scheduler, self._is_open)
        self.faults: Final = Faults(rules, self._lock)
        self.journal: Final = Journal(world, self._service.routes, self._lock, log)
        admin_context = AdminContext(
            clock=self.clock,
            state=self.state,
            faults=self.faults,
            journal=self.journal,
            reset=self.reset,
            until_idle=partial(until_idle, world),
            is_open=self._is_open,
        )
        self._admin = AdminApi(admin_context, admin_token)
        self._docs = Docs(admin_token)
        self.save_start()

    def save_start(self) -> None:
        """Save the mode of the clock, the faults and the stubs as those that `reset` returns to."""
        self._start = _Start(self.clock.mode, self.clock.scale, self.faults.list(), self._stubs.sequences)

    def reset(self) -> None:
        """Refuse all requests and return to the start, except for the snapshots."""
        start = self._start
        with self._lock:
            # First, since a change of the clock's mode may end what the requests wait for.
            self._refuse_reset(None)
            self.clock.set_mode(start.mode, start.scale)
            self.state.reset()
            self.faults.clear()
            self.faults.add(*start.faults)
            self._stubs.sequences = start.stubs
            self._stubs.rewind()
            self.journal.clear()

    def close(self) -> None:
        """Reject waiting and later requests, and cut all streams."""
        with self._lock:
            self._is_closed = True
            self._refuse(None, 503, _SHUTDOWN_REASON)
        self._ticker.close()

    def body_limit(self, path: str) -> int:
        """Return the maximum size in bytes of the body of a request to a path."""
        return BODY_LIMIT if self._admin.owns(path) else self.settings.body_limit

    def handle(self, request: Request) -> ReplyParts:
        """Start to handle a request; `step` runs it."""
        for routes in (self._admin, self._docs):
            if routes.owns(request.path):
                return ReplyParts(partial(_respond_whole, routes.respond(request)))
        whole = about_reply(request) if is_about(request) else self._cors.preflight(request)
        if whole is not None:
            return ReplyParts(lambda _: (part for part in (whole,)))
        context = self._service.create_context(request)
        return ReplyParts(partial(self._respond, context))

    def step(self, parts: ReplyParts) -> Future | Reply | bytes | None:
        """Resume a response. Return its next part, a `Future` if the part is not ready, or None at the end.

        Raises:
            ConnectionCutError: The connection must be cut.
        """
        with self._lock:
            self._scheduler.catch_up()
            try:
                part = parts.next()
                while isinstance(part, Future) and self._is_resolved(part):
                    part = parts.next()
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

    def _respond(self, context: RequestContext, parts: "ref[ReplyParts]") -> PartGenerator:
        """Handle a request to the API, record it, and clean up at its end."""
        self._pending[context] = parts
        record = self.journal.begin(context)
        outcome: EntryOutcome = "cut"
        try:
            try:
                reply = yield from self._injector.apply(context, self._service.handle(context))
            except RefusedError as error:
                reply = self._service.refuse(context, error)
            reply = self._cors.share(context.request, reply)
            record.begin_response(reply, self._scheduler.now)
            if not isinstance(reply.body, bytes):
                context.cleanup.append(reply.body.close)
                yield reply
                while (piece := next(reply.body, None)) is not None:
                    if isinstance(piece, bytes):
                        record.add_piece(len(piece))
                    yield piece
            outcome = "complete"
        except GeneratorExit:
            outcome = "abandoned"
            raise
        except ConnectionCutError as cut:
            record.reason = cut.reason
            raise
        except RefusedError:
            # The head was sent. A body that ended here would look complete.
            outcome = "abandoned"
            raise ConnectionCutError("close") from None
        finally:
            # A response that nobody reads any more ends without a call of this class.
            with self._lock:
                del self._pending[context]
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
        if self._is_closed:
            raise HttpError(503, _SHUTDOWN_REASON)
        request, settings = context.request, self.settings
        size = sum(map(len, request.headers)) + sum(map(len, request.headers.values()))
        if size > settings.header_limit:
            raise HttpError(431, f"header: larger than {settings.header_limit} bytes in all")
        if self.journal.under_way > settings.request_limit:
            reason = f"More than {settings.request_limit} requests are under way"
            raise HttpError(503, reason, headers={"retry-after": "1"})
        if context.error is not None:
            raise context.error

    def _refuse_reset(self, tenant: str | None) -> None:
        self._refuse(tenant, 409, "The emulator was reset")

    def _refuse(self, tenant: str | None, status: int, reason: str) -> None:
        """Refuse the requests of a tenant, by the fingerprint of its key, or of all tenants."""
        for context, reference in list(self._pending.items()):
            parts = reference()
            if parts is not None and tenant in (None, context.tenant):
                parts.refuse(RefusedError(status, reason))

    def _is_resolved(self, future: Future) -> bool:
        """Return whether a future is resolved; in mode `auto` advance virtual time until it is."""
        if not isinstance(future, RealTimeFuture):
            while not future.resolved and self._scheduler.run_work():
                pass
        return future.resolved


def _respond_whole(reply: ReplyGenerator, _: "ref[ReplyParts]") -> PartGenerator:
    yield (yield from reply)
