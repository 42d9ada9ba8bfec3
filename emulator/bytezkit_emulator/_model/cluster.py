"""A cluster: a pool of instances with a user-defined capacity, which scales down or is deleted when idle."""

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

# Minutes, from the contract. A longer timeout counts as the maximum.
DEFAULT_TIMEOUT: Final = 5
_MAX_TIMEOUT: Final = 1440


class ClusterState(Enum):
    """State of a cluster."""

    BOOTING = auto()
    RUNNING = auto()
    OFF = auto()
    DELETED = auto()


CLUSTER_TRANSITIONS: Final[Mapping[ClusterState, frozenset[ClusterState]]] = {
    ClusterState.BOOTING: frozenset({ClusterState.RUNNING, ClusterState.OFF, ClusterState.DELETED}),
    ClusterState.RUNNING: frozenset({ClusterState.BOOTING, ClusterState.OFF, ClusterState.DELETED}),
    ClusterState.OFF: frozenset({ClusterState.BOOTING, ClusterState.RUNNING, ClusterState.DELETED}),
    ClusterState.DELETED: frozenset(),
}

_STATUSES: Final[Mapping[ClusterStatus, Mapping[ClusterState, str]]] = {
    "quickstart": {
        ClusterState.BOOTING: "booting instance",
        ClusterState.RUNNING: "running",
        ClusterState.OFF: "off",
    },
    "langchain": {ClusterState.BOOTING: "loading", ClusterState.RUNNING: "on", ClusterState.OFF: "off"},
}


class Cluster:
    """The instances of one model of one tenant. Callers hold the runtime's lock.

    Args:
        model_id: The model.
        capacity: Bounds and target of the number of instances.
        timeout: Minutes without a request after which the cluster scales down to its minimum.
        status_dialect: Which status values the API reports.
        scheduler: Virtual time.
        settings: Durations and limits.
        on_delete: Called when the cluster is deleted, on request or because it was idle.
    """

    def __init__(
        self,
        model_id: str,
        *,
        capacity: Capacity,
        timeout: int,
        status_dialect: ClusterStatus,
        scheduler: Scheduler,
        settings: Settings,
        on_delete: Callable[[], object],
    ) -> None:
        self.model_id: Final = model_id
        self.timeout: int = timeout
        self._statuses = _STATUSES[status_dialect]
        self._scheduler = scheduler
        self._on_delete = on_delete
        self._state = ClusterState.RUNNING
        self._created = self._modified = self._last_inference = scheduler.now
        self._instance_pool = InstancePool(
            capacity,
            scheduler=scheduler,
            settings=settings,
            on_change=self._refresh_state,
            on_served=self._record_inference,
        )
        self._idle_timer = IdleTimer(
            scheduler,
            self._idle_limit,
            is_in_use=lambda: self._instance_pool.is_in_use,
            on_idle=self._scale_down_or_delete,
        )

    @property
    def capacity(self) -> Capacity:
        """Bounds and target of the number of instances."""
        return self._instance_pool.capacity

    @property
    def is_on(self) -> bool:
        """Whether the cluster is not switched off."""
        return self._state is not ClusterState.OFF

    @property
    def is_serving(self) -> bool:
        """Whether the cluster is on and not booting."""
        return self._state is ClusterState.RUNNING

    @property
    def unavailable_reason(self) -> str | None:
        """Why the cluster cannot serve requests, or None if it can."""
        if not self.is_on:
            return "Cluster is off"
        return "Cluster has no capacity: its max is 0" if self.capacity.max == 0 else None

    @property
    def limit(self) -> int:
        """Maximum number of requests that are queued or served at once."""
        return self._instance_pool.limit

    @property
    def remaining(self) -> int:
        """Number of further requests that the cluster accepts now."""
        return self._instance_pool.remaining

    def start(self) -> None:
        """Boot the first instances."""
        self._instance_pool.scale_to_load()
        self._idle_timer.start()

    def save(self, now: datetime) -> SavedCluster:
        """Save the state as if the current requests were abandoned at `now`."""
        capacity = self.capacity
        return SavedCluster(
            model_id=self.model_id,
            is_on=self.is_on,
            capacity=SavedCapacity(min=capacity.min, desired=capacity.desired, max=capacity.max),
            timeout=self.timeout,
            created=self._created,
            modified=self._modified,
            last_inference=self._last_inference,
            inferences=self._instance_pool.inferences,
            instances=self._instance_pool.save(now),
            idle_timer=self._idle_timer.save(now),
        )

    def restore(self, saved: SavedCluster) -> None:
        """Restore a saved state, instead of `start`."""
        self._instance_pool.restore(saved.instances, inferences=saved.inferences)
        self._idle_timer.restore(saved.idle_timer)
        self._state = self._state_when_on if saved.is_on else ClusterState.OFF
        self._created, self._modified = saved.created, saved.modified
        self._last_inference = saved.last_inference

    def submit(self, duration: timedelta | None, *, is_bounded: bool) -> Inference:
        """Serve or queue a request, and restart the idle timer.

        Raises:
            QueueFullError: The queue has reached its limit.
        """
        inference = self._instance_pool.submit(duration, is_bounded=is_bounded)
        self._idle_timer.start()
        return inference

    def end(self, inference: Inference) -> None:
        """End a request now; if it is unfinished, it counts as use until now."""
        if not inference.finished.resolved:
            self._idle_timer.touch()
        self._instance_pool.end(inference)

    def update(self, *, capacity: Capacity, timeout: int, is_on: bool) -> None:
        """Apply new settings, and boot or retire instances accordingly."""
        # A cluster that has scaled down when idle must not boot because only its timeout changes.
        must_scale = not self.is_on or capacity != self.capacity
        self._instance_pool.capacity = capacity
        self.timeout = timeout
        self._modified = self._scheduler.now
        if not is_on:
            self._enter(ClusterState.OFF)
            self._instance_pool.scale_down(0)
            self._idle_timer.stop()
        else:
            if not self.is_on:
                self._enter(ClusterState.RUNNING)
            if must_scale:
                self._instance_pool.scale_to_load()
            self._idle_timer.restart(self._idle_limit)
        if self.unavailable_reason is not None:
            self._instance_pool.reject_queued(self.unavailable_reason)

    def delete(self) -> None:
        """Delete immediately: reject queued requests, and finish the requests that instances serve."""
        self._enter(ClusterState.DELETED)
        self._idle_timer.stop()
        self._instance_pool.scale_down(0)
        self._instance_pool.reject_queued("Cluster was deleted")
        self._on_delete()

    def as_json(self) -> JsonObject:
        """Return the JSON of the API."""
        return {
            "modelId": self.model_id,
            "status": self._statuses[self._state],
            "created": timestamp(self._created),
            "modified": timestamp(self._modified),
            "timeout": self.timeout,
            "capacity": self.capacity.as_json(),
            "instances": len(self._instance_pool),
            "inferences": self._instance_pool.inferences,
            "lastInference": timestamp(self._last_inference),
        }

    def _enter(self, state: ClusterState) -> None:
        if state is self._state:
            return
        if state not in CLUSTER_TRANSITIONS[self._state]:
            raise RuntimeError(f"a cluster cannot go from {self._state.name} to {state.name}")
        self._state = state
        self._modified = self._scheduler.now

    @property
    def _state_when_on(self) -> ClusterState:
        return ClusterState.BOOTING if self._instance_pool.is_booting else ClusterState.RUNNING

    def _refresh_state(self) -> None:
        if self._state in (ClusterState.BOOTING, ClusterState.RUNNING):
            self._enter(self._state_when_on)

    def _record_inference(self) -> None:
        self._last_inference = self._scheduler.now
        self._idle_timer.touch()

    @property
    def _idle_limit(self) -> timedelta:
        return timedelta(minutes=min(self.timeout, _MAX_TIMEOUT))

    def _scale_down_or_delete(self) -> None:
        if self.capacity.min == 0:
            self.delete()
        else:
            self._instance_pool.scale_down(self.capacity.min)
