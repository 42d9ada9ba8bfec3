"""A model that the older API has loaded: a pool of fixed size that goes when nobody runs it."""

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
    """What a loaded model does."""

    STARTING = auto()
    RUNNING = auto()
    STOPPED = auto()


LOADED_MODEL_TRANSITIONS: Final[Mapping[LoadedModelState, frozenset[LoadedModelState]]] = {
    LoadedModelState.STARTING: frozenset({LoadedModelState.RUNNING, LoadedModelState.STOPPED}),
    LoadedModelState.RUNNING: frozenset({LoadedModelState.STOPPED}),
    LoadedModelState.STOPPED: frozenset(),
}


class LoadedModel:
    """What one tenant loaded of one model. Callers hold the lock of the core.

    Args:
        model_id: The model.
        concurrency: How many requests it serves at once.
        period: Seconds without a run after which it goes, a little later.
        starting_status: The word for its status while it starts.
        scheduler: Virtual time.
        settings: Lengths and limits.
        on_stop: Called when it is stopped, by hand or because nobody ran it.
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
        self._pool = InstancePool(
            Capacity(concurrency, concurrency, concurrency),
            scheduler=scheduler,
            settings=settings,
            on_change=self._refresh_state,
            on_served=self._note_run,
        )
        self._idle_timer = IdleTimer(
            scheduler,
            timedelta(seconds=period) + settings.expiry_lag,
            is_in_use=lambda: self._pool.is_in_use,
            on_idle=self.stop,
        )

    @property
    def is_starting(self) -> bool:
        """Whether it does not serve yet."""
        return self._state is LoadedModelState.STARTING

    @property
    def is_serving(self) -> bool:
        """Whether it has started."""
        return self._state is LoadedModelState.RUNNING

    def start(self) -> None:
        """Boot its instances."""
        self._pool.fit()

    def save(self, now: datetime) -> SavedLoadedModel:
        """Save it as if the runs at it were given up now."""
        return SavedLoadedModel(
            model_id=self._model_id,
            concurrency=self.concurrency,
            expiration_period_seconds=self._period,
            created=self._created,
            modified=self._modified,
            inferences=self._pool.inferences,
            instances=self._pool.save(now),
            idle_timer=self._idle_timer.save(now),
        )

    def restore(self, saved: SavedLoadedModel) -> None:
        """Take the place of a loaded model that was saved, instead of a start."""
        self._pool.restore(saved.instances, inferences=saved.inferences)
        self._idle_timer.restore(saved.idle_timer)
        if not self._pool.is_booting:
            self._state = LoadedModelState.RUNNING
        self._created, self._modified = saved.created, saved.modified

    def submit(self, duration: timedelta) -> Inference:
        """Serve a run, as a pool does; its period begins anew.

        Raises:
            QueueFullError: As many wait as may.
        """
        inference = self._pool.submit(duration, is_bounded=True)
        self._idle_timer.touch()
        return inference

    def abandon(self, inference: Inference) -> None:
        """Give a run up, wherever it stands; one that was not over was a use until now."""
        if not inference.over.resolved:
            self._idle_timer.touch()
        self._pool.abandon(inference)

    def stop(self) -> None:
        """Be stopped at once; only runs that are being served are finished."""
        self._enter(LoadedModelState.STOPPED)
        self._idle_timer.stop()
        self._pool.shrink(0)
        self._pool.refuse_waiting(f"Model {self._model_id} is not loaded")
        self._on_stop()

    def as_json(self) -> JsonObject:
        """Spell it as the wire does, without the model."""
        minutes = self._period / 60
        return {
            "status": self._starting_status if self.is_starting else "RUNNING",
            "concurrency": self.concurrency,
            "inferences": self._pool.inferences,
            "expirationPeriodSeconds": self._period,
            "expirationPeriodMinutes": int(minutes) if minutes.is_integer() else minutes,
            "expiresAt": timestamp(self._idle_timer.last_use + timedelta(seconds=self._period)),
            "created": timestamp(self._created),
            "modified": timestamp(self._modified),
        }

    def _enter(self, state: LoadedModelState) -> None:
        if state not in LOADED_MODEL_TRANSITIONS[self._state]:
            raise RuntimeError(f"a loaded model can not go from {self._state.name} to {state.name}")
        self._state = state
        self._modified = self._scheduler.now

    def _refresh_state(self) -> None:
        if self.is_starting and not self._pool.is_booting:
            self._enter(LoadedModelState.RUNNING)
            self._idle_timer.watch()

    def _note_run(self) -> None:
        self._modified = self._scheduler.now
        self._idle_timer.touch()
