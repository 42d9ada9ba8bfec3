"""Schema of the saved state, for snapshots in memory and for exported JSON.

All times are absolute and virtual. Durations are not saved: the end of a boot follows from its start.
"""

from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

from bytezkit_emulator._model.capacity import Capacity
from bytezkit_emulator._time.idle_timer import SavedIdleTimer

# `\Z`, since `$` also matches before a line break at the end.
Fingerprint: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
# Bounds of the values that a request may set, from the contract.
_Size: TypeAlias = Annotated[int, Meta(ge=0, le=10)]
_Duration: TypeAlias = Annotated[int, Meta(ge=1, le=86400)]
_Concurrency: TypeAlias = Annotated[int, Meta(ge=1, le=1000)]
_Count: TypeAlias = Annotated[int, Meta(ge=0)]


class _Saved(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Base class of all saved objects."""


class _SavedModelState(_Saved, frozen=True, kw_only=True):
    """Base class of the state that a tenant has of a model."""

    model_id: str


class SavedInstance(_Saved, frozen=True, kw_only=True):
    """An instance, and the time since which it boots or is idle."""

    state: Literal["booting", "idle"]
    since: datetime


class SavedCapacity(_Saved, frozen=True, kw_only=True):
    """A capacity with `min <= desired <= max`."""

    min: _Size
    desired: _Size
    max: _Size

    def __post_init__(self) -> None:
        """Raise `ValueError` unless the numbers are in order."""
        Capacity().merged({"min": self.min, "desired": self.desired, "max": self.max})


class SavedCluster(_SavedModelState, frozen=True, kw_only=True):
    """A cluster of a tenant."""

    is_on: bool
    capacity: SavedCapacity
    timeout: _Duration
    created: datetime
    modified: datetime
    last_inference: datetime
    inferences: _Count
    instances: list[SavedInstance]
    idle_timer: SavedIdleTimer

    def __post_init__(self) -> None:
        """Raise `ValueError` if instances or idle timer contradict the settings."""
        maximum = self.capacity.max if self.is_on else 0
        if len(self.instances) > maximum:
            raise ValueError(f"instances: at most {maximum} allowed, found {len(self.instances)}")
        if not self.is_on and self.idle_timer.check is not None:
            raise ValueError("idleTimer.check must be null if the cluster is off")


class SavedLoadedModel(_SavedModelState, frozen=True, kw_only=True):
    """A model that the v1 API loaded."""

    concurrency: _Concurrency
    expiration_period_seconds: _Duration
    created: datetime
    modified: datetime
    inferences: _Count
    instances: list[SavedInstance]
    idle_timer: SavedIdleTimer

    def __post_init__(self) -> None:
        """Raise `ValueError` if instances, concurrency and idle timer contradict each other."""
        if len(self.instances) != self.concurrency:
            raise ValueError(
                f"instances: expected {self.concurrency} as in concurrency, found {len(self.instances)}"
            )
        is_starting = all(instance.state == "booting" for instance in self.instances)
        if is_starting != (self.idle_timer.check is None):
            raise ValueError("idleTimer.check must be null if and only if all instances are booting")


class SavedModelJob(_SavedModelState, frozen=True, kw_only=True):
    """A job, with the time at which it entered each state."""

    queued: datetime
    running: datetime | None = None
    available: datetime | None = None

    def __post_init__(self) -> None:
        """Raise `ValueError` unless the times are in order."""
        if self.running is None and self.available is not None:
            raise ValueError("available requires running")
        times = [it for it in (self.queued, self.running, self.available) if it is not None]
        if times != sorted(times):
            raise ValueError("queued, running and available must be in chronological order")


class SavedTenant(_Saved, frozen=True, kw_only=True):
    """State of one tenant. Its available models are not saved, since they follow from its jobs."""

    spent: Decimal = Decimal()
    clusters: list[SavedCluster] = []
    loaded_models: list[SavedLoadedModel] = []
    jobs: list[SavedModelJob] = []

    def __post_init__(self) -> None:
        """Raise `ValueError` if `spent` is out of range or a list names a model twice."""
        if not self.spent.is_finite() or not 0 <= self.spent < 10**12:
            raise ValueError("spent must be at least 0 and less than 1,000,000,000,000 US dollars")
        for name, items in (
            ("clusters", self.clusters),
            ("loadedModels", self.loaded_models),
            ("jobs", self.jobs),
        ):
            ids = Counter(item.model_id for item in items)
            duplicate = next((model_id for model_id, count in ids.items() if count > 1), None)
            if duplicate is not None:
                raise ValueError(f"{duplicate} is listed twice in {name}")


class SavedFile(_Saved, frozen=True, kw_only=True):
    """A media output; in JSON, its content is base64."""

    name: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,100}\.(png|wav|mp4)\Z")]
    media_type: Annotated[str, Meta(pattern=r"^(image/png|audio/wav|video/mp4)\Z")]
    until: datetime
    content: bytes


_TenantT = TypeVar("_TenantT")


class SavedState(_Saved, Generic[_TenantT], frozen=True, kw_only=True):
    """The whole state: tenants by the fingerprint of their key, media files and the time."""

    version: Literal[1] = 1
    now: datetime
    tenants: dict[Fingerprint, _TenantT]
    media: list[SavedFile]
