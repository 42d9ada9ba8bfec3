"""An instance of a model, and a request that an instance serves."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from bytezkit_emulator._time.future import Future
from bytezkit_emulator._time.scheduler import ScheduledEvent


class InstanceState(Enum):
    """State of an instance. A draining instance finishes its request and then terminates."""

    BOOTING = auto()
    IDLE = auto()
    BUSY = auto()
    DRAINING = auto()
    TERMINATED = auto()


INSTANCE_TRANSITIONS: Final[Mapping[InstanceState, frozenset[InstanceState]]] = {
    InstanceState.BOOTING: frozenset({InstanceState.IDLE, InstanceState.TERMINATED}),
    InstanceState.IDLE: frozenset({InstanceState.BUSY, InstanceState.TERMINATED}),
    InstanceState.BUSY: frozenset({InstanceState.IDLE, InstanceState.DRAINING}),
    InstanceState.DRAINING: frozenset({InstanceState.TERMINATED}),
    InstanceState.TERMINATED: frozenset(),
}


class Instance:
    """An instance, which serves one request at a time.

    Attributes:
        state: Current state.
        since: Time at which the instance entered this state.
        timer: Event that ends the boot, or retires an idle instance above the desired capacity.
    """

    def __init__(self, now: datetime) -> None:
        self.state: InstanceState = InstanceState.BOOTING
        self.since: datetime = now
        self.timer: ScheduledEvent | None = None

    def enter(self, state: InstanceState, now: datetime) -> None:
        """Enter another state."""
        if state not in INSTANCE_TRANSITIONS[self.state]:
            raise RuntimeError(f"an instance cannot go from {self.state.name} to {state.name}")
        self.state = state
        self.since = now


class Inference:
    """A request at a host: queued, then served, then finished.

    Args:
        duration: Virtual time that an instance needs for the request; None if the host's `end` finishes it.

    Attributes:
        is_timed: Whether the duration is known before the request is served.
        duration: Time that an instance needs for the request, or has needed so far.
        started: Resolved when an instance starts to serve the request, or when the request is rejected.
        finished: Resolved when the request is served, abandoned or rejected.
        rejection: Reason of a rejection.
        started_at: Time at which an instance started to serve the request.
        instance: Instance that serves the request now.
        finish_event: Event that finishes the request.
    """

    def __init__(self, duration: timedelta | None) -> None:
        self.is_timed: Final = duration is not None
        self.duration: timedelta = duration or timedelta()
        self.started: Final = Future()
        self.finished: Final = Future()
        self.rejection: str | None = None
        self.started_at: datetime | None = None
        self.instance: Instance | None = None
        self.finish_event: ScheduledEvent | None = None

    def detach(self) -> None:
        """Detach the request from the instance that serves it, if any."""
        if self.finish_event is not None:
            self.finish_event.cancel()
        # The event refers to the request too. Without this, only the garbage collector would free the cycle.
        self.finish_event = self.instance = None

    def reject(self, reason: str) -> None:
        """Reject the request, even while it is served, unless it is finished; the first reason is kept."""
        if self.finished.resolved:
            return
        self.detach()
        self.rejection = reason
        self.started.resolve()
        self.finished.resolve()
