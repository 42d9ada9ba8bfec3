"""Instances, their queues, and the effect of time on both.

Times are milliseconds. Events of one time happen in the order in which they were scheduled.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations_with_replacement, count
from operator import sub
from typing import Any, Final, Literal, NamedTuple, TypeAlias

_START: Final = datetime(2025, 1, 1, tzinfo=UTC)
_BOOT_TIME: Final = 30_000
_RETIRE_AFTER: Final = 60_000
_EXPIRY_LAG: Final = 60_000
_INFERENCE_TIME: Final = 50
_TOKEN_TIME: Final = 20
_MINUTE: Final = 60_000
_DAY_IN_MINUTES: Final = 1440

State: TypeAlias = Literal["booting", "idle", "busy", "retiring"]


def stamp(moment: int) -> str:
    return (_START + timedelta(milliseconds=moment)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass(eq=False)
class Run:
    """A run of a text, which finishes or is refused while it waits."""

    text: str
    tokens: int
    began: int | None = None
    is_over: bool = False
    refusal: str | None = None

    @property
    def duration(self) -> int:
        return _INFERENCE_TIME + self.tokens * _TOKEN_TIME

    @property
    def end(self) -> int:
        assert self.began is not None
        return self.began + self.duration

    def sent(self, now: int) -> int:
        """Return the words that a stream has sent after its prompt; below 0 before the prompt."""
        return self.tokens - max(0, -((now - self.end) // _TOKEN_TIME))

    def next_chunk(self, now: int) -> int:
        return self.end - (self.tokens - max(0, self.sent(now) + 1)) * _TOKEN_TIME


@dataclass(eq=False)
class Instance:
    """An instance; at the time `due` its boot, its run or its idle time ends."""

    state: State
    due: int | None
    order: int
    run: Run | None = None


class Capacity(NamedTuple):
    """Numbers of instances."""

    min: int = 0
    desired: int = 1
    max: int = 1

    def merged(self, sent: dict[str, int]) -> "Capacity":
        """Return the nearest capacity with the sent numbers."""
        ordered = (Capacity(*sizes) for sizes in combinations_with_replacement(range(5), 3))
        possible = (it for it in ordered if sent.items() <= it._asdict().items())
        return min(possible, key=lambda it: sum(map(abs, map(sub, it, self))))


class Host:
    """Instances that serve one run each, first come, first served."""

    deletion = "Cluster was deleted"

    def __init__(self, model: str, capacity: Capacity, idle_time: int, limit: int, now: int) -> None:
        self.model: Final = model
        self.capacity = capacity
        self.idle_time = idle_time
        self.inferences = 0
        self.created = self.modified = self.last_use = self.last_inference = now
        self.is_on = True
        self.is_deleted = False
        # Whether no instance has booted.
        self.is_booting = False
        self.instances: list[Instance] = []
        self._has_expired = False
        self._queue_limit: Final = limit
        self._queue: list[Run] = []
        self._order = count()
        self.fit(now)

    @property
    def is_gone(self) -> bool:
        """Whether the host has no further events."""
        return self.is_deleted and not self.instances

    @property
    def limit(self) -> int:
        return self._queue_limit + self.capacity.max

    @property
    def remaining(self) -> int:
        return max(0, self.limit - len(self._queue) - len(self._in("busy")))

    def submit(self, run: Run, now: int, *, is_bounded: bool) -> bool:
        """Serve or queue a run; return False if the queue is full."""
        self._has_expired = False
        idle = self._in("idle")
        if idle:
            # The instance that became idle first.
            self._serve(idle[0], run, now)
        elif is_bounded and len(self._queue) >= self._queue_limit:
            return False
        else:
            self._queue.append(run)
            while len(self._in("booting")) < len(self._queue) and self._size < self.capacity.max:
                self._boot(now)
        self.last_use = now
        return True

    def leave(self, run: Run, now: int) -> None:
        """Disconnect the client of a run; a started run is charged in full."""
        if run.is_over or run.refusal is not None:
            return
        self.last_use = now
        if run in self._queue:
            self._queue.remove(run)
            run.refusal = "left"
        else:
            self._end(next(it for it in self.instances if it.run is run), now)

    def fit(self, now: int) -> None:
        """Boot or retire instances for a new capacity."""
        load = len(self._in("busy")) + len(self._queue)
        size = min(self.capacity.max, max(self.capacity.desired, load))
        self.shrink(size, now)
        while self._size < size:
            self._boot(now)

    def shrink(self, size: int, now: int) -> None:
        """Retire booting, then idle, then busy instances down to a size; the newest first."""
        for state in ("booting", "idle", "busy"):
            for instance in reversed(self._in(state)):
                if self._size <= size:
                    return
                if state == "busy":
                    instance.state = "retiring"
                else:
                    self._remove(instance, now)

    def refuse_queue(self, reason: str) -> None:
        for run in self._queue:
            run.refusal = reason
        self._queue = []

    def moments(self) -> Iterator[int]:
        """Yield the times of the next events."""
        yield from (it.due for it in self.instances if it.due is not None)
        if self.idle_end is not None:
            yield self.idle_end

    def happen(self, now: int) -> None:
        """Perform the events of this time."""
        for instance in sorted(self.instances, key=lambda it: it.order):
            if instance.due != now:
                continue
            if instance.state == "booting":
                self._make_free(instance, now)
            elif instance.state == "idle":
                instance.due = None
                if self._size > self.capacity.desired:
                    self._remove(instance, now)
            else:
                self._end(instance, now)
        if self.idle_end is not None and now >= self.idle_end:
            self._has_expired = True
            if self.capacity.min == 0:
                self.delete(now)
            else:
                self.shrink(self.capacity.min, now)

    @property
    def idle_end(self) -> int | None:
        """The time at which the idle timeout ends, if it runs."""
        is_stopped = self.is_deleted or not self.is_on or self._has_expired
        is_in_use = self._queue or self._in("busy")
        return None if is_stopped or is_in_use else self.last_use + self.idle_time

    def delete(self, now: int) -> None:
        """Delete immediately; started runs finish."""
        self.is_deleted = True
        self.shrink(0, now)
        self.refuse_queue(self.deletion)

    def _note_instances(self, now: int) -> None:
        """Record a change of the instances."""
        only_boots = bool(self.instances) and len(self._in("booting")) == len(self.instances)
        if self.is_on and not self.is_deleted and only_boots != self.is_booting:
            self.is_booting, self.modified = only_boots, now

    @property
    def _size(self) -> int:
        return len(self.instances) - len(self._in("retiring"))

    def _in(self, state: str) -> list[Instance]:
        return [it for it in self.instances if it.state == state]

    def _boot(self, now: int) -> None:
        self.instances.append(Instance("booting", now + _BOOT_TIME, next(self._order)))
        self._note_instances(now)

    def _remove(self, instance: Instance, now: int) -> None:
        self.instances.remove(instance)
        self._note_instances(now)

    def _serve(self, instance: Instance, run: Run, now: int) -> None:
        run.began = now
        instance.state, instance.run = "busy", run
        instance.due, instance.order = run.end, next(self._order)

    def _make_free(self, instance: Instance, now: int) -> None:
        instance.state, instance.run = "idle", None
        is_surplus = self._size > self.capacity.desired
        instance.due, instance.order = (now + _RETIRE_AFTER if is_surplus else None), next(self._order)
        if self._queue:
            self._serve(instance, self._queue.pop(0), now)
        self._note_instances(now)

    def _end(self, instance: Instance, now: int) -> None:
        assert instance.run is not None
        instance.run.is_over = True
        self.inferences += 1
        self.last_use = self.last_inference = now
        if instance.state == "retiring":
            self._remove(instance, now)
        else:
            self._make_free(instance, now)


class Cluster(Host):
    """A cluster of the current API."""

    def __init__(self, model: str, capacity: Capacity, timeout: int, limit: int, now: int) -> None:
        super().__init__(model, capacity, _idle_time(timeout), limit, now)
        self._timeout = timeout

    @property
    def obstacle(self) -> str | None:
        if not self.is_on:
            return "Cluster is off"
        return "Cluster has no capacity: its max is 0" if self.capacity.max == 0 else None

    def update(self, capacity: Capacity, timeout: int | None, status: str | None, now: int) -> None:
        """Apply a PATCH, which counts as a use."""
        # A cluster that scaled down when idle does not scale up for an unchanged capacity.
        is_to_fit = capacity != self.capacity or not self.is_on
        self.capacity, self._timeout, self.modified = capacity, timeout or self._timeout, now
        self.idle_time = _idle_time(self._timeout)
        self.is_on = self.is_on if status is None else status == "on"
        if not self.is_on:
            self.shrink(0, now)
            self.is_booting = False
        else:
            self._has_expired, self.last_use = False, now
            if is_to_fit:
                self.fit(now)
            self._note_instances(now)
        if self.obstacle is not None:
            self.refuse_queue(self.obstacle)

    def as_json(self) -> dict[str, Any]:
        status = "booting instance" if self.is_booting else "running"
        return {
            "modelId": self.model,
            "status": status if self.is_on else "off",
            "created": stamp(self.created),
            "modified": stamp(self.modified),
            "timeout": self._timeout,
            "capacity": self.capacity._asdict(),
            "instances": len(self.instances),
            "inferences": self.inferences,
            "lastInference": stamp(self.last_inference),
        }


def _idle_time(timeout: int) -> int:
    return min(timeout, _DAY_IN_MINUTES) * _MINUTE


class LoadedModel(Host):
    """A model loaded by the v1 API."""

    def __init__(self, model: str, concurrency: int, period: int, limit: int, now: int) -> None:
        capacity = Capacity(0, concurrency, concurrency)
        super().__init__(model, capacity, period * 1000 + _EXPIRY_LAG, limit, now)
        self._period = period
        self.deletion = f"Model {model} is not loaded"

    @property
    def idle_end(self) -> int | None:
        return None if self.is_booting else super().idle_end

    def _note_instances(self, now: int) -> None:
        was_booting = self.is_booting
        super()._note_instances(now)
        if was_booting and not self.is_booting:
            self.last_use = now

    def as_json(self) -> dict[str, Any]:
        return {
            "status": "DEPLOYING" if self.is_booting else "RUNNING",
            "concurrency": self.capacity.max,
            "inferences": self.inferences,
            "expirationPeriodSeconds": self._period,
            "expirationPeriodMinutes": self._period / 60,
            "expiresAt": stamp(self.last_use + self._period * 1000),
            "created": stamp(self.created),
            "modified": stamp(max(self.modified, self.last_inference)),
        }
