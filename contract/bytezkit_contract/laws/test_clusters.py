"""The life of a cluster."""

from collections.abc import Iterator
from typing import Final

import pytest

from bytezkit_contract._server import Answer, Server

pytestmark = pytest.mark.part("clusters")

SENT: Final = {"capacity": {"min": 0, "desired": 1, "max": 2}, "timeout": 7}
# The last is what older clients look for.
RUNNING: Final = ("running", "on")


@pytest.fixture
def cluster(server: Server) -> Iterator[Server]:
    """A server on which the model has the cluster that was asked for."""
    answer = server.cluster("PUT", SENT)
    if answer.status == 409:
        pytest.skip("the cluster of an earlier law could not be deleted")
    answer.expect(202)
    yield server
    server.cluster("DELETE")


@pytest.fixture
def cleared(server: Server) -> Iterator[Server]:
    """A server whose cluster of the model is deleted afterwards."""
    yield server
    server.cluster("DELETE")


def require_cluster(answer: Answer, *, desired: int, maximum: int, timeout: int) -> None:
    """Go on if the answer shows a cluster with these numbers, where it shows them."""
    answer.expect(200)
    capacity = answer.members_of(answer.cluster.get("capacity"), "capacity")
    shown = {**capacity, "timeout": answer.cluster.get("timeout", timeout)}
    for name, number in {"desired": desired, "max": maximum, "timeout": timeout}.items():
        answer.require(shown.get(name) == number, f"{name} should be {number} and is {shown.get(name)}")


def test_a_deleted_cluster_is_gone(cluster: Server) -> None:
    cluster.cluster("DELETE").expect(200)
    cluster.cluster("GET").refused(404, when="after the cluster was deleted")
    cluster.cluster("DELETE").refused(404, when="after the cluster was deleted")


def test_a_deleted_cluster_is_not_listed(cluster: Server) -> None:
    cluster.cluster("DELETE").expect(200)
    clusters = cluster.list_clusters()
    clusters.require(not cluster.has_cluster(clusters), "it has the cluster that was deleted")


def test_a_created_cluster_is_what_was_sent(cluster: Server) -> None:
    require_cluster(cluster.cluster("GET"), desired=1, maximum=2, timeout=7)


def test_a_created_cluster_is_listed(cluster: Server) -> None:
    clusters = cluster.list_clusters()
    clusters.require(cluster.has_cluster(clusters), "it lacks the cluster that was created")


def test_a_second_cluster_of_a_model_is_refused(cluster: Server) -> None:
    cluster.cluster("PUT", SENT).refused(409, when="as the model has a cluster")


def test_an_update_leaves_what_it_does_not_name(cluster: Server) -> None:
    require_cluster(cluster.cluster("PATCH", {"capacity": {"desired": 2}}), desired=2, maximum=2, timeout=7)
    require_cluster(cluster.cluster("PATCH", {"timeout": 9}), desired=2, maximum=2, timeout=9)
    require_cluster(cluster.cluster("GET"), desired=2, maximum=2, timeout=9)


def test_a_capacity_that_contradicts_itself_is_refused_and_changes_nothing(cluster: Server) -> None:
    cluster.cluster("PATCH", {"capacity": {"min": 2, "max": 1}}).refused(422, when="as min is above max")
    require_cluster(cluster.cluster("GET"), desired=1, maximum=2, timeout=7)


def test_a_cluster_that_is_off_does_not_run_until_it_is_on(cluster: Server) -> None:
    off = cluster.cluster("PATCH", {"status": "off"}).expect(200)
    off.require(off.cluster.get("status") == "off", f"the status is {off.cluster.get('status')}, not off")
    cluster.run({"text": "Hello"}).refused(409, when="as the cluster is off")
    cluster.cluster("PATCH", {"status": "on"}).expect(200)
    cluster.run({"text": "Hello"}).expect(200, when="as the cluster is on again")


def test_a_cluster_that_answered_is_running_and_has_counted_it(cluster: Server) -> None:
    cluster.run({"text": "Hello"}).expect(200)
    answer = cluster.cluster("GET").expect(200)
    status, count = answer.cluster.get("status"), answer.cluster.get("inferences", 1)
    answer.require(status in RUNNING, f"the status is {status} after a run")
    answer.require(count == 1, f"inferences is {count} after one run")


def test_a_run_without_a_cluster_starts_one(cleared: Server) -> None:
    cleared.run({"text": "Hello"}).expect(200)
    clusters = cleared.list_clusters()
    clusters.require(cleared.has_cluster(clusters), "it lacks the cluster that the run started")


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_where_there_is_no_cluster_there_is_none_to(method: str, server: Server) -> None:
    server.cluster(method, SENT if method == "PATCH" else None).refused(
        404, when="as the model has no cluster"
    )


def test_a_second_key_sees_nothing_of_the_first(cluster: Server, second_key: str) -> None:
    clusters = cluster.list_clusters(authorization=second_key)
    clusters.require(not cluster.has_cluster(clusters), "it shows the cluster of another key")
    cluster.cluster("GET", authorization=second_key).refused(404, when="to a key that has no cluster")
    cluster.cluster("DELETE", authorization=second_key).refused(404, when="to a key that has no cluster")
    cluster.cluster("GET").expect(200, when="after another key tried to delete the cluster")
