"""Instances, the requests that wait for them, and how their number follows load and capacity."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from bytezkit_emulator._common.settings import Settings
from bytezkit_emulator._model.capacity import Capacity
from bytezkit_emulator._model.instance import Inference, Instance, InstanceState
from bytezkit_emulator._model.snapshot_schema import SavedInstance
from bytezkit_emulator._time.scheduler import Scheduler


class QueueFullError(Exception):
    """As many requests wait already as may."""


class InstancePool:
    """Instances of one model, and the line before them. Callers hold the lock of the core.

    Attributes:
        capacity: How many instances it aims for.
        inferences: How many requests were served.

    Args:
        capacity: The capacity; its instances boot when `fit` is called.
        scheduler: Virtual time.
        settings: Lengths and limits.
        on_change: Called when an instance begins to boot, has booted or has gone.
        on_served: Called when a request was served to its end or given up.
    """

    def __init__(
        self,
        capacity: Capacity,
        *,
        scheduler: Scheduler,
        settings: Settings,
        on_change: Callable[[], object],
        on_served: Callable[[], object],
    ) -> None:
        self.capacity = capacity
        self.inferences = 0
        self._scheduler = scheduler
        self._settings = settings
        self._on_change = on_change
        self._on_served = on_served
        self._instances: list[Instance] = []
        self._waiting: deque[Inference] = deque()

    def __len__(self) -> int:
        """Return how many instances there are, also those that boot or leave."""
        return len(self._instances)

    @property
    def is_booting(self) -> bool:
        """Whether it has instances, and all of them boot."""
        return 0 < len(self._instances) == self._count(InstanceState.BOOTING)

    @property
    def is_in_use(self) -> bool:
        """Whether a request waits or is served by an instance that stays."""
        return bool(self._waiting) or self._count(InstanceState.BUSY) > 0

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
        if idle is not None:
            self._serve(idle, inference)
            return inference
        if is_bounded and len(self._waiting) >= self._settings.queue_limit:
            raise QueueFullError
        self._waiting.append(inference)
        self._grow()
        return inference

    def abandon(self, inference: Inference) -> None:
        """Give a request up, wherever it stands."""
        if inference.instance is not None:
            self._finish(inference.instance, inference)
        elif inference in self._waiting:
            self._waiting.remove(inference)
            inference.refuse("Abandoned")

    def fit(self) -> None:
        """Boot or retire so that there are as many instances as capacity and load ask for."""
        load = self._count(InstanceState.BUSY) + len(self._waiting)
        size = min(self.capacity.max, max(self.capacity.desired, load))
        self.shrink(size)
        for _ in range(size - self._staying):
            self._boot()

    def shrink(self, size: int) -> None:
        """Retire instances beyond a number; those that are busy finish their request first."""
        order = [InstanceState.BOOTING, InstanceState.IDLE, InstanceState.BUSY]
        candidates = [
            instance for state in order for instance in reversed(self._instances) if instance.state is state
        ]
        for instance in candidates[: max(0, self._staying - size)]:
            self._retire(instance)

    def refuse_waiting(self, reason: str) -> None:
        """Send away whoever waits."""
        waiting, self._waiting = self._waiting, deque()
        for inference in waiting:
            inference.refuse(reason)

    def save(self, now: datetime) -> list[SavedInstance]:
        """Save its instances as if the requests that are served were given up now."""
        saved: list[SavedInstance] = []
        for instance in self._instances:
            match instance.state:
                case InstanceState.BOOTING:
                    saved.append(SavedInstance(state="booting", since=instance.since))
                case InstanceState.IDLE:
                    saved.append(SavedInstance(state="idle", since=instance.since))
                case InstanceState.BUSY:
                    saved.append(SavedInstance(state="idle", since=now))
                case _:
                    pass
        return saved

    def restore(self, instances: Iterable[SavedInstance], *, inferences: int) -> None:
        """Take the place of a pool that was saved."""
        self.inferences = inferences
        for saved in instances:
            instance = Instance(saved.since)
            self._instances.append(instance)
            if saved.state == "booting":
                self._await_boot(instance)
            else:
                instance.enter(InstanceState.IDLE, saved.since)
        if self._is_too_large:
            for instance in self._instances:
                if instance.state is InstanceState.IDLE:
                    self._await_surplus(instance)

    def _count(self, state: InstanceState) -> int:
        return [instance.state for instance in self._instances].count(state)

    @property
    def _staying(self) -> int:
        return len(self._instances) - self._count(InstanceState.LEAVING)

    @property
    def _is_too_large(self) -> bool:
        return self._staying > self.capacity.desired

    def _boot(self) -> None:
        instance = Instance(self._scheduler.now)
        self._await_boot(instance)
        self._instances.append(instance)
        self._on_change()

    def _await_boot(self, instance: Instance) -> None:
        instance.timer = self._scheduler.at(
            instance.since + self._settings.boot_time, partial(self._make_free, instance), is_work=True
        )

    def _await_surplus(self, instance: Instance) -> None:
        instance.timer = self._scheduler.at(
            instance.since + self._settings.retire_after,
            partial(self._retire_surplus, instance, instance.since),
            is_work=False,
        )

    def _make_free(self, instance: Instance) -> None:
        instance.enter(InstanceState.IDLE, self._scheduler.now)
        if self._waiting:
            self._serve(instance, self._waiting.popleft())
        elif self._is_too_large:
            self._await_surplus(instance)
        self._on_change()

    def _retire_surplus(self, instance: Instance, idle_since: datetime) -> None:
        is_unused = instance.state is InstanceState.IDLE and instance.since == idle_since
        if is_unused and self._is_too_large:
            self._retire(instance)

    def _retire(self, instance: Instance) -> None:
        if instance.state is InstanceState.BUSY:
            instance.enter(InstanceState.LEAVING, self._scheduler.now)
            return
        if instance.timer is not None:
            instance.timer.cancel()
        instance.enter(InstanceState.GONE, self._scheduler.now)
        self._instances.remove(instance)
        self._on_change()

    def _serve(self, instance: Instance, inference: Inference) -> None:
        now = self._scheduler.now
        instance.enter(InstanceState.BUSY, now)
        inference.instance = instance
        inference.began = now
        inference.end = self._scheduler.after(
            inference.duration, partial(self._finish, instance, inference), is_work=True
        )
        inference.started.resolve()

    def _finish(self, instance: Instance, inference: Inference) -> None:
        inference.leave()
        self.inferences += 1
        self._on_served()
        if instance.state is InstanceState.LEAVING:
            self._retire(instance)
        else:
            self._make_free(instance)
        inference.over.resolve()

    def _grow(self) -> None:
        while self._count(InstanceState.BOOTING) < len(self._waiting) and self._staying < self.capacity.max:
            self._boot()
