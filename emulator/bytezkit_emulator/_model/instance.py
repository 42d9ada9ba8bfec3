"""One instance of a model, and one request that it serves."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from bytezkit_emulator._time.future import Wait
from bytezkit_emulator._time.scheduler import ScheduledEvent


class InstanceState(Enum):
    """What an instance does; `LEAVING` finishes its request and is then gone."""

    BOOTING = auto()
    IDLE = auto()
    BUSY = auto()
    LEAVING = auto()
    GONE = auto()


INSTANCE_TRANSITIONS: Final[Mapping[InstanceState, frozenset[InstanceState]]] = {
    InstanceState.BOOTING: frozenset({InstanceState.IDLE, InstanceState.GONE}),
    InstanceState.IDLE: frozenset({InstanceState.BUSY, InstanceState.GONE}),
    InstanceState.BUSY: frozenset({InstanceState.IDLE, InstanceState.LEAVING}),
    InstanceState.LEAVING: frozenset({InstanceState.GONE}),
    InstanceState.GONE: frozenset(),
}


class Instance:
    """An instance, which serves one request at a time.

    Attributes:
        state: What it does.
        since: When it began to do that.
        timer: The event that ends its boot, or its stay as one too many.
    """

    def __init__(self, now: datetime) -> None:
        self.state = InstanceState.BOOTING
        self.since = now
        self.timer: ScheduledEvent | None = None

    def enter(self, state: InstanceState, now: datetime) -> None:
        """Go to another state."""
        if state not in INSTANCE_TRANSITIONS[self.state]:
            raise RuntimeError(f"an instance can not go from {self.state.name} to {state.name}")
        self.state = state
        self.since = now


class Inference:
    """A request at a host: it waits in line, is served for `duration`, and is over.

    Attributes:
        started: An instance has begun to serve it, or it was refused.
        over: It was served to the end or given up, or it was refused.
        refusal: Why it was refused while it waited in line or was served.
        began: When an instance began to serve it.
        instance: The instance that serves it now.
        end: The event that ends it.
    """

    def __init__(self, duration: timedelta) -> None:
        self.duration: Final = duration
        self.started: Final = Wait()
        self.over: Final = Wait()
        self.refusal: str | None = None
        self.began: datetime | None = None
        self.instance: Instance | None = None
        self.end: ScheduledEvent | None = None

    def leave(self) -> None:
        """Leave the instance that serves it, if one does."""
        if self.end is not None:
            self.end.cancel()
        # The event holds it too: only the garbage collector would let go of the two.
        self.end = self.instance = None

    def refuse(self, reason: str) -> None:
        """Send it away, also while it is served, unless it is over; the first reason counts."""
        if self.over.resolved:
            return
        self.leave()
        self.refusal = reason
        self.started.resolve()
        self.over.resolve()
