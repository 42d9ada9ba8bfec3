"""Clusters on a manual clock: boot, queue, scaling, idle timeout, status changes and streams."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bytezkit_emulator import Emulator, Settings
from tests.emulator.clients import CLUSTERS, GPT2, VECTOR, error, open_client, output
from tests.emulator.session import Session

ONE_TOKEN = {"text": "a", "params": {"max_new_tokens": 1}}
ONE_TOKEN_SECONDS = 0.07
LONG = {"text": "a", "params": {"max_new_tokens": 500}}
LONG_SECONDS = 10.05


class ClusterClient(Session):
    """Client of one cluster."""

    def put(self, **body: Any) -> None:
        assert self.request("PUT", GPT2, body).status_code == 202

    def start(self, **body: Any) -> None:
        self.put(**body)
        self.advance(30)

    def run(self, count: int, body: dict[str, Any] = ONE_TOKEN) -> None:
        for _ in range(count):
            self.send("POST", GPT2, body)

    def patch(self, **body: Any) -> dict[str, Any]:
        return dict(output(self.request("PATCH", GPT2, body)))

    def read(self) -> dict[str, Any]:
        return dict(output(self.request("GET", GPT2)))

    def state(self, *, after: float = 0) -> tuple[str, int] | None:
        """Advance time; return status and number of instances, or None if the cluster does not exist."""
        self.advance(after)
        response = self.request("GET", GPT2)
        if response.status_code == 404:
            assert error(response, 404) == "Cluster does not exist"
            return None
        cluster = output(response)
        return cluster["status"], cluster["instances"]


@pytest.fixture
def cluster() -> Iterator[ClusterClient]:
    with ClusterClient(Emulator(clock="manual", settings=Settings(queue_limit=3))) as cluster:
        yield cluster


def test_put_boots_cluster_with_default_settings(cluster: ClusterClient) -> None:
    cluster.put(capacity={}, timeout=None)
    booting = {
        "modelId": "openai-community/gpt2",
        "status": "booting instance",
        "created": "2025-01-01T00:00:00.000Z",
        "modified": "2025-01-01T00:00:00.000Z",
        "timeout": 5,
        "capacity": {"min": 0, "desired": 1, "max": 1},
        "instances": 1,
        "inferences": 0,
        "lastInference": "2025-01-01T00:00:00.000Z",
    }
    cluster.advance(29.999)
    assert cluster.read() == booting
    cluster.advance(0.001)
    assert cluster.read() == {**booting, "status": "running", "modified": "2025-01-01T00:00:30.000Z"}
    cluster.advance(10)
    for response in (cluster.request("PATCH", GPT2, {"timeout": 9}), cluster.request("GET", GPT2)):
        assert output(response) == response.json()["cluster"]
        assert output(response)["modified"] == "2025-01-01T00:00:40.000Z"


def test_deleted_cluster_leaves_no_settings_to_new_cluster(cluster: ClusterClient) -> None:
    cluster.put(capacity={"min": 1, "desired": 2, "max": 3}, timeout=60)
    cluster.request("DELETE", GPT2)
    cluster.put()
    settings = cluster.read()
    assert (settings["timeout"], settings["capacity"]) == (5, {"min": 0, "desired": 1, "max": 1})
    cluster.request("DELETE", GPT2)
    cluster.run(1)
    assert cluster.read()["timeout"] == 5


def test_instance_serves_one_request_at_a_time_in_order_of_arrival(cluster: ClusterClient) -> None:
    cluster.start()
    for tokens in (1, 2, 3):
        cluster.run(1, {"text": "a", "params": {"max_new_tokens": tokens}})
    assert cluster.statuses == []
    for served, seconds in enumerate((0.07, 0.09, 0.11), 1):
        cluster.advance(seconds)
        assert cluster.responses[-1].headers["inference-time"] == str(seconds)
        assert len(cluster.responses) == cluster.read()["inferences"] == served
    assert cluster.read()["lastInference"] == "2025-01-01T00:00:30.270Z"


def test_queue_scales_up_to_max_and_idle_instances_retire_after_a_minute(
    cluster: ClusterClient,
) -> None:
    cluster.start(capacity={"max": 3})
    cluster.run(1, LONG)
    assert cluster.state() == ("running", 1)
    cluster.run(3, LONG)
    assert cluster.state() == ("running", 3)
    cluster.advance(30)
    assert cluster.state(after=2 * LONG_SECONDS) == ("running", 3)
    assert cluster.statuses == [200] * 4
    assert cluster.state(after=60) == ("running", 1)


def test_instance_that_serves_again_restarts_its_idle_minute(cluster: ClusterClient) -> None:
    cluster.start(capacity={"max": 2})
    cluster.run(2, {"text": "a", "params": {"max_new_tokens": 2000}})
    assert cluster.state(after=50) == ("running", 2)
    cluster.advance(40)
    cluster.run(2)
    assert cluster.state(after=30) == ("running", 2)
    assert cluster.statuses == [200] * 4
    assert cluster.state(after=31) == ("running", 1)


def test_full_queue_returns_429_except_with_auto_scale(cluster: ClusterClient) -> None:
    cluster.put()
    cluster.run(3)
    refused = cluster.request("POST", GPT2, ONE_TOKEN)
    assert error(refused, 429) == "Rate limit exceeded"
    assert int(refused.headers["retry-after"]) >= 1
    cluster.run(1, {**ONE_TOKEN, "autoScale": True})
    cluster.advance(31)
    assert cluster.statuses == [200] * 4


def test_idle_cluster_without_min_is_deleted(cluster: ClusterClient) -> None:
    cluster.put(timeout=1)
    cluster.advance(40)
    cluster.run(1)
    cluster.advance(1)
    assert cluster.state(after=59) == ("running", 1)
    assert cluster.state(after=1) is None
    assert output(cluster.request("GET", CLUSTERS)) == []


def test_idle_cluster_with_min_shrinks_to_min_and_scales_up_again(cluster: ClusterClient) -> None:
    cluster.put(capacity={"min": 1, "desired": 3, "max": 3}, timeout=2)
    assert cluster.state(after=119) == ("running", 3)
    assert cluster.state(after=1) == ("running", 1)
    cluster.patch(timeout=3)
    assert cluster.state() == cluster.state(after=10_000) == ("running", 1)
    cluster.run(2)
    assert cluster.state() == ("running", 2)
    cluster.advance(1)
    assert cluster.statuses == [200, 200]


def test_queued_request_keeps_cluster_beyond_timeout() -> None:
    emulator = Emulator(clock="manual", settings=Settings(boot_time=timedelta(seconds=90)))
    with ClusterClient(emulator) as cluster:
        cluster.put(timeout=1)
        cluster.run(1)
        cluster.advance(91)
        assert cluster.statuses == [200]


def test_served_request_keeps_cluster_beyond_timeout(cluster: ClusterClient) -> None:
    cluster.start(timeout=1)
    cluster.run(1, {"text": "a", "params": {"max_new_tokens": 4096}})
    assert cluster.state(after=75) == ("running", 1)
    cluster.advance(7)
    assert cluster.statuses == [200]
    assert cluster.state(after=59) == ("running", 1)
    assert cluster.state(after=1) is None


def test_timeout_above_a_day_is_returned_but_limited_to_a_day(cluster: ClusterClient) -> None:
    cluster.put(timeout=3600)
    cluster.advance(24 * 3600 - 1)
    assert cluster.read()["timeout"] == 3600
    assert cluster.state(after=1) is None


def test_patched_timeout_counts_from_patch(cluster: ClusterClient) -> None:
    cluster.put(timeout=60)
    cluster.advance(1000)
    assert cluster.patch(timeout=1)["timeout"] == 1
    assert cluster.patch(timeout=None)["timeout"] == 1
    assert cluster.state(after=59) == ("running", 1)
    assert cluster.state(after=1) is None


def test_off_rejects_queue_and_retires_instances_and_on_boots_them(cluster: ClusterClient) -> None:
    cluster.put(capacity={"desired": 2})
    cluster.run(2)
    assert cluster.patch(status="off")["status"] == "off"
    assert [error(response, 409) for response in cluster.responses] == ["Cluster is off"] * 2
    assert error(cluster.request("POST", GPT2, ONE_TOKEN), 409) == "Cluster is off"
    cluster.patch(capacity={"desired": 3})
    assert cluster.state() == ("off", 0)
    assert cluster.state(after=400 * 24 * 3600) == ("off", 0)
    assert cluster.patch(status="off")["status"] == "off"
    assert cluster.patch(status="on")["status"] == "booting instance"
    assert cluster.state() == ("booting instance", 3)
    assert cluster.state(after=30) == ("running", 3)
    assert cluster.state(after=269) == ("running", 3)
    assert cluster.state(after=1) is None


@pytest.mark.parametrize("patches", [[{"timeout": 3}, {"status": "on"}], [{"timeout": 3, "status": "on"}]])
def test_timeout_patched_while_off_applies(cluster: ClusterClient, patches: list[dict[str, Any]]) -> None:
    cluster.put(timeout=1)
    cluster.patch(status="off")
    for patch in patches:
        cluster.patch(**patch)
    assert cluster.state(after=179) == ("running", 1)
    assert cluster.state(after=1) is None


def test_lower_capacity_retires_booting_then_idle_instances_and_drains_busy_ones(
    cluster: ClusterClient,
) -> None:
    cluster.start(capacity={"desired": 3, "max": 4})
    cluster.run(2, LONG)
    for capacity, instances in (
        ({"desired": 4}, 4),
        ({"desired": 3}, 3),
        ({"desired": 1}, 2),
        ({"max": 1}, 2),
    ):
        cluster.patch(capacity=capacity)
        assert cluster.state() == ("running", instances)
    assert cluster.state(after=LONG_SECONDS) == ("running", 1)
    assert cluster.statuses == [200, 200]


@pytest.mark.parametrize(("capacity", "instances"), [({"desired": 2}, 3), ({"max": 1}, 1)])
def test_lower_capacity_keeps_instances_for_queue_up_to_max(
    cluster: ClusterClient, capacity: dict[str, int], instances: int
) -> None:
    cluster.put(capacity={"desired": 1, "max": 3})
    cluster.run(3)
    assert cluster.patch(capacity=capacity)["instances"] == instances
    cluster.advance(31)
    assert cluster.statuses == [200] * 3


def test_max_0_rejects_queued_and_new_requests(cluster: ClusterClient) -> None:
    cluster.run(1)
    cluster.patch(capacity={"max": 0})
    assert error(cluster.responses[0], 409) == "Cluster has no capacity: its max is 0"
    assert error(cluster.request("POST", GPT2, ONE_TOKEN), 409)
    assert cluster.state() == ("running", 0)


def test_desired_0_boots_on_demand(cluster: ClusterClient) -> None:
    cluster.put(capacity={"desired": 0})
    assert cluster.state() == ("running", 0)
    cluster.run(1)
    assert cluster.state() == ("booting instance", 1)
    cluster.advance(31)
    assert cluster.statuses == [200]
    assert cluster.state(after=60) == ("running", 0)


@pytest.mark.parametrize("stream", [False, True])
def test_delete_rejects_queue_and_drains_busy_instance(cluster: ClusterClient, stream: bool) -> None:
    cluster.start()
    cluster.run(1, LONG)
    cluster.run(1, {**ONE_TOKEN, "stream": stream})
    assert output(cluster.request("DELETE", GPT2)) is None
    assert [error(response, 409) for response in cluster.responses] == ["Cluster was deleted"]
    content_type = "application/json; charset=utf-8" if stream else "application/json"
    assert cluster.responses[0].headers["content-type"] == content_type
    for method in ("GET", "PATCH", "DELETE"):
        assert error(cluster.request(method, GPT2), 404) == "Cluster does not exist"
    cluster.put()
    cluster.advance(LONG_SECONDS)
    assert cluster.statuses == [200, 409]
    assert cluster.read()["inferences"] == 0


def test_disconnect_of_queued_request_frees_its_place_and_counts_as_use_until_then(
    cluster: ClusterClient,
) -> None:
    cluster.put(timeout=1)
    queued = cluster.send("POST", GPT2, ONE_TOKEN)
    cluster.advance(20)
    cluster.disconnect(queued)
    assert cluster.state(after=59.999) == ("running", 1)
    assert cluster.read()["inferences"] == 0
    assert cluster.state(after=0.001) is None


@pytest.mark.parametrize("stream", [False, True])
def test_disconnect_of_served_request_frees_its_instance_and_is_charged(stream: bool) -> None:
    with ClusterClient(Emulator(clock="manual", credits=1e-9)) as cluster:
        cluster.start()
        served = cluster.send("POST", GPT2, {**LONG, "stream": stream})
        cluster.run(1)
        cluster.advance(0.05)
        assert (cluster.statuses, served.content) == ([], b"a" * stream)
        cluster.disconnect(served)
        cluster.advance(ONE_TOKEN_SECONDS)
        assert cluster.statuses == [200]
        assert cluster.read()["inferences"] == 2
        assert error(cluster.request("PUT", VECTOR), 402) == "Payment Required"


def test_stream_sends_one_chunk_per_token_time(cluster: ClusterClient) -> None:
    cluster.start()
    body = {"text": "a", "stream": True, "params": {"max_new_tokens": 3}}
    stream = cluster.send("POST", GPT2, body)
    assert stream.response.headers["content-type"] == "text/plain; charset=utf-8"
    for count, seconds in enumerate((0, 0.05, 0.02, 0.02, 0.02)):
        cluster.advance(seconds)
        assert len(stream.content.split()) == count
    assert stream.is_complete
    assert cluster.read()["inferences"] == 1


def test_unread_stream_does_not_block_its_instance(cluster: ClusterClient) -> None:
    cluster.start()
    with (
        open_client(cluster.emulator) as client,
        client.stream("POST", GPT2, json={**LONG, "stream": True}) as response,
    ):
        cluster.run(1)
        cluster.advance(LONG_SECONDS + ONE_TOKEN_SECONDS)
        assert cluster.statuses == [200]
        assert len(response.read().split()) == 501
