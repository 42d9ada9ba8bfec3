"""A cluster: its instances, the requests that wait for them, and how it grows and shrinks."""

from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from bytezkit_emulator._capacity import Capacity
from bytezkit_emulator._instance import Inference, Instance, InstanceState
from bytezkit_emulator._json import JsonObject
from bytezkit_emulator._scheduler import Event, Scheduler, timestamp
from bytezkit_emulator._settings import Settings

DEFAULT_TIMEOUT: Final = 5
_LONGEST_TIMEOUT: Final = 1440


class Phase(StrEnum):
    """What a cluster does, as its status spells it."""

    BOOTING = "booting instance"
    RUNNING = "running"
    OFF = "off"
    GONE = "gone"


PHASE_TRANSITIONS: Final[Mapping[Phase, frozenset[Phase]]] = {
    Phase.BOOTING: frozenset({Phase.RUNNING, Phase.OFF, Phase.GONE}),
    Phase.RUNNING: frozenset({Phase.BOOTING, Phase.OFF, Phase.GONE}),
    Phase.OFF: frozenset({Phase.BOOTING, Phase.RUNNING, Phase.GONE}),
    Phase.GONE: frozenset(),
}


class QueueFullError(Exception):
    """As many requests wait already as may."""


class Cluster:
    """The instances of one model of one tenant. Callers hold the lock of the core.

    Args:
        model_id: The model that the instances serve.
        capacity: How many instances it aims for.
        timeout: Minutes without a request after which it goes down to its least capacity.
        scheduler: Virtual time.
        settings: Lengths and limits.
        on_gone: Called when it is gone, deleted or idle for too long.
    """

    def __init__(
        self,
        model_id: str,
        *,
        capacity: Capacity,
        timeout: int,
        scheduler: Scheduler,
        settings: Settings,
        on_gone: Callable[[], object],
    ) -> None:
        self.model_id: Final = model_id
        self.capacity = capacity
        self.timeout = timeout
        self._scheduler = scheduler
        self._settings = settings
        self._on_gone = on_gone
        self._phase = Phase.RUNNING
        self._created = self._modified = self._last_request = self._last_inference = scheduler.now
        self._inferences = 0
        self._instances: list[Instance] = []
        self._waiting: deque[Inference] = deque()
        self._idle_check: Event | None = None
        self._fit()
        self._watch_idleness()

    @property
    def is_on(self) -> bool:
        """Whether it is not switched off."""
        return self._phase is not Phase.OFF

    @property
    def obstacle(self) -> str | None:
        """Why it can not serve at all, if so."""
        if not self.is_on:
            return "Cluster is off"
        return "Cluster has no capacity: its max is 0" if self.capacity.max == 0 else None

    @property
    def limit(self) -> int:
        """How many requests it holds at once, served and waiting."""
        return self._settings.queue_limit + self.capacity.max

    @property
    def remaining(self) -> int:
        """How many more requests it would hold now."""
        return max(0, self.limit - len(self._waiting) - self._count(InstanceState.BUSY))

    def submit(self, duration: timedelta, *, is_bounded: bool) -> Inference:
        """Serve a request, now or when an instance is free.

        Args:
            duration: How long an instance is busy with it.
            is_bounded: Whether the limit of waiting requests holds.

        Raises:
            QueueFullError: The limit is reached.
        """
        inference = Inference(duration)
        idle = next((it for it in self._instances if it.state is InstanceState.IDLE), None)
        if idle is None and is_bounded and len(self._waiting) >= self._settings.queue_limit:
            raise QueueFullError
        self._last_request = self._scheduler.now
        self._watch_idleness()
        if idle is not None:
            self._serve(idle, inference)
        else:
            self._waiting.append(inference)
            self._grow()
        return inference

    def abandon(self, inference: Inference) -> None:
        """Give a request up, wherever it stands."""
        if inference.end is not None:
            inference.end.cancel()
            self._finish(inference)
        elif inference in self._waiting:
            self._waiting.remove(inference)
            inference.refuse("Abandoned")

    def update(self, *, capacity: Capacity, timeout: int, is_on: bool) -> None:
        """Take new settings, and boot or retire instances for them."""
        # A cluster that went down when idle stays down until something asks for more.
        must_fit = not self.is_on or capacity != self.capacity
        self.capacity = capacity
        self.timeout = timeout
        self._modified = self._last_request = self._scheduler.now
        if not is_on:
            self._enter(Phase.OFF)
            self._shrink(0)
        else:
            if not self.is_on:
                self._enter(Phase.RUNNING)
            if must_fit:
                self._fit()
            self._watch_idleness(anew=True)
        if self.obstacle is not None:
            self._refuse_waiting(self.obstacle)

    def delete(self) -> None:
        """Be gone at once; only requests that are being served are finished."""
        self._enter(Phase.GONE)
        self._shrink(0)
        self._refuse_waiting("Cluster was deleted")
        self._on_gone()

    def as_json(self) -> JsonObject:
        """Spell it as the wire does."""
        return {
            "modelId": self.model_id,
            "status": self._phase.value,
            "created": timestamp(self._created),
            "modified": timestamp(self._modified),
            "timeout": self.timeout,
            "capacity": self.capacity.as_json(),
            "instances": len(self._instances),
            "inferences": self._inferences,
            "lastInference": timestamp(self._last_inference),
        }

    def _count(self, *states: InstanceState) -> int:
        return sum(instance.state in states for instance in self._instances)

    @property
    def _staying(self) -> int:
        return self._count(InstanceState.BOOTING, InstanceState.IDLE, InstanceState.BUSY)

    def _enter(self, phase: Phase) -> None:
        if phase is self._phase:
            return
        if phase not in PHASE_TRANSITIONS[self._phase]:
            raise RuntimeError(f"a cluster can not go from {self._phase.name} to {phase.name}")
        self._phase = phase
        self._modified = self._scheduler.now

    def _refresh_phase(self) -> None:
        if self._phase in (Phase.BOOTING, Phase.RUNNING):
            booting = self._count(InstanceState.BOOTING)
            is_booting = booting > 0 and booting == len(self._instances)
            self._enter(Phase.BOOTING if is_booting else Phase.RUNNING)

    def _boot(self) -> None:
        instance = Instance(self._scheduler.now)
        instance.booted = self._scheduler.after(
            self._settings.boot_time, partial(self._make_free, instance), is_work=True
        )
        self._instances.append(instance)
        self._refresh_phase()

    def _make_free(self, instance: Instance) -> None:
        now = self._scheduler.now
        instance.enter(InstanceState.IDLE, now)
        if self._waiting:
            self._serve(instance, self._waiting.popleft())
        elif self._staying > self.capacity.desired:
            self._scheduler.after(
                self._settings.retire_after,
                partial(self._retire_surplus, instance, now),
                is_work=False,
            )
        self._refresh_phase()

    def _retire_surplus(self, instance: Instance, idle_since: datetime) -> None:
        is_unused = instance.state is InstanceState.IDLE and instance.since == idle_since
        if is_unused and self._staying > self.capacity.desired:
            self._retire(instance)

    def _retire(self, instance: Instance) -> None:
        if instance.state is InstanceState.BUSY:
            instance.enter(InstanceState.LEAVING, self._scheduler.now)
            return
        if instance.booted is not None:
            instance.booted.cancel()
        instance.enter(InstanceState.GONE, self._scheduler.now)
        self._instances.remove(instance)
        self._refresh_phase()

    def _serve(self, instance: Instance, inference: Inference) -> None:
        now = self._scheduler.now
        instance.enter(InstanceState.BUSY, now)
        inference.instance = instance
        inference.began = now
        inference.end = self._scheduler.after(
            inference.duration, partial(self._finish, inference), is_work=True
        )
        inference.started.resolve()

    def _finish(self, inference: Inference) -> None:
        instance, inference.instance = inference.instance, None
        if instance is None:
            return
        self._inferences += 1
        self._last_inference = self._last_request = self._scheduler.now
        if instance.state is InstanceState.LEAVING:
            self._retire(instance)
        else:
            self._make_free(instance)
        inference.over.resolve()

    def _grow(self) -> None:
        while self._count(InstanceState.BOOTING) < len(self._waiting) and self._staying < self.capacity.max:
            self._boot()

    def _shrink(self, size: int) -> None:
        order = [InstanceState.BOOTING, InstanceState.IDLE, InstanceState.BUSY]
        candidates = [
            instance for state in order for instance in reversed(self._instances) if instance.state is state
        ]
        for instance in candidates[: max(0, self._staying - size)]:
            self._retire(instance)

    def _fit(self) -> None:
        """Boot or retire so that there are as many instances as capacity and load ask for."""
        load = self._count(InstanceState.BUSY) + len(self._waiting)
        size = min(self.capacity.max, max(self.capacity.desired, load))
        self._shrink(size)
        while self._staying < size:
            self._boot()

    def _refuse_waiting(self, reason: str) -> None:
        waiting, self._waiting = self._waiting, deque()
        for inference in waiting:
            inference.refuse(reason)

    def _watch_idleness(self, *, anew: bool = False) -> None:
        if anew and self._idle_check is not None:
            self._idle_check.cancel()
            self._idle_check = None
        if self._idle_check is None:
            self._idle_check = self._scheduler.after(self._idle_limit, self._check_idleness, is_work=False)

    @property
    def _idle_limit(self) -> timedelta:
        return timedelta(minutes=min(self.timeout, _LONGEST_TIMEOUT))

    def _check_idleness(self) -> None:
        self._idle_check = None
        if self._phase in (Phase.OFF, Phase.GONE):
            return
        if self._waiting or self._count(InstanceState.BUSY):
            self._last_request = self._scheduler.now
        idle_for = self._scheduler.now - self._last_request
        if idle_for < self._idle_limit:
            self._idle_check = self._scheduler.after(
                self._idle_limit - idle_for, self._check_idleness, is_work=False
            )
        elif self.capacity.min == 0:
            self.delete()
        else:
            self._shrink(self.capacity.min)
