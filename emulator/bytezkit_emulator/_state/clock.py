"""Public API of virtual time."""

from collections.abc import Callable, Generator
from datetime import datetime, timedelta
from threading import Event, RLock
from typing import Final

from bytezkit_emulator._common.settings import check_choice
from bytezkit_emulator._model.cluster import Cluster
from bytezkit_emulator._model.loaded_model import LoadedModel
from bytezkit_emulator._model.tenants import Tenants
from bytezkit_emulator._model.world import World
from bytezkit_emulator._time.future import Future
from bytezkit_emulator._time.scheduler import ClockMode, later

_MIN_SCALE: Final = 0.001
_MAX_SCALE: Final = 1_000_000
_ONE_DAY: Final = timedelta(days=1)


class Clock:
    """Virtual time of an emulator. Safe to use from any thread."""

    def __init__(self, world: World, tenants: Tenants, lock: RLock) -> None:
        self._scheduler = world.scheduler
        self._world = world
        self._tenants = tenants
        self._lock = lock

    @property
    def now(self) -> datetime:
        """Current virtual time in UTC."""
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
        """Change how time passes, without a jump.

        Args:
            mode: `auto`, `manual`, `real` or `scaled`. `real` continues from the current virtual time, which
                may differ from the wall clock.
            scale: Virtual seconds per real second in mode `scaled`, 0.001 to 1,000,000. Default: unchanged.

        Raises:
            ValueError: The mode is unknown or the scale is out of range.
        """
        scale = self.scale if scale is None else scale
        check_clock(mode, scale)
        with self._lock:
            self._scheduler.set_mode(mode, scale)

    def advance(self, duration: timedelta) -> None:
        """Advance time at once; due events fire in order.

        Args:
            duration: How far to advance.

        Raises:
            ValueError: The duration is negative.
        """
        with self._lock:
            self._scheduler.advance(duration)

    def advance_until_running(self, model_id: str, *, at_most: timedelta = _ONE_DAY) -> None:
        """Advance time at once until a cluster or v1 instance of a model serves requests.

        Args:
            model_id: The model, of any tenant.
            at_most: Maximum duration. Default: one day.

        Raises:
            ValueError: The duration is negative.
            TimeoutError: The model does not serve within `at_most`; time has advanced by `at_most`.
        """
        self._advance_until(
            lambda: any(host.is_serving for host in self._hosts(model_id)),
            f"{model_id} is not running",
            at_most,
        )

    def advance_until_gone(self, model_id: str, *, at_most: timedelta = _ONE_DAY) -> None:
        """Advance time at once until no tenant has a cluster or v1 instance of a model.

        Args:
            model_id: The model, of any tenant.
            at_most: Maximum duration. Default: one day.

        Raises:
            ValueError: The duration is negative.
            TimeoutError: A cluster or instance still exists after `at_most`; time has advanced by `at_most`.
        """
        self._advance_until(lambda: not self._hosts(model_id), f"{model_id} still exists", at_most)

    def advance_until_idle(self, *, at_most: timedelta = _ONE_DAY) -> None:
        """Advance time at once until no boot, run or job is in progress.

        A run of a live engine takes real time, for which the call waits.

        Args:
            at_most: Maximum duration in virtual time. Default: one day.

        Raises:
            ValueError: The duration is negative.
            TimeoutError: Work is in progress after `at_most`; time has advanced by `at_most`.
        """
        steps = until_idle(self._world, at_most)
        while True:
            with self._lock:
                future = next(steps, None)
                if future is None:
                    return
                resolved = Event()
                future.add_callback(resolved.set)
            resolved.wait()

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


def until_idle(world: World, at_most: timedelta) -> Generator[Future, None, None]:
    """Advance time until no boot, run or job is in progress; yield the ends of live runs, to wait for them.

    Callers hold the runtime's lock while the generator runs.

    Args:
        world: The simulated service.
        at_most: Maximum duration in virtual time.

    Raises:
        ValueError: The duration is negative.
        TimeoutError: Work is in progress after `at_most`; time has advanced by `at_most`.
    """
    scheduler = world.scheduler
    end = later(scheduler.now, at_most)
    remaining = at_most
    while True:
        if not scheduler.advance_until(lambda: not scheduler.has_work, remaining):
            raise TimeoutError(f"the emulator is not idle after {at_most}")
        live_run = next(iter(world.live_runs), None)
        if live_run is None:
            return
        yield live_run.finished
        remaining = max(end - scheduler.now, timedelta())


def check_clock(mode: ClockMode, scale: float) -> None:
    """Validate the mode and the scale of a clock.

    Raises:
        ValueError: The mode is unknown or the scale is out of range.
    """
    check_choice("clock", mode, ClockMode)
    if not _MIN_SCALE <= scale <= _MAX_SCALE:
        raise ValueError(f"scale must be a number from {_MIN_SCALE} to {_MAX_SCALE}")
