"""Clusters on a manual clock, beside the random histories of `tests/emulator/oracle`."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final, TypeAlias

import pytest

from bytezkit_emulator import Emulator, Settings
from tests.emulator.clients import GPT2, error, open_client, output
from tests.emulator.session import Session

ONE_TOKEN = {"text": "a", "params": {"max_new_tokens": 1}}
ONE_TOKEN_SECONDS = 0.07
LONG = {"text": "a", "params": {"max_new_tokens": 500}}
LONG_SECONDS = 10.05


class ClusterClient(Session):
    """Client of one cluster."""

    def start(self, **body: Any) -> None:
        assert self.request("PUT", GPT2, body).status_code == 202
        self.advance(30)

    def run(self, count: int, body: dict[str, Any] = ONE_TOKEN) -> None:
        for _ in range(count):
            self.send("POST", GPT2, body)

    def state(self, *, after: float) -> tuple[str, int]:
        """Advance time; return status and number of instances."""
        self.advance(after)
        cluster = output(self.request("GET", GPT2))
        return cluster["status"], cluster["instances"]


@pytest.fixture
def cluster() -> Iterator[ClusterClient]:
    with ClusterClient(Emulator(clock="manual")) as cluster:
        yield cluster


RUNNING: Final = "running"
BOOTING: Final = "booting instance"
# Method, body, seconds that pass then, and the state after them, which is None without a cluster.
Step: TypeAlias = tuple[str, Any, float, tuple[str, int] | None]
HISTORIES: Final[dict[str, list[Step]]] = {
    "an idle cluster is deleted": [
        ("PUT", {"timeout": 1}, 40, (RUNNING, 1)),
        ("POST", ONE_TOKEN, 1, (RUNNING, 1)),
        ("GET", None, 59, (RUNNING, 1)),
        ("GET", None, 1, None),
    ],
    "an idle cluster with a minimum shrinks and grows again": [
        ("PUT", {"capacity": {"min": 1, "desired": 3, "max": 3}, "timeout": 2}, 119, (RUNNING, 3)),
        ("GET", None, 1, (RUNNING, 1)),
        ("PATCH", {"timeout": 3}, 10_000, (RUNNING, 1)),
        ("POST", LONG, 0, (RUNNING, 1)),
        ("POST", LONG, 0, (RUNNING, 2)),
    ],
    "a timeout is a day at most": [
        ("PUT", {"timeout": 3600}, 24 * 3600 - 1, (RUNNING, 1)),
        ("GET", None, 1, None),
    ],
    "a timeout counts from its change": [
        ("PUT", {"timeout": 60}, 1000, (RUNNING, 1)),
        ("PATCH", {"timeout": 1}, 59, (RUNNING, 1)),
        ("PATCH", {"timeout": None}, 59, (RUNNING, 1)),
        ("GET", None, 1, None),
    ],
    "a cluster that is off stays and boots when it is on": [
        ("PUT", {"capacity": {"desired": 2}}, 0, (BOOTING, 2)),
        ("PATCH", {"status": "off"}, 0, ("off", 0)),
        ("PATCH", {"capacity": {"desired": 3}, "timeout": 3}, 400 * 24 * 3600, ("off", 0)),
        ("PATCH", {"status": "on"}, 0, (BOOTING, 3)),
        ("GET", None, 30, (RUNNING, 3)),
        ("GET", None, 149, (RUNNING, 3)),
        ("GET", None, 1, None),
    ],
    "instances beyond the desired number retire after an idle minute": [
        ("PUT", {"capacity": {"max": 2}}, 30, (RUNNING, 1)),
        ("POST", LONG, 0, (RUNNING, 1)),
        ("POST", LONG, 45, (RUNNING, 2)),
        ("GET", None, 35, (RUNNING, 2)),
        ("GET", None, 1, (RUNNING, 1)),
    ],
    "a lower capacity retires idle instances, and busy ones later": [
        ("PUT", {"capacity": {"desired": 3, "max": 4}}, 30, (RUNNING, 3)),
        ("POST", LONG, 0, (RUNNING, 3)),
        ("POST", LONG, 0, (RUNNING, 3)),
        ("PATCH", {"capacity": {"desired": 4}}, 0, (RUNNING, 4)),
        ("PATCH", {"capacity": {"max": 1}}, 0, (RUNNING, 2)),
        ("GET", None, LONG_SECONDS, (RUNNING, 1)),
    ],
    "without desired instances, one boots on demand": [
        ("PUT", {"capacity": {"desired": 0}}, 0, (RUNNING, 0)),
        ("POST", ONE_TOKEN, 0, (BOOTING, 1)),
        ("GET", None, 31, (RUNNING, 1)),
        ("GET", None, 60, (RUNNING, 0)),
        ("PATCH", {"capacity": {"max": 0}}, 0, (RUNNING, 0)),
    ],
}


@pytest.mark.parametrize("steps", HISTORIES.values(), ids=HISTORIES)
def test_state_after_each_step(cluster: ClusterClient, steps: list[Step]) -> None:
    for method, body, seconds, expected in steps:
        cluster.send(method, GPT2, body)
        cluster.advance(seconds)
        response = cluster.request("GET", GPT2)
        if expected is None:
            assert error(response, 404) == "Cluster does not exist"
        else:
            assert (output(response)["status"], output(response)["instances"]) == expected, body
    assert {*cluster.statuses} <= {200, 202}


def test_instance_that_serves_again_restarts_its_idle_minute(cluster: ClusterClient) -> None:
    cluster.start(capacity={"max": 2})
    cluster.run(2, {"text": "a", "params": {"max_new_tokens": 2000}})
    assert cluster.state(after=50) == ("running", 2)
    cluster.advance(40)
    cluster.run(2)
    assert cluster.state(after=30) == ("running", 2)
    assert cluster.statuses == [200] * 4
    assert cluster.state(after=31) == ("running", 1)


def test_queued_request_keeps_cluster_beyond_timeout() -> None:
    emulator = Emulator(clock="manual", settings=Settings(boot_time=timedelta(seconds=90)))
    with ClusterClient(emulator) as cluster:
        cluster.request("PUT", GPT2, {"timeout": 1})
        cluster.run(1)
        cluster.advance(91)
        assert cluster.statuses == [200]


def test_refused_stream_has_the_content_type_of_a_refusal(cluster: ClusterClient) -> None:
    cluster.start()
    cluster.run(1, LONG)
    cluster.run(1, {**ONE_TOKEN, "stream": True})
    assert output(cluster.request("DELETE", GPT2)) is None
    assert [error(response, 409) for response in cluster.responses] == ["Cluster was deleted"]
    assert cluster.responses[0].headers["content-type"] == "application/json; charset=utf-8"


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
