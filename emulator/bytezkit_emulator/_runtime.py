"""The emulator without any way of transport: it answers requests in virtual time."""

from collections.abc import Callable
from threading import RLock
from typing import Final

from bytezkit_emulator._admin import AdminApi, AdminContext
from bytezkit_emulator._common.http_types import Cut, Parts, Refusal, Reply, Request
from bytezkit_emulator._docs import Docs
from bytezkit_emulator._faults import FaultRules, Faults, Injector
from bytezkit_emulator._journal import EntryOutcome, Journal, Log
from bytezkit_emulator._model.tenants import Tenants
from bytezkit_emulator._model.world import World
from bytezkit_emulator._service.request_context import RequestContext
from bytezkit_emulator._service.service import Service
from bytezkit_emulator._state.clock import Clock
from bytezkit_emulator._state.snapshots import State
from bytezkit_emulator._time.future import Wait
from bytezkit_emulator._time.ticker import Ticker


class Runtime:
    """Answers requests. One lock guards it; every method may be called from any thread.

    A request and its answer are one generator, which `step` resumes until the next part is ready.

    Args:
        world: What all operations work on.
        tenants: Who may call.
        is_serverless: Whether there are no operations on clusters, and no older API.
        admin_token: The digest of what the control API asks for; None for nothing.
        log: Called with each request when it is over; None for nothing.

    Attributes:
        clock: The virtual time.
        state: What lives.
        faults: What goes wrong.
        journal: What came.
        settings: Lengths and limits.
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
        self._lock = RLock()
        self._scheduler = world.scheduler
        self._ticker = Ticker(self._scheduler, self._lock)
        self._scheduler.on_schedule = self._ticker.wake
        self._parked: set[Wait] = set()
        self._is_closed = False
        self._service = Service(
            world, tenants, is_serverless=is_serverless, admit=self._admit, check_open=self._check_open
        )
        self.clock: Final = Clock(self._scheduler, tenants, self._lock)
        self.state: Final = State(world, tenants, self._lock)
        rules = FaultRules()
        self._injector = Injector(rules, self._scheduler, self._is_open)
        self.faults: Final = Faults(rules, self._lock)
        self.journal: Final = Journal(world, self._service.routes, self._lock, log)
        faces = AdminContext(
            clock=self.clock,
            state=self.state,
            faults=self.faults,
            journal=self.journal,
            is_open=self._is_open,
        )
        self._control = AdminApi(faces, admin_token)
        self._docs = Docs()

    def close(self) -> None:
        """Refuse what waits and what still comes, and end the streams."""
        with self._lock:
            self._is_closed = True
            for wait in list(self._parked):
                wait.resolve()
        self._ticker.close()

    def answer(self, request: Request) -> Parts:
        """Begin to answer a request."""
        for routes in (self._control, self._docs):
            if routes.owns(request.path):
                return routes.respond(request)
        return self._answer(request)

    def step(self, parts: Parts) -> Wait | Reply | bytes | None:
        """Resume an answer; return its next part, a `Wait` if the part is not ready, or None at the end.

        Raises:
            Cut: The connection ends here.
        """
        with self._lock:
            self._scheduler.catch_up()
            try:
                part = next(parts, None)
                while isinstance(part, Wait) and self._is_over(part):
                    part = next(parts, None)
            except Cut:
                self._scheduler.settle()
                raise
            if isinstance(part, Reply):
                self._scheduler.settle()
            return part

    def notify(self, wait: Wait, callback: Callable[[], object]) -> None:
        """Call `callback` once when a wait is resolved, from whichever thread resolves it."""
        with self._lock:
            wait.add_callback(callback)

    def abandon(self, parts: Parts) -> None:
        """End an answer and the work behind it, unless it is at its end."""
        with self._lock:
            parts.close()

    def _answer(self, request: Request) -> Parts:
        """Answer a request to the API, record it, and clean up at its end."""
        visit = self._service.visit(request)
        record = self.journal.begin(visit)
        outcome: EntryOutcome = "cut"
        try:
            reply = yield from self._injector.apply(visit, self._service.answer(visit))
            record.begin_response(reply, self._scheduler.now)
            if not isinstance(reply.body, bytes):
                visit.cleanup.append(reply.body.close)
                yield reply
                while not self._is_closed and (piece := next(reply.body, None)) is not None:
                    if isinstance(piece, bytes):
                        record.add_piece(len(piece))
                    yield piece
                if self._is_closed:
                    outcome = "abandoned"
                    if record.sent < int(reply.headers.get("content-length", 0)):
                        raise Cut("close")
                    return
            outcome = "complete"
        except GeneratorExit:
            outcome = "abandoned"
            raise
        finally:
            for callback in reversed(visit.cleanup):
                callback()
            self.journal.end(record, outcome)
        if isinstance(reply.body, bytes):
            yield reply  # After its end is recorded: a client that has the whole finds that in the journal.

    def _is_open(self) -> bool:
        return not self._is_closed

    def _admit(self, visit: RequestContext) -> None:
        """Raise a refusal if the request is not taken, for its size, its route or a fault."""
        self._check_open()
        request, settings = visit.request, self.settings
        size = sum(map(len, request.headers)) + sum(map(len, request.headers.values()))
        if size > settings.header_limit:
            raise Refusal(431, f"header: larger than {settings.header_limit} bytes in all")
        if self.journal.under_way > settings.request_limit:
            reason = f"More than {settings.request_limit} requests are under way"
            raise Refusal(503, reason, headers={"retry-after": "1"})
        if visit.refusal is not None:
            raise visit.refusal

    def _check_open(self) -> None:
        if self._is_closed:
            raise Refusal(503, "The emulator is shutting down")

    def _is_over(self, wait: Wait) -> bool:
        """Say whether a wait is resolved, in mode `auto` after letting time pass for it."""
        while not wait.resolved and self._scheduler.run_work():
            pass
        if not wait.resolved:
            self._parked.add(wait)
            wait.add_callback(lambda: self._parked.discard(wait))
        return wait.resolved
