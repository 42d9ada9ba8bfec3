"""Clusters, and the values of their requests."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from bytezkit_models import responses
from bytezkit_models.requests import CapacityRequest

_RUNNING: Final = frozenset({"running", "on"})
_STOPPED: Final = frozenset({"off", "failed", "error", "stopped"})
_MOST_INSTANCES: Final = 10
_MINUTE: Final = timedelta(minutes=1)
_LONGEST_TIMEOUT: Final = timedelta(minutes=1440)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """How many instances a cluster aims for.

    Attributes:
        min: Instances that stay up when the cluster is idle; None where the service does not say.
        desired: Instances that are started at first.
        max: Instances that load may raise the cluster to.
    """

    min: int | None
    desired: int
    max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """An auto-scaling cluster of one model. A member is None where the service does not say.

    Attributes:
        model_id: `organization/name`.
        status: As the service names it: `booting instance`, `running`, `off`; others may come.
        capacity: How many instances it aims for.
        timeout: Minutes without a request after which it goes down to its least capacity, as sent.
        created: When it was created.
        modified: When it last changed.
        instances: How many instances are up or booting.
        inferences: How many requests it served.
        last_inference: When it last served one; the time of creation before the first.
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
        """Whether the cluster is up."""
        return self.status.lower() in _RUNNING

    @property
    def stopped(self) -> bool:
        """Whether the cluster failed or is switched off, so that waiting for it makes no sense."""
        return self.status.lower() in _STOPPED

    @property
    def idle_timeout(self) -> timedelta | None:
        """`timeout` as a duration; None also where it is longer than a duration can be."""
        try:
            return None if self.timeout is None else self.timeout * _MINUTE
        except OverflowError:
            return None


def read_cluster(cluster: responses.Cluster) -> Cluster:
    """Show a cluster of the wire."""
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
    """Check and spell a capacity; None if nothing of it is given.

    Raises:
        TypeError: A member is not an integer.
        ValueError: A member is out of range, or two contradict each other.
    """
    request: CapacityRequest = {}
    if minimum is not None:
        request["min"] = minimum
    if desired is not None:
        request["desired"] = desired
    if maximum is not None:
        request["max"] = maximum
    given = [("min", minimum), ("desired", desired), ("max", maximum)]
    ordered = [(name, value) for name, value in given if value is not None]
    for name, value in ordered:
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{name} must be an integer, not {type(value).__name__}")
        if not 0 <= value <= _MOST_INSTANCES:
            raise ValueError(f"{name} must be 0 to {_MOST_INSTANCES}, not {value}")
    for (name, value), (next_name, next_value) in pairwise(ordered):
        if value > next_value:
            raise ValueError(f"{name} {value} is above {next_name} {next_value}")
    return request or None


def timeout_minutes(idle_timeout: timedelta) -> int:
    """Spell an idle timeout in the minutes of the wire.

    Raises:
        TypeError: It is not a timedelta.
        ValueError: It is not a whole number of minutes from 1 to 1440.
    """
    if not isinstance(idle_timeout, timedelta):
        raise TypeError(f"idle_timeout must be a timedelta, not {type(idle_timeout).__name__}")
    if idle_timeout % _MINUTE or not _MINUTE <= idle_timeout <= _LONGEST_TIMEOUT:
        raise ValueError(f"idle_timeout must be whole minutes from 1 to 1440, not {idle_timeout}")
    return idle_timeout // _MINUTE
