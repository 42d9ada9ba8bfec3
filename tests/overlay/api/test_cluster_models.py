"""How capacities and idle timeouts are spelt on the wire."""

from datetime import timedelta
from typing import Any

import pytest

from bytezkit._api.clusters import _capacity_request as capacity_request
from bytezkit._api.clusters import _cluster_from_wire as cluster_from_wire
from bytezkit._api.clusters import _timeout_minutes as timeout_minutes
from bytezkit_models import responses


def spell(minimum: Any = None, desired: Any = None, maximum: Any = None) -> object:
    return capacity_request(minimum=minimum, desired=desired, maximum=maximum)


@pytest.mark.parametrize(
    ("given", "spelt"),
    [
        ((), None),
        ((0, 0, 0), {"min": 0, "desired": 0, "max": 0}),
        ((None, 2), {"desired": 2}),
        ((1, None, 10), {"min": 1, "max": 10}),
    ],
)
def test_a_capacity_is_spelt_with_what_is_given(given: tuple[int, ...], spelt: object) -> None:
    assert spell(*given) == spelt


@pytest.mark.parametrize("minutes", [1, 5, 1440])
def test_an_idle_timeout_is_spelt_in_minutes(minutes: int) -> None:
    assert timeout_minutes(timedelta(minutes=minutes)) == minutes


@pytest.mark.parametrize(("minutes", "duration"), [(None, None), (3600, timedelta(minutes=3600))])
def test_the_timeout_of_the_wire_stands_beside_its_duration(
    minutes: int | None, duration: timedelta | None
) -> None:
    capacity = responses.Capacity(desired=1, max=2)
    cluster = cluster_from_wire(responses.Cluster(status="running", capacity=capacity, timeout=minutes))
    assert (cluster.timeout, cluster.idle_timeout) == (minutes, duration)
    assert cluster.capacity.min is None


@pytest.mark.parametrize(
    ("status", "running", "stopped"),
    [
        *(("running", True, False), ("ON", True, False), ("off", False, True), ("Failed", False, True)),
        *(("booting instance", False, False), ("new", False, False)),
    ],
)
def test_the_status_of_the_wire_is_told_apart(status: str, running: bool, stopped: bool) -> None:
    cluster = cluster_from_wire(
        responses.Cluster(status=status, capacity=responses.Capacity(desired=1, max=2))
    )
    assert (cluster.running, cluster.stopped) == (running, stopped)
