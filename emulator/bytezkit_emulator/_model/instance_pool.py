"""Instances of a model, the queue of requests for them, and scaling by load and capacity."""

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
    """The queue has reached its limit."""


class InstancePool:
    """Instances of one model and the queue before them. Callers hold the runtime's lock.

    Attributes:
        capacity: Bounds and target of the number of instances.
        inferences: Number of served requests.

    Args:
        capacity: The capacity; the instances boot when `scale_to_load` is called.
        scheduler: Virtual time.
        settings: Durations and limits.
        on_change: Called when an instance starts to boot, has booted or has terminated.
        on_served: Called when a request that an instance serves finishes or is abandoned.
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
        self._queue: deque[Inference] = deque()

    def __len__(self) -> int:
        """Return the number of instances, including booting and draining instances."""
        return len(self._instances)

    @property
    def is_booting(self) -> bool:
        """Whether the pool has instances and all of them boot."""
        return 0 < len(self._instances) == self._count(InstanceState.BOOTING)

    @property
    def is_in_use(self) -> bool:
        """Whether a request is queued or served by an instance that is not draining."""
        return bool(self._queue) or self._count(InstanceState.BUSY) > 0

    @property
    def limit(self) -> int:
        """Maximum number of requests that are queued or served at once."""
        return self._settings.queue_limit + self.capacity.max

    @property
    def remaining(self) -> int:
        """Number of further requests that the pool accepts now."""
        return max(0, self.limit - len(self._queue) - self._count(InstanceState.BUSY))

    def submit(self, duration: timedelta | None, *, is_bounded: bool) -> Inference:
        """Serve a request now, or queue it until an instance is idle.

        Args:
            duration: Time that an instance needs for the request; None if `end` finishes it.
            is_bounded: Whether the limit of the queue applies.

        Raises:
            QueueFullError: The queue has reached its limit.
        """
        inference = Inference(duration)
        idle = next((it for it in self._instances if it.state is InstanceState.IDLE), None)
        if idle is not None:
            self._serve(idle, inference)
            return inference
        if is_bounded and len(self._queue) >= self._settings.queue_limit:
            raise QueueFullError
        self._queue.append(inference)
        self._scale_up()
        return inference

    def end(self, inference: Inference) -> None:
        """Remove a request from the queue or from its instance."""
        if inference.instance is not None:
            self._finish(inference.instance, inference)
        elif inference in self._queue:
            self._queue.remove(inference)
            inference.reject("Abandoned")

    def scale_to_load(self) -> None:
        """Boot or retire instances until their number fits the load within the capacity."""
        load = self._count(InstanceState.BUSY) + len(self._queue)
        size = min(self.capacity.max, max(self.capacity.desired, load))
        self.scale_down(size)
        for _ in range(size - self._active_count):
            self._boot()

    def scale_down(self, size: int) -> None:
        """Retire all instances above `size`. A busy instance finishes its request first."""
        # Cheapest first: a booting instance has done no work yet, a busy instance has to drain.
        order = [InstanceState.BOOTING, InstanceState.IDLE, InstanceState.BUSY]
        candidates = [
            instance for state in order for instance in reversed(self._instances) if instance.state is state
        ]
        for instance in candidates[: max(0, self._active_count - size)]:
            self._retire(instance)

    def reject_queued(self, reason: str) -> None:
        """Reject all queued requests."""
        queue, self._queue = self._queue, deque()
        for inference in queue:
            inference.reject(reason)

    def save(self, now: datetime) -> list[SavedInstance]:
        """Save the instances as if the served requests were abandoned at `now`."""
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
        """Restore the state of a saved pool."""
        self.inferences = inferences
        for saved in instances:
            instance = Instance(saved.since)
            self._instances.append(instance)
            if saved.state == "booting":
                self._schedule_boot_end(instance)
            else:
                instance.enter(InstanceState.IDLE, saved.since)
        if self._is_oversized:
            for instance in self._instances:
                if instance.state is InstanceState.IDLE:
                    self._schedule_retirement(instance)

    def _count(self, state: InstanceState) -> int:
        return [instance.state for instance in self._instances].count(state)

    @property
    def _active_count(self) -> int:
        return len(self._instances) - self._count(InstanceState.DRAINING)

    @property
    def _is_oversized(self) -> bool:
        return self._active_count > self.capacity.desired

    def _boot(self) -> None:
        instance = Instance(self._scheduler.now)
        self._schedule_boot_end(instance)
        self._instances.append(instance)
        self._on_change()

    def _schedule_boot_end(self, instance: Instance) -> None:
        instance.timer = self._scheduler.call_at(
            instance.since + self._settings.boot_time, partial(self._free_instance, instance), is_work=True
        )

    def _schedule_retirement(self, instance: Instance) -> None:
        instance.timer = self._scheduler.call_at(
            instance.since + self._settings.retire_after,
            partial(self._retire_surplus, instance, instance.since),
            is_work=False,
        )

    def _free_instance(self, instance: Instance) -> None:
        instance.enter(InstanceState.IDLE, self._scheduler.now)
        if self._queue:
            self._serve(instance, self._queue.popleft())
        elif self._is_oversized:
            self._schedule_retirement(instance)
        self._on_change()

    def _retire_surplus(self, instance: Instance, idle_since: datetime) -> None:
        # The instance may have served a request since this event was scheduled.
        is_unused = instance.state is InstanceState.IDLE and instance.since == idle_since
        if is_unused and self._is_oversized:
            self._retire(instance)

    def _retire(self, instance: Instance) -> None:
        if instance.state is InstanceState.BUSY:
            instance.enter(InstanceState.DRAINING, self._scheduler.now)
            return
        if instance.timer is not None:
            instance.timer.cancel()
        instance.enter(InstanceState.TERMINATED, self._scheduler.now)
        self._instances.remove(instance)
        self._on_change()

    def _serve(self, instance: Instance, inference: Inference) -> None:
        now = self._scheduler.now
        instance.enter(InstanceState.BUSY, now)
        inference.instance = instance
        inference.started_at = now
        if inference.is_timed:
            inference.finish_event = self._scheduler.call_later(
                inference.duration, partial(self._finish, instance, inference), is_work=True
            )
        inference.started.resolve()

    def _finish(self, instance: Instance, inference: Inference) -> None:
        inference.detach()
        self.inferences += 1
        self._on_served()
        if instance.state is InstanceState.DRAINING:
            self._retire(instance)
        else:
            self._free_instance(instance)
        # Last, since a callback may read the state of the pool.
        inference.finished.resolve()

    def _scale_up(self) -> None:
        while (
            self._count(InstanceState.BOOTING) < len(self._queue) and self._active_count < self.capacity.max
        ):
            self._boot()
