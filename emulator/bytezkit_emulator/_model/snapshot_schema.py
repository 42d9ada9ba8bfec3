"""The state of the emulator as it is saved: as objects here, as JSON of the same form outside.

Moments are absolute and virtual. Lengths are not saved: when a boot ends follows from when it began.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Generic, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta

from bytezkit_emulator._model.capacity import Capacity

Fingerprint: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
# The numbers are the contract's bounds of what a request may set.
_Size: TypeAlias = Annotated[int, Meta(ge=0, le=10)]
_Length: TypeAlias = Annotated[int, Meta(ge=1, le=86400)]
_Concurrency: TypeAlias = Annotated[int, Meta(ge=1, le=1000)]
_Count: TypeAlias = Annotated[int, Meta(ge=0)]


class _Saved(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What all of them have in common."""


class _SavedOfModel(_Saved, frozen=True, kw_only=True):
    """What a tenant has of a model."""

    model_id: str


class SavedInstance(_Saved, frozen=True, kw_only=True):
    """An instance, and since when it boots or is idle."""

    state: Literal["booting", "idle"]
    since: datetime


class SavedIdleTimer(_Saved, frozen=True, kw_only=True):
    """When something was last used, and when the timer looks next, if it does."""

    last_use: datetime
    check: datetime | None


class SavedCapacity(_Saved, frozen=True, kw_only=True):
    """A capacity."""

    min: _Size
    desired: _Size
    max: _Size

    def __post_init__(self) -> None:
        """Refuse numbers that have no order."""
        Capacity().merged({"min": self.min, "desired": self.desired, "max": self.max})


class SavedCluster(_SavedOfModel, frozen=True, kw_only=True):
    """A cluster."""

    is_on: bool
    capacity: SavedCapacity
    timeout: _Length
    created: datetime
    modified: datetime
    last_inference: datetime
    inferences: _Count
    instances: list[SavedInstance]
    idle_timer: SavedIdleTimer

    def __post_init__(self) -> None:
        """Refuse more instances than the cluster may have."""
        most = self.capacity.max if self.is_on else 0
        if len(self.instances) > most:
            raise ValueError(f"{len(self.instances)} instances are more than {most}, which it may have")
        if not self.is_on and self.idle_timer.check is not None:
            raise ValueError("a cluster that is off has no check of its idle timer")


class SavedLoadedModel(_SavedOfModel, frozen=True, kw_only=True):
    """A model that the older API loaded."""

    concurrency: _Concurrency
    expiration_period_seconds: _Length
    created: datetime
    modified: datetime
    inferences: _Count
    instances: list[SavedInstance]
    idle_timer: SavedIdleTimer

    def __post_init__(self) -> None:
        """Refuse another number of instances than it serves requests at once."""
        if len(self.instances) != self.concurrency:
            raise ValueError(f"{len(self.instances)} instances are not the {self.concurrency} of concurrency")
        is_starting = all(instance.state == "booting" for instance in self.instances)
        if is_starting != (self.idle_timer.check is None):
            raise ValueError("the idle timer has a check exactly if an instance is idle")


class SavedModelJob(_SavedOfModel, frozen=True, kw_only=True):
    """A job, and when it came to each of its states."""

    queued: datetime
    running: datetime | None = None
    available: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse moments that have no order."""
        if self.running is None and self.available is not None:
            raise ValueError("a job that is available was running before")
        moments = [it for it in (self.queued, self.running, self.available) if it is not None]
        if moments != sorted(moments):
            raise ValueError("queued, running and available must follow each other")


class SavedTenant(_Saved, frozen=True, kw_only=True):
    """The world of one key. The models that its jobs made available follow from them."""

    spent: Decimal = Decimal()
    clusters: list[SavedCluster] = []
    loaded_models: list[SavedLoadedModel] = []
    jobs: list[SavedModelJob] = []

    def __post_init__(self) -> None:
        """Refuse what no tenant can have spent, and models that stand twice."""
        if not self.spent.is_finite() or not 0 <= self.spent < 10**12:
            raise ValueError("spent must be a number of US dollars from 0 to a million millions")
        for name, items in (
            ("clusters", self.clusters),
            ("loadedModels", self.loaded_models),
            ("jobs", self.jobs),
        ):
            ids = [item.model_id for item in items]
            twice = next((model_id for model_id in ids if ids.count(model_id) > 1), None)
            if twice is not None:
                raise ValueError(f"{twice} stands twice in {name}")


class SavedFile(_Saved, frozen=True, kw_only=True):
    """A file that a model made, by its name; in JSON, its content is in base64."""

    name: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,100}\.(png|wav|mp4)$")]
    media_type: Annotated[str, Meta(pattern="^(image/png|audio/wav|video/mp4)$")]
    until: datetime
    content: bytes


_TenantT = TypeVar("_TenantT")


class SavedState(_Saved, Generic[_TenantT], frozen=True, kw_only=True):
    """Everything that lives, of every key that was used; of the key, only its fingerprint."""

    version: Literal[1] = 1
    now: datetime
    tenants: dict[Fingerprint, _TenantT]
    media: list[SavedFile]
