"""Cluster types, and validation of cluster settings."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from bytezkit_models import responses
from bytezkit_models.requests import CapacityRequest

# Documents show different words for the same status, so all are recognized.
_RUNNING: Final = frozenset({"running", "on"})
_STOPPED: Final = frozenset({"off", "failed", "error", "stopped"})
_MAX_INSTANCES: Final = 10
_MINUTE: Final = timedelta(minutes=1)
_MAX_TIMEOUT: Final = timedelta(minutes=1440)


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
class Cluster:
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
    created: datetime | None
    modified: datetime | None
    instances: int | None
    inferences: int | None
    last_inference: datetime | None

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


def cluster_from_wire(cluster: responses.Cluster) -> Cluster:
    """Convert a cluster of the wire."""
    return Cluster(
        model_id=cluster.modelId,
        status=cluster.status,
        capacity=Capacity(
            min=cluster.capacity.min, desired=cluster.capacity.desired, max=cluster.capacity.max
        ),
        timeout=cluster.timeout,
        created=cluster.created,
        modified=cluster.modified,
        instances=cluster.instances,
        inferences=cluster.inferences,
        last_inference=cluster.lastInference,
    )


def capacity_request(
    *, minimum: int | None, desired: int | None, maximum: int | None
) -> CapacityRequest | None:
    """Validate a capacity and return its request member, or None if all arguments are None.

    Raises:
        TypeError: An argument is not an integer.
        ValueError: An argument is out of range, or not `min <= desired <= max`.
    """
    request: CapacityRequest = {}
    if minimum is not None:
        request["min"] = minimum
    if desired is not None:
        request["desired"] = desired
    if maximum is not None:
        request["max"] = maximum
    arguments = [("min", minimum), ("desired", desired), ("max", maximum)]
    ordered = [(name, value) for name, value in arguments if value is not None]
    for name, value in ordered:
        # A bool is an int for Python, but a service would reject `true`.
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name} must be an integer, not {type(value).__name__}")
        if not 0 <= value <= _MAX_INSTANCES:
            raise ValueError(f"{name} must be 0 to {_MAX_INSTANCES}, not {value}")
    for (name, value), (next_name, next_value) in pairwise(ordered):
        if value > next_value:
            raise ValueError(f"{name} {value} is above {next_name} {next_value}")
    return request or None


def timeout_minutes(idle_timeout: timedelta) -> int:
    """Convert an idle timeout to minutes.

    Raises:
        TypeError: The timeout is not a timedelta.
        ValueError: The timeout is not a whole number of minutes from 1 to 1440.
    """
    if not isinstance(idle_timeout, timedelta):
        raise TypeError(f"idle_timeout must be a timedelta, not {type(idle_timeout).__name__}")
    if idle_timeout % _MINUTE or not _MINUTE <= idle_timeout <= _MAX_TIMEOUT:
        raise ValueError(f"idle_timeout must be whole minutes from 1 to 1440, not {idle_timeout}")
    return idle_timeout // _MINUTE
