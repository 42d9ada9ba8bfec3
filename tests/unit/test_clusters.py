"""How capacities and idle timeouts are spelt on the wire."""

from datetime import timedelta
from typing import Any

import pytest

from bytezkit._clusters import capacity_request, read_cluster, timeout_minutes
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


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ((-1,), ValueError, "min must be 0 to 10, not -1"),
        ((None, None, 11), ValueError, "max must be 0 to 10, not 11"),
        ((2, 1), ValueError, "min 2 is above desired 1"),
        ((None, 3, 2), ValueError, "desired 3 is above max 2"),
        ((5, None, 4), ValueError, "min 5 is above max 4"),
        ((1.0,), TypeError, "min must be an integer, not float"),
        ((None, True), TypeError, "desired must be an integer, not bool"),
        ((None, None, "3"), TypeError, "max must be an integer, not str"),
    ],
)
def test_a_capacity_that_contradicts_itself_is_refused(
    given: tuple[object, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        spell(*given)


@pytest.mark.parametrize("minutes", [1, 5, 1440])
def test_an_idle_timeout_is_spelt_in_minutes(minutes: int) -> None:
    assert timeout_minutes(timedelta(minutes=minutes)) == minutes


@pytest.mark.parametrize("seconds", [0, -60, 1, 59, 61, 90, 60.000001, 1441 * 60])
def test_an_idle_timeout_that_does_not_fit_the_unit_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="whole minutes from 1 to 1440"):
        timeout_minutes(timedelta(seconds=seconds))


def test_an_idle_timeout_is_a_duration() -> None:
    with pytest.raises(TypeError, match="must be a timedelta, not int"):
        timeout_minutes(300)  # type: ignore[arg-type]


@pytest.mark.parametrize(("minutes", "duration"), [(None, None), (3600, timedelta(minutes=3600))])
def test_the_timeout_of_the_wire_stands_beside_its_duration(
    minutes: int | None, duration: timedelta | None
) -> None:
    capacity = responses.Capacity(desired=1, max=2)
    cluster = read_cluster(responses.Cluster(status="running", capacity=capacity, timeout=minutes))
    assert (cluster.timeout, cluster.idle_timeout) == (minutes, duration)
    assert cluster.capacity.min is None
