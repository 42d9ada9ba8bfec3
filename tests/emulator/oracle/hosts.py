"""Instances, their queues, and the effect of time on both.

Times are milliseconds. Events of one time happen in the order in which they were scheduled.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Literal, TypeAlias

from tests.emulator.oracle.catalog import Model
from tests.emulator.oracle.jobs import Job

BOOT_TIME: Final = 30_000
RETIRE_AFTER: Final = 60_000
EXPIRY_LAG: Final = 60_000
_MINUTE: Final = 60_000
_DAY_IN_MINUTES: Final = 1440

State: TypeAlias = Literal["boots", "idle", "busy", "leaves"]


@dataclass(eq=False)
class Run:
    """A run at a host, which finishes or is refused while it waits."""

    job: Job
    began: int | None = None
    is_over: bool = False
    refusal: str | None = None

    @property
    def has_started(self) -> bool:
        return self.began is not None or self.refusal is not None


@dataclass(eq=False)
class Instance:
    """An instance; at the time `due` its boot, its run or its idle time ends."""

    state: State
    due: int | None
    turn: int
    run: Run | None = None


@dataclass(frozen=True)
class Capacity:
    """Numbers of instances."""

    min: int = 0
    desired: int = 1
    max: int = 1

    def as_json(self) -> dict[str, int]:
        return {"min": self.min, "desired": self.desired, "max": self.max}

    def merged(self, sent: dict[str, int]) -> "Capacity | None":
        """Return the nearest capacity with the sent numbers, or None if they contradict each other."""
        sizes = range(11)
        possible = [
            Capacity(least, desired, most)
            for least in sizes
            for desired in sizes
            for most in sizes
            if least <= desired <= most
            if sent.items() <= {"min": least, "desired": desired, "max": most}.items()
        ]
        return min(possible, key=self._distance, default=None)

    def _distance(self, other: "Capacity") -> int:
        return abs(self.min - other.min) + abs(self.desired - other.desired) + abs(self.max - other.max)


class Host:
    """Instances that serve one run each, first come, first served."""

    def __init__(self, capacity: Capacity, line: int, now: int) -> None:
        self.capacity = capacity
        self.line: Final = line
        self.inferences = 0
        self.last_use = now
        self.is_away = False
        self.waiting: list[Run] = []
        self.instances: list[Instance] = []
        self.finished: list[Run] = []
        self._turns = count()

    @property
    def is_gone(self) -> bool:
        """Whether the host has no further events."""
        return self.is_away and not self.instances

    @property
    def limit(self) -> int:
        return self.line + self.capacity.max

    @property
    def remaining(self) -> int:
        return max(0, self.limit - len(self.waiting) - len(self._in("busy")))

    @property
    def is_in_use(self) -> bool:
        return bool(self.waiting or self._in("busy"))

    @property
    def only_boots(self) -> bool:
        return bool(self.instances) and len(self._in("boots")) == len(self.instances)

    def submit(self, run: Run, now: int, *, is_bounded: bool = True) -> bool:
        """Serve or queue a run; return False if the queue is full."""
        idle = self._in("idle")
        if idle:
            # The instance that became idle first.
            self._serve(idle[0], run, now)
        elif is_bounded and len(self.waiting) >= self.line:
            return False
        else:
            self.waiting.append(run)
            while len(self._in("boots")) < len(self.waiting) and len(self._staying) < self.capacity.max:
                self._boot(now)
        self.last_use = now
        return True

    def leave(self, run: Run, now: int) -> None:
        """Disconnect the client of a run; a started run is charged in full."""
        if run.is_over or run.refusal is not None:
            return
        self.last_use = now
        if run in self.waiting:
            self.waiting.remove(run)
            run.refusal = "left"
        else:
            self._end(next(it for it in self.instances if it.run is run), now)

    def fit(self, now: int) -> None:
        """Boot or retire instances for a new capacity."""
        load = len(self._in("busy")) + len(self.waiting)
        size = min(self.capacity.max, max(self.capacity.desired, load))
        self.shrink(size, now)
        while len(self._staying) < size:
            self._boot(now)

    def shrink(self, size: int, now: int) -> None:
        """Retire booting, then idle, then busy instances down to a size; the newest first."""
        for state in ("boots", "idle", "busy"):
            for instance in reversed(self._in(state)):
                if len(self._staying) <= size:
                    return
                if state == "busy":
                    instance.state = "leaves"
                else:
                    self._remove(instance, now)

    def dismiss(self, reason: str) -> None:
        """Refuse all waiting runs."""
        for run in self.waiting:
            run.refusal = reason
        self.waiting = []

    def moments(self) -> Iterator[int]:
        """Yield the times of the next events."""
        yield from (it.due for it in self.instances if it.due is not None)
        idle_end = self.idle_end
        if idle_end is not None:
            yield idle_end

    def happen(self, now: int) -> None:
        """Perform the events of this time."""
        for instance in sorted(self.instances, key=lambda it: it.turn):
            if instance.due != now:
                continue
            if instance.state == "boots":
                self._make_free(instance, now)
            elif instance.state == "idle":
                instance.due = None
                if len(self._staying) > self.capacity.desired:
                    self._remove(instance, now)
            else:
                self._end(instance, now)
        if self.idle_end is not None and now >= self.idle_end:
            self.go_down(now)

    @property
    def idle_end(self) -> int | None:
        """The time at which the idle timeout ends, if it runs."""
        raise NotImplementedError

    def go_down(self, now: int) -> None:
        """Apply the idle timeout."""
        raise NotImplementedError

    def note_instances(self, now: int) -> None:
        """Record a change of the instances."""
        raise NotImplementedError

    def note_inference(self, now: int) -> None:
        """Record the end of a run."""
        raise NotImplementedError

    @property
    def _staying(self) -> list[Instance]:
        return [it for it in self.instances if it.state != "leaves"]

    def _in(self, state: str) -> list[Instance]:
        return [it for it in self.instances if it.state == state]

    def _boot(self, now: int) -> None:
        self.instances.append(Instance("boots", now + BOOT_TIME, next(self._turns)))
        self.note_instances(now)

    def _remove(self, instance: Instance, now: int) -> None:
        self.instances.remove(instance)
        self.note_instances(now)

    def _serve(self, instance: Instance, run: Run, now: int) -> None:
        run.began = now
        instance.state, instance.run = "busy", run
        instance.due, instance.turn = now + run.job.length, next(self._turns)

    def _make_free(self, instance: Instance, now: int) -> None:
        instance.state, instance.run = "idle", None
        is_surplus = len(self._staying) > self.capacity.desired
        instance.due, instance.turn = (now + RETIRE_AFTER if is_surplus else None), next(self._turns)
        if self.waiting:
            self._serve(instance, self.waiting.pop(0), now)
        self.note_instances(now)

    def _end(self, instance: Instance, now: int) -> None:
        run = instance.run
        assert run is not None
        run.is_over = True
        self.finished.append(run)
        self.inferences += 1
        self.last_use = now
        self.note_inference(now)
        if instance.state == "leaves":
            self._remove(instance, now)
        else:
            self._make_free(instance, now)


class Cluster(Host):
    """A cluster of the current API."""

    def __init__(
        self, model: Model, capacity: Capacity, timeout: int, *, line: int, words: tuple[str, ...], now: int
    ) -> None:
        super().__init__(capacity, line, now)
        self.model = model
        self.timeout = timeout
        self.is_on = True
        self.is_down = False
        self.created = self.modified = self.last_inference = now
        self._words = words
        self._boots = False
        self.fit(now)

    @property
    def obstacle(self) -> str | None:
        if not self.is_on:
            return "Cluster is off"
        return "Cluster has no capacity: its max is 0" if self.capacity.max == 0 else None

    def update(self, capacity: Capacity, timeout: int | None, status: str | None, now: int) -> None:
        """Apply a PATCH, which counts as a use."""
        # A cluster that scaled down when idle does not scale up for an unchanged capacity.
        is_to_fit = capacity != self.capacity or not self.is_on
        self.capacity, self.timeout, self.modified = capacity, timeout or self.timeout, now
        self.is_on = self.is_on if status is None else status == "on"
        if not self.is_on:
            self.shrink(0, now)
            self._boots = False
        else:
            self.is_down, self.last_use = False, now
            if is_to_fit:
                self.fit(now)
            self.note_instances(now)
        if self.obstacle is not None:
            self.dismiss(self.obstacle)

    def delete(self, now: int) -> None:
        """Delete immediately; started runs finish."""
        self.is_away = True
        self.shrink(0, now)
        self.dismiss("Cluster was deleted")

    def submit(self, run: Run, now: int, *, is_bounded: bool = True) -> bool:
        self.is_down = False
        return super().submit(run, now, is_bounded=is_bounded)

    @property
    def idle_end(self) -> int | None:
        if self.is_away or not self.is_on or self.is_down or self.is_in_use:
            return None
        return self.last_use + min(self.timeout, _DAY_IN_MINUTES) * _MINUTE

    def go_down(self, now: int) -> None:
        if self.capacity.min == 0:
            self.delete(now)
        else:
            self.is_down = True
            self.shrink(self.capacity.min, now)

    def note_instances(self, now: int) -> None:
        if self.is_on and not self.is_away and self.only_boots != self._boots:
            self._boots = self.only_boots
            self.modified = now

    def note_inference(self, now: int) -> None:
        self.last_inference = now

    def as_json(self, stamp: Any) -> dict[str, Any]:
        boots, runs, off = self._words
        return {
            "modelId": self.model.id,
            "status": off if not self.is_on else boots if self._boots else runs,
            "created": stamp(self.created),
            "modified": stamp(self.modified),
            "timeout": self.timeout,
            "capacity": self.capacity.as_json(),
            "instances": len(self.instances),
            "inferences": self.inferences,
            "lastInference": stamp(self.last_inference),
        }


class Loaded(Host):
    """A model loaded by the v1 API."""

    def __init__(
        self, model: Model, concurrency: int, period: int, *, line: int, word: str, now: int
    ) -> None:
        super().__init__(Capacity(concurrency, concurrency, concurrency), line, now)
        self.model = model
        self.concurrency: Final = concurrency
        self.starts = True
        self._period = period
        self._word = word
        self._created = self._modified = now
        self.fit(now)

    def stop(self, now: int) -> None:
        """Stop immediately; started runs finish."""
        self.is_away = True
        self.shrink(0, now)
        self.dismiss(f"Model {self.model.id} is not loaded")

    @property
    def idle_end(self) -> int | None:
        if self.is_away or self.starts or self.is_in_use:
            return None
        return self.last_use + self._period * 1000 + EXPIRY_LAG

    def go_down(self, now: int) -> None:
        self.stop(now)

    def note_instances(self, now: int) -> None:
        if self.starts and not self.only_boots and not self.is_away:
            self.starts = False
            self._modified = self.last_use = now

    def note_inference(self, now: int) -> None:
        self._modified = now

    def as_json(self, stamp: Any) -> dict[str, Any]:
        return {
            "status": self._word if self.starts else "RUNNING",
            "concurrency": self.concurrency,
            "inferences": self.inferences,
            "expirationPeriodSeconds": self._period,
            "expirationPeriodMinutes": self._period / 60,
            "expiresAt": stamp(self.last_use + self._period * 1000),
            "created": stamp(self._created),
            "modified": stamp(self._modified),
        }


class ProviderHost:
    """A provider of closed-source models, which serves every run immediately."""

    def __init__(self, line: int) -> None:
        self.limit = self.remaining = line
        self.finished: list[Run] = []
        self._served: list[tuple[int, Run]] = []

    @property
    def is_gone(self) -> bool:
        return not self._served

    def submit(self, run: Run, now: int) -> None:
        run.began = now
        self._served.append((now + run.job.length, run))

    def leave(self, run: Run, now: int) -> None:
        if not run.is_over:
            self._end(run)

    def moments(self) -> Iterator[int]:
        yield from (end for end, _ in self._served)

    def happen(self, now: int) -> None:
        for end, run in list(self._served):
            if end <= now:
                self._end(run)

    def _end(self, run: Run) -> None:
        run.is_over = True
        self.finished.append(run)
        self._served = [(end, it) for end, it in self._served if it is not run]
