"""A model that the v1 API loaded: a pool of fixed size that stops when idle."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from bytezkit_emulator._common.dialect import StartingStatus
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._common.settings import Settings
from bytezkit_emulator._model.capacity import Capacity
from bytezkit_emulator._model.instance import Inference
from bytezkit_emulator._model.instance_pool import InstancePool
from bytezkit_emulator._model.snapshot_schema import SavedLoadedModel
from bytezkit_emulator._time.idle_timer import IdleTimer
from bytezkit_emulator._time.scheduler import Scheduler, timestamp


class LoadedModelState(Enum):
    """State of a loaded model."""

    STARTING = auto()
    RUNNING = auto()
    STOPPED = auto()


LOADED_MODEL_TRANSITIONS: Final[Mapping[LoadedModelState, frozenset[LoadedModelState]]] = {
    LoadedModelState.STARTING: frozenset({LoadedModelState.RUNNING, LoadedModelState.STOPPED}),
    LoadedModelState.RUNNING: frozenset({LoadedModelState.STOPPED}),
    LoadedModelState.STOPPED: frozenset(),
}


class LoadedModel:
    """A model that one tenant loaded. Callers hold the runtime's lock.

    Args:
        model_id: The model.
        concurrency: Number of requests that are served at once.
        period: Seconds without a run after which the model stops, plus `settings.expiry_lag`.
        starting_status: Value of `status` while the model starts.
        scheduler: Virtual time.
        settings: Durations and limits.
        on_stop: Called when the model stops, on request or because it was idle.
    """

    def __init__(
        self,
        model_id: str,
        *,
        concurrency: int,
        period: int,
        starting_status: StartingStatus,
        scheduler: Scheduler,
        settings: Settings,
        on_stop: Callable[[], object],
    ) -> None:
        self.concurrency: Final = concurrency
        self._model_id = model_id
        self._period = period
        self._starting_status = starting_status
        self._scheduler = scheduler
        self._on_stop = on_stop
        self._state = LoadedModelState.STARTING
        self._created = self._modified = scheduler.now
        self._instance_pool = InstancePool(
            Capacity(concurrency, concurrency, concurrency),
            scheduler=scheduler,
            settings=settings,
            on_change=self._refresh_state,
            on_served=self._record_run,
        )
        self._idle_timer = IdleTimer(
            scheduler,
            timedelta(seconds=period) + settings.expiry_lag,
            is_in_use=lambda: self._instance_pool.is_in_use,
            on_idle=self.stop,
        )

    @property
    def is_starting(self) -> bool:
        """Whether the model has not started yet."""
        return self._state is LoadedModelState.STARTING

    @property
    def is_serving(self) -> bool:
        """Whether the model has started."""
        return self._state is LoadedModelState.RUNNING

    def start(self) -> None:
        """Boot the instances."""
        self._instance_pool.scale_to_load()

    def save(self, now: datetime) -> SavedLoadedModel:
        """Save the state as if the current runs were abandoned at `now`."""
        return SavedLoadedModel(
            model_id=self._model_id,
            concurrency=self.concurrency,
            expiration_period_seconds=self._period,
            created=self._created,
            modified=self._modified,
            inferences=self._instance_pool.inferences,
            instances=self._instance_pool.save(now),
            idle_timer=self._idle_timer.save(now),
        )

    def restore(self, saved: SavedLoadedModel) -> None:
        """Restore a saved state, instead of `start`."""
        self._instance_pool.restore(saved.instances, inferences=saved.inferences)
        self._idle_timer.restore(saved.idle_timer)
        if not self._instance_pool.is_booting:
            self._state = LoadedModelState.RUNNING
        self._created, self._modified = saved.created, saved.modified

    def submit(self, duration: timedelta | None) -> Inference:
        """Serve or queue a run, and restart the idle period.

        Raises:
            QueueFullError: The queue has reached its limit.
        """
        inference = self._instance_pool.submit(duration, is_bounded=True)
        self._idle_timer.touch()
        return inference

    def end(self, inference: Inference) -> None:
        """End a run now; if it is unfinished, it counts as use until now."""
        if not inference.finished.resolved:
            self._idle_timer.touch()
        self._instance_pool.end(inference)

    def stop(self) -> None:
        """Stop immediately: reject queued runs, and finish the runs that instances serve."""
        self._enter(LoadedModelState.STOPPED)
        self._idle_timer.stop()
        self._instance_pool.scale_down(0)
        self._instance_pool.reject_queued(f"Model {self._model_id} is not loaded")
        self._on_stop()

    def as_json(self) -> JsonObject:
        """Return the state as JSON of the v1 API, without the model id."""
        minutes = self._period / 60
        return {
            "status": self._starting_status if self.is_starting else "RUNNING",
            "concurrency": self.concurrency,
            "inferences": self._instance_pool.inferences,
            "expirationPeriodSeconds": self._period,
            "expirationPeriodMinutes": int(minutes) if minutes.is_integer() else minutes,
            "expiresAt": timestamp(self._idle_timer.last_use + timedelta(seconds=self._period)),
            "created": timestamp(self._created),
            "modified": timestamp(self._modified),
        }

    def _enter(self, state: LoadedModelState) -> None:
        if state not in LOADED_MODEL_TRANSITIONS[self._state]:
            raise RuntimeError(f"a loaded model cannot go from {self._state.name} to {state.name}")
        self._state = state
        self._modified = self._scheduler.now

    def _refresh_state(self) -> None:
        if self.is_starting and not self._instance_pool.is_booting:
            self._enter(LoadedModelState.RUNNING)
            self._idle_timer.start()

    def _record_run(self) -> None:
        self._modified = self._scheduler.now
        self._idle_timer.touch()
