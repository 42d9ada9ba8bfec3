"""A cluster: a pool of instances whose size its owner sets, and which goes when nobody uses it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from bytezkit_emulator._common.dialect import ClusterStatus
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._common.settings import Settings
from bytezkit_emulator._model.capacity import Capacity
from bytezkit_emulator._model.instance import Inference
from bytezkit_emulator._model.instance_pool import InstancePool
from bytezkit_emulator._model.snapshot_schema import SavedCapacity, SavedCluster
from bytezkit_emulator._time.idle_timer import IdleTimer
from bytezkit_emulator._time.scheduler import Scheduler, timestamp

DEFAULT_TIMEOUT: Final = 5
_LONGEST_TIMEOUT: Final = 1440


class Phase(Enum):
    """What a cluster does."""

    BOOTING = auto()
    RUNNING = auto()
    OFF = auto()
    GONE = auto()


PHASE_TRANSITIONS: Final[Mapping[Phase, frozenset[Phase]]] = {
    Phase.BOOTING: frozenset({Phase.RUNNING, Phase.OFF, Phase.GONE}),
    Phase.RUNNING: frozenset({Phase.BOOTING, Phase.OFF, Phase.GONE}),
    Phase.OFF: frozenset({Phase.BOOTING, Phase.RUNNING, Phase.GONE}),
    Phase.GONE: frozenset(),
}

_STATUSES: Final[Mapping[ClusterStatus, Mapping[Phase, str]]] = {
    "quickstart": {Phase.BOOTING: "booting instance", Phase.RUNNING: "running", Phase.OFF: "off"},
    "langchain": {Phase.BOOTING: "loading", Phase.RUNNING: "on", Phase.OFF: "off"},
}


class Cluster:
    """The instances of one model of one tenant. Callers hold the lock of the core.

    Args:
        model_id: The model that the instances serve.
        capacity: How many instances it aims for.
        timeout: Minutes without a request after which it goes down to its least capacity.
        statuses: The words for its status.
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
        statuses: ClusterStatus,
        scheduler: Scheduler,
        settings: Settings,
        on_gone: Callable[[], object],
    ) -> None:
        self.model_id: Final = model_id
        self.timeout = timeout
        self._statuses = _STATUSES[statuses]
        self._scheduler = scheduler
        self._on_gone = on_gone
        self._phase = Phase.RUNNING
        self._created = self._modified = self._last_inference = scheduler.now
        self._pool = InstancePool(
            capacity,
            scheduler=scheduler,
            settings=settings,
            on_change=self._refresh_phase,
            on_served=self._note_inference,
        )
        self._idle_timer = IdleTimer(
            scheduler, self._idle_limit, is_in_use=lambda: self._pool.is_in_use, on_idle=self._go_down
        )

    @property
    def capacity(self) -> Capacity:
        """How many instances it aims for."""
        return self._pool.capacity

    @property
    def is_on(self) -> bool:
        """Whether it is not switched off."""
        return self._phase is not Phase.OFF

    @property
    def is_serving(self) -> bool:
        """Whether it is on and not booting."""
        return self._phase is Phase.RUNNING

    @property
    def obstacle(self) -> str | None:
        """Why it can not serve at all, if so."""
        if not self.is_on:
            return "Cluster is off"
        return "Cluster has no capacity: its max is 0" if self.capacity.max == 0 else None

    @property
    def limit(self) -> int:
        """How many requests it holds at once, served and waiting."""
        return self._pool.limit

    @property
    def remaining(self) -> int:
        """How many more requests it would hold now."""
        return self._pool.remaining

    def start(self) -> None:
        """Boot its first instances."""
        self._pool.fit()
        self._idle_timer.watch()

    def save(self, now: datetime) -> SavedCluster:
        """Save it as if the requests at it were given up now."""
        capacity = self.capacity
        return SavedCluster(
            model_id=self.model_id,
            is_on=self.is_on,
            capacity=SavedCapacity(min=capacity.min, desired=capacity.desired, max=capacity.max),
            timeout=self.timeout,
            created=self._created,
            modified=self._modified,
            last_inference=self._last_inference,
            inferences=self._pool.inferences,
            instances=self._pool.save(now),
            idle_timer=self._idle_timer.save(now),
        )

    def restore(self, saved: SavedCluster) -> None:
        """Take the place of a cluster that was saved, instead of a start."""
        self._pool.restore(saved.instances, inferences=saved.inferences)
        self._idle_timer.restore(saved.idle_timer)
        self._phase = self._phase_when_on if saved.is_on else Phase.OFF
        self._created, self._modified = saved.created, saved.modified
        self._last_inference = saved.last_inference

    def submit(self, duration: timedelta, *, is_bounded: bool) -> Inference:
        """Serve a request, as a pool does.

        Raises:
            QueueFullError: As many wait as may.
        """
        inference = self._pool.submit(duration, is_bounded=is_bounded)
        self._idle_timer.watch()
        return inference

    def abandon(self, inference: Inference) -> None:
        """Give a request up, wherever it stands; one that was not over was a use until now."""
        if not inference.over.resolved:
            self._idle_timer.touch()
        self._pool.abandon(inference)

    def update(self, *, capacity: Capacity, timeout: int, is_on: bool) -> None:
        """Take new settings, and boot or retire instances for them."""
        # A cluster that went down when idle stays down until something asks for more.
        must_fit = not self.is_on or capacity != self.capacity
        self._pool.capacity = capacity
        self.timeout = timeout
        self._modified = self._scheduler.now
        if not is_on:
            self._enter(Phase.OFF)
            self._pool.shrink(0)
            self._idle_timer.stop()
        else:
            if not self.is_on:
                self._enter(Phase.RUNNING)
            if must_fit:
                self._pool.fit()
            self._idle_timer.restart(self._idle_limit)
        if self.obstacle is not None:
            self._pool.refuse_waiting(self.obstacle)

    def delete(self) -> None:
        """Be gone at once; only requests that are being served are finished."""
        self._enter(Phase.GONE)
        self._idle_timer.stop()
        self._pool.shrink(0)
        self._pool.refuse_waiting("Cluster was deleted")
        self._on_gone()

    def as_json(self) -> JsonObject:
        """Spell it as the wire does."""
        return {
            "modelId": self.model_id,
            "status": self._statuses[self._phase],
            "created": timestamp(self._created),
            "modified": timestamp(self._modified),
            "timeout": self.timeout,
            "capacity": self.capacity.as_json(),
            "instances": len(self._pool),
            "inferences": self._pool.inferences,
            "lastInference": timestamp(self._last_inference),
        }

    def _enter(self, phase: Phase) -> None:
        if phase is self._phase:
            return
        if phase not in PHASE_TRANSITIONS[self._phase]:
            raise RuntimeError(f"a cluster can not go from {self._phase.name} to {phase.name}")
        self._phase = phase
        self._modified = self._scheduler.now

    @property
    def _phase_when_on(self) -> Phase:
        return Phase.BOOTING if self._pool.is_booting else Phase.RUNNING

    def _refresh_phase(self) -> None:
        if self._phase in (Phase.BOOTING, Phase.RUNNING):
            self._enter(self._phase_when_on)

    def _note_inference(self) -> None:
        self._last_inference = self._scheduler.now
        self._idle_timer.touch()

    @property
    def _idle_limit(self) -> timedelta:
        return timedelta(minutes=min(self.timeout, _LONGEST_TIMEOUT))

    def _go_down(self) -> None:
        if self.capacity.min == 0:
            self.delete()
        else:
            self._pool.shrink(self.capacity.min)
