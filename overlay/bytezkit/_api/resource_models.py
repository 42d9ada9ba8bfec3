"""Models and clusters as values. The module does not import the generated client, which loads slowly."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bytezkit._core.config import Duration
from bytezkit_models.reprs import ShortRepr, short_repr

# Documents show different words for the same status, so all are recognized.
_RUNNING: Final = frozenset({"running", "on"})
_STOPPED: Final = frozenset({"off", "failed", "error", "stopped"})
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDetails:
    """A model of the catalog.

    Attributes:
        model_id: `organization/name`.
        task: Name of the task.
        params: Number of parameters in billions, or None if unknown.
        ram_required: Memory of an instance in GB, or None if it was not measured.
        meter: Meter that determines the price.
        meter_price: Price of the meter, with its unit.
    """

    model_id: str
    task: str
    params: float | None
    ram_required: float | None
    meter: str
    meter_price: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Numbers of instances that a cluster scales between.

    Attributes:
        min: Number of instances of an idle cluster, or None if the service does not report it.
        desired: Number of instances at first.
        max: Maximum number of instances under load.
    """

    min: int | None
    desired: int
    max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster(ShortRepr):
    """An auto-scaling cluster of one model. An attribute is None if the service does not report it.

    Attributes:
        model_id: `organization/name`.
        status: Status in the words of the service, such as `booting instance`, `running` or `off`. The
            service may add others.
        capacity: Numbers of instances.
        timeout: Minutes without a request after which the cluster scales down to its minimum.
        created: Time of creation.
        modified: Time of the last change.
        instances: Number of running or booting instances.
        inferences: Number of requests served.
        last_inference: Time of the last request; the time of creation before the first.
    """

    model_id: str | None
    status: str
    capacity: Capacity
    timeout: int | None
    created: datetime | None = field(repr=False)
    modified: datetime | None = field(repr=False)
    instances: int | None
    inferences: int | None
    last_inference: datetime | None = field(repr=False)

    def __repr__(self) -> str:
        return short_repr(self, 200)

    @property
    def running(self) -> bool:
        """Whether the cluster serves requests."""
        return self.status.lower() in _RUNNING

    @property
    def stopped(self) -> bool:
        """Whether the cluster failed or is switched off, so that waiting for it is useless."""
        return self.status.lower() in _STOPPED

    @property
    def idle_timeout(self) -> timedelta | None:
        """`timeout` as a duration, or None if it is unknown or exceeds the maximum of `timedelta`."""
        # The number comes from the network and is unbounded.
        try:
            return None if self.timeout is None else self.timeout * _MINUTE
        except OverflowError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSettings:
    """Settings of a new or changed cluster. None: no change, or the default of the service."""

    min: int | None = None
    desired: int | None = None
    max: int | None = None
    idle_timeout: Duration | None = None
