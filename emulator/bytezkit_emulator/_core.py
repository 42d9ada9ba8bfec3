"""The emulator without any way of transport: it answers requests in virtual time."""

from collections.abc import Callable
from threading import RLock
from typing import Final

from bytezkit_emulator._clock import Clock
from bytezkit_emulator._control import Control, Faces
from bytezkit_emulator._docs import Docs
from bytezkit_emulator._faults import Faults, Injector, Rules
from bytezkit_emulator._journal import Journal, Log
from bytezkit_emulator._limits import check_limits
from bytezkit_emulator._messages import Answer, Cut, Refusal, Reply, Request, Stream
from bytezkit_emulator._service import Service
from bytezkit_emulator._state import State
from bytezkit_emulator._tenants import Tenants
from bytezkit_emulator._ticker import Ticker
from bytezkit_emulator._wait import Wait
from bytezkit_emulator._world import World


class Core:
    """Answers requests. One lock guards it; every method may be called from any thread.

    An answer is a generator that is driven by `step`, a stream by `next_chunk`. Both give a `Wait`
    when nothing can go on yet: the driver calls again once it is resolved.

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
        rules = Rules()
        self._injector = Injector(rules, self._scheduler, self._is_open)
        self.faults: Final = Faults(rules, self._lock)
        self.journal: Final = Journal(world, self._service.routes, self._lock, log)
        faces = Faces(
            clock=self.clock,
            state=self.state,
            faults=self.faults,
            journal=self.journal,
            is_open=self._is_open,
        )
        self._control = Control(faces, admin_token)
        self._docs = Docs()

    def close(self) -> None:
        """Refuse what waits and what still comes, and end the streams."""
        with self._lock:
            self._is_closed = True
            for wait in list(self._parked):
                wait.resolve()
        self._ticker.close()

    def answer(self, request: Request) -> Answer:
        """Begin to answer a request."""
        if self._control.owns(request.path):
            return self._control.answer(request)
        if self._docs.owns(request.path):
            return self._docs.answer(request)
        visit = self._service.visit(request)
        return self.journal.recorded(visit, self._injector.applied(visit, self._service.answer(visit)))

    def step(self, answer: Answer) -> Wait | Reply:
        """Go on with an answer until it is ready or has to wait.

        Raises:
            Cut: The connection is to be ended instead; a stream may raise the same.
        """
        with self._lock:
            self._scheduler.catch_up()
            try:
                while self._is_over(wait := next(answer)):
                    pass
            except StopIteration as stop:
                self._scheduler.settle()
                reply: Reply = stop.value
                return reply
            except Cut:
                self._scheduler.settle()
                raise
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

    def _is_open(self) -> bool:
        return not self._is_closed

    def _admit(self, request: Request) -> None:
        self._check_open()
        check_limits(request, self.settings, under_way=self.journal.under_way)

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
