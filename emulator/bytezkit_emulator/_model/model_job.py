"""The job that makes a requested model available."""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Final

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._common.settings import Settings
from bytezkit_emulator._model.snapshot_schema import SavedModelJob
from bytezkit_emulator._time.scheduler import ScheduledEvent, Scheduler, timestamp


class ModelJobState(Enum):
    """State of a job."""

    ABSENT = auto()
    QUEUED = auto()
    RUNNING = auto()
    AVAILABLE = auto()


MODEL_JOB_TRANSITIONS: Final[Mapping[ModelJobState, frozenset[ModelJobState]]] = {
    ModelJobState.ABSENT: frozenset({ModelJobState.QUEUED}),
    ModelJobState.QUEUED: frozenset({ModelJobState.RUNNING}),
    ModelJobState.RUNNING: frozenset({ModelJobState.AVAILABLE}),
    ModelJobState.AVAILABLE: frozenset(),
}

_MESSAGES: Final[Mapping[ModelJobState, str]] = {
    ModelJobState.QUEUED: "Model is already queued",
    ModelJobState.RUNNING: "Model is already being processed",
    ModelJobState.AVAILABLE: "Model available",
}


class ModelJob:
    """A job of one tenant. Callers hold the runtime's lock.

    Args:
        scheduler: Virtual time.
        settings: Durations of the states.
        on_available: Called when the model becomes available.
    """

    def __init__(self, scheduler: Scheduler, settings: Settings, on_available: Callable[[], object]) -> None:
        self._scheduler = scheduler
        self._settings = settings
        self._on_available = on_available
        self._state = ModelJobState.ABSENT
        self._entered = {self._state: scheduler.now}
        self._timer: ScheduledEvent | None = None

    def queue(self) -> JsonObject:
        """Queue the job; return its response to the first request for the model."""
        self._enter(ModelJobState.QUEUED)
        self._schedule_start()
        return self._modified_json()

    def cancel(self) -> None:
        """Cancel the next state change."""
        if self._timer is not None:
            self._timer.cancel()

    def save(self, model_id: str) -> SavedModelJob:
        """Return the saved state, as the job of a model."""
        return SavedModelJob(
            model_id=model_id,
            queued=self._entered[ModelJobState.QUEUED],
            running=self._entered.get(ModelJobState.RUNNING),
            available=self._entered.get(ModelJobState.AVAILABLE),
        )

    def restore(self, saved: SavedModelJob) -> None:
        """Restore a saved state."""
        for state, moment in (
            (ModelJobState.QUEUED, saved.queued),
            (ModelJobState.RUNNING, saved.running),
            (ModelJobState.AVAILABLE, saved.available),
        ):
            if moment is not None:
                self._state = state
                self._entered[state] = moment
        if self._state is ModelJobState.QUEUED:
            self._schedule_start()
        elif self._state is ModelJobState.RUNNING:
            self._schedule_end()

    def as_json(self) -> JsonObject:
        """Return the response to a repeated request for the model, without the model id."""
        state, entered = self._state, self._entered
        value: JsonObject = {"message": _MESSAGES[state], "startTime": None}
        if ModelJobState.RUNNING in entered:
            value["startTime"] = timestamp(entered[ModelJobState.RUNNING])
        if ModelJobState.AVAILABLE in entered:
            value["endTime"] = timestamp(entered[ModelJobState.AVAILABLE])
        return value | self._modified_json()

    def _schedule_start(self) -> None:
        due = self._entered[ModelJobState.QUEUED] + self._settings.queue_time
        self._timer = self._scheduler.call_at(due, self._start, is_work=True)

    def _schedule_end(self) -> None:
        due = self._entered[ModelJobState.RUNNING] + self._settings.job_time
        self._timer = self._scheduler.call_at(due, self._end, is_work=True)

    def _start(self) -> None:
        self._enter(ModelJobState.RUNNING)
        self._schedule_end()

    def _end(self) -> None:
        self._enter(ModelJobState.AVAILABLE)
        self._on_available()

    def _enter(self, state: ModelJobState) -> None:
        if state not in MODEL_JOB_TRANSITIONS[self._state]:
            raise RuntimeError(f"a job cannot go from {self._state.name} to {state.name}")
        self._state = state
        self._entered[state] = self._scheduler.now

    def _modified_json(self) -> JsonObject:
        return {"modified": timestamp(self._entered[self._state])}
