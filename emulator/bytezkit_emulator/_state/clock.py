"""The virtual time of an emulator, as people move it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import RLock
from typing import Final

from bytezkit_emulator._common.settings import check_choice
from bytezkit_emulator._model.cluster import Cluster
from bytezkit_emulator._model.loaded_model import LoadedModel
from bytezkit_emulator._model.tenants import Tenants
from bytezkit_emulator._time.scheduler import ClockMode, Scheduler

_LEAST_SCALE: Final = 0.001
_GREATEST_SCALE: Final = 1_000_000
_DAY: Final = timedelta(days=1)


class Clock:
    """The virtual time of an emulator, safe to use from any thread."""

    def __init__(self, scheduler: Scheduler, tenants: Tenants, lock: RLock) -> None:
        self._scheduler = scheduler
        self._tenants = tenants
        self._lock = lock

    @property
    def now(self) -> datetime:
        """The present moment, in UTC."""
        with self._lock:
            self._scheduler.catch_up()
            return self._scheduler.now

    @property
    def mode(self) -> ClockMode:
        """How time passes: `auto`, `manual`, `real` or `scaled`."""
        return self._scheduler.mode

    @property
    def scale(self) -> float:
        """Virtual seconds per real second in mode `scaled`."""
        return self._scheduler.scale

    def set_mode(self, mode: ClockMode, scale: float | None = None) -> None:
        """Let time pass in another way from now on, without a jump.

        Args:
            mode: `auto`, `manual`, `real` or `scaled`; `real` goes on from the present moment, whatever
                the wall clock shows.
            scale: Virtual seconds per real second in mode `scaled`, 0.001 to 1,000,000. Default: as it was.

        Raises:
            ValueError: One of them is out of range.
        """
        scale = self.scale if scale is None else scale
        check_pace(mode, scale)
        with self._lock:
            self._scheduler.set_mode(mode, scale)

    def advance(self, length: timedelta) -> None:
        """Let time pass at once; what becomes due meanwhile happens in its order.

        Raises:
            ValueError: The length is negative.
        """
        with self._lock:
            self._scheduler.advance(length)

    def advance_until_running(self, model_id: str, *, at_most: timedelta = _DAY) -> None:
        """Let time pass at once until a cluster of a model, or the model that the older API loaded, serves.

        Args:
            model_id: The model; of whichever key.
            at_most: How long at most. Default: one day.

        Raises:
            ValueError: A length is negative.
            TimeoutError: It does not come to that; `at_most` has passed all the same.
        """
        self._advance_until(
            lambda: any(host.is_serving for host in self._hosts(model_id)),
            f"{model_id} does not run",
            at_most,
        )

    def advance_until_gone(self, model_id: str, *, at_most: timedelta = _DAY) -> None:
        """Let time pass at once until nobody has a cluster of a model, or has loaded it.

        Args:
            model_id: The model; of whichever key.
            at_most: How long at most. Default: one day.

        Raises:
            ValueError: A length is negative.
            TimeoutError: It does not come to that; `at_most` has passed all the same.
        """
        self._advance_until(lambda: not self._hosts(model_id), f"{model_id} is not gone", at_most)

    def advance_until_idle(self, *, at_most: timedelta = _DAY) -> None:
        """Let time pass at once until nothing is left that someone may wait for: no boot, no run, no job.

        Args:
            at_most: How long at most. Default: one day.

        Raises:
            ValueError: A length is negative.
            TimeoutError: It does not come to that; `at_most` has passed all the same.
        """
        self._advance_until(lambda: not self._scheduler.has_work, "the emulator is not idle", at_most)

    def _advance_until(self, condition: Callable[[], bool], problem: str, at_most: timedelta) -> None:
        with self._lock:
            if not self._scheduler.advance_until(condition, at_most):
                raise TimeoutError(f"{problem} after {at_most}")

    def _hosts(self, model_id: str) -> list[Cluster | LoadedModel]:
        return [
            hosts[model_id]
            for tenant in self._tenants
            for hosts in (tenant.clusters, tenant.loaded_models)
            if model_id in hosts
        ]


def check_pace(mode: ClockMode, scale: float) -> None:
    """Let a way pass in which time can go by.

    Raises:
        ValueError: It is none of the modes, or the scale is out of range.
    """
    check_choice("clock", mode, ClockMode)
    if not _LEAST_SCALE <= scale <= _GREATEST_SCALE:
        raise ValueError(f"scale must be a number from {_LEAST_SCALE} to {_GREATEST_SCALE}")
