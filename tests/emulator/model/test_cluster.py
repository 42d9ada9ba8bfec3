"""Clusters on a manual clock: boot, queue, scaling, idle timeout, status changes and streams."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import anyio
import pytest

from bytezkit_emulator import Emulator, Settings
from tests.emulator.clients import CLUSTERS, GPT2, VECTOR, error, output
from tests.emulator.concurrent_client import ConcurrentClient

pytestmark = pytest.mark.anyio

ONE_TOKEN = {"text": "a", "params": {"max_new_tokens": 1}}
ONE_TOKEN_SECONDS = 0.07
LONG = {"text": "a", "params": {"max_new_tokens": 500}}
LONG_SECONDS = 10.05


class ClusterClient(ConcurrentClient):
    """Client of one cluster."""

    async def put(self, **body: Any) -> None:
        assert (await self.client.put(GPT2, json=body)).status_code == 202

    async def start(self, **body: Any) -> None:
        await self.put(**body)
        await self.advance(30)

    async def run(self, count: int, body: dict[str, Any] = ONE_TOKEN) -> None:
        await self.send(count, GPT2, body)

    async def patch(self, **body: Any) -> dict[str, Any]:
        return dict(output(await self.client.patch(GPT2, json=body)))

    async def read(self) -> dict[str, Any]:
        return dict(output(await self.client.get(GPT2)))

    async def state(self, *, after: float = 0) -> tuple[str, int] | None:
        """Advance time; return status and number of instances, or None if the cluster does not exist."""
        await self.advance(after)
        response = await self.client.get(GPT2)
        if response.status_code == 404:
            assert error(response, 404) == "Cluster does not exist"
            return None
        cluster = output(response)
        return cluster["status"], cluster["instances"]


@pytest.fixture
async def cluster(anyio_backend: str) -> AsyncIterator[ClusterClient]:
    async with ClusterClient.open(Emulator(clock="manual", settings=Settings(queue_limit=3))) as cluster:
        yield cluster


async def test_put_boots_cluster_with_default_settings(cluster: ClusterClient) -> None:
    await cluster.put(capacity={}, timeout=None)
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
    await cluster.advance(29.999)
    assert await cluster.read() == booting
    await cluster.advance(0.001)
    assert await cluster.read() == {**booting, "status": "running", "modified": "2025-01-01T00:00:30.000Z"}
    await cluster.advance(10)
    for response in (await cluster.client.patch(GPT2, json={"timeout": 9}), await cluster.client.get(GPT2)):
        assert output(response) == response.json()["cluster"]
        assert output(response)["modified"] == "2025-01-01T00:00:40.000Z"


async def test_deleted_cluster_leaves_no_settings_to_new_cluster(cluster: ClusterClient) -> None:
    await cluster.put(capacity={"min": 1, "desired": 2, "max": 3}, timeout=60)
    await cluster.client.delete(GPT2)
    await cluster.put()
    settings = await cluster.read()
    assert (settings["timeout"], settings["capacity"]) == (5, {"min": 0, "desired": 1, "max": 1})
    await cluster.client.delete(GPT2)
    await cluster.run(1)
    assert (await cluster.read())["timeout"] == 5


async def test_instance_serves_one_request_at_a_time_in_order_of_arrival(cluster: ClusterClient) -> None:
    await cluster.start()
    for tokens in (1, 2, 3):
        await cluster.run(1, {"text": "a", "params": {"max_new_tokens": tokens}})
    assert cluster.statuses == []
    for served, seconds in enumerate((0.07, 0.09, 0.11), 1):
        await cluster.advance(seconds)
        assert cluster.responses[-1].headers["inference-time"] == str(seconds)
        assert len(cluster.responses) == (await cluster.read())["inferences"] == served
    assert (await cluster.read())["lastInference"] == "2025-01-01T00:00:30.270Z"


async def test_run_without_cluster_creates_cluster_and_waits_for_boot(cluster: ClusterClient) -> None:
    await cluster.run(3)
    assert await cluster.state() == ("booting instance", 1)
    await cluster.advance(100)
    assert cluster.statuses == [200] * 3
    assert (await cluster.read())["lastInference"] == "2025-01-01T00:00:30.210Z"


async def test_queue_scales_up_to_max_and_idle_instances_retire_after_a_minute(
    cluster: ClusterClient,
) -> None:
    await cluster.start(capacity={"max": 3})
    await cluster.run(1, LONG)
    assert await cluster.state() == ("running", 1)
    await cluster.run(3, LONG)
    assert await cluster.state() == ("running", 3)
    await cluster.advance(30)
    assert await cluster.state(after=2 * LONG_SECONDS) == ("running", 3)
    assert cluster.statuses == [200] * 4
    assert await cluster.state(after=60) == ("running", 1)


async def test_instance_that_serves_again_restarts_its_idle_minute(cluster: ClusterClient) -> None:
    await cluster.start(capacity={"max": 2})
    await cluster.run(2, {"text": "a", "params": {"max_new_tokens": 2000}})
    assert await cluster.state(after=50) == ("running", 2)
    await cluster.advance(40)
    await cluster.run(2)
    assert await cluster.state(after=30) == ("running", 2)
    assert cluster.statuses == [200] * 4
    assert await cluster.state(after=31) == ("running", 1)


async def test_full_queue_returns_429_except_with_auto_scale(cluster: ClusterClient) -> None:
    await cluster.put()
    await cluster.run(3)
    refused = await cluster.client.post(GPT2, json=ONE_TOKEN)
    assert error(refused, 429) == "Rate limit exceeded"
    assert int(refused.headers["retry-after"]) >= 1
    await cluster.run(1, {**ONE_TOKEN, "autoScale": True})
    await cluster.advance(31)
    assert cluster.statuses == [200] * 4


async def test_idle_cluster_without_min_is_deleted(cluster: ClusterClient) -> None:
    await cluster.put(timeout=1)
    await cluster.advance(40)
    await cluster.run(1)
    await cluster.advance(1)
    assert await cluster.state(after=59) == ("running", 1)
    assert await cluster.state(after=1) is None
    assert output(await cluster.client.get(CLUSTERS)) == []


async def test_idle_cluster_with_min_shrinks_to_min_and_scales_up_again(cluster: ClusterClient) -> None:
    await cluster.put(capacity={"min": 1, "desired": 3, "max": 3}, timeout=2)
    assert await cluster.state(after=119) == ("running", 3)
    assert await cluster.state(after=1) == ("running", 1)
    await cluster.patch(timeout=3)
    assert await cluster.state() == await cluster.state(after=10_000) == ("running", 1)
    await cluster.run(2)
    assert await cluster.state() == ("running", 2)
    await cluster.advance(1)
    assert cluster.statuses == [200, 200]


async def test_queued_request_keeps_cluster_beyond_timeout() -> None:
    emulator = Emulator(clock="manual", settings=Settings(boot_time=timedelta(seconds=90)))
    async with ClusterClient.open(emulator) as cluster:
        await cluster.put(timeout=1)
        await cluster.run(1)
        await cluster.advance(91)
        assert cluster.statuses == [200]


async def test_served_request_keeps_cluster_beyond_timeout(cluster: ClusterClient) -> None:
    await cluster.start(timeout=1)
    await cluster.run(1, {"text": "a", "params": {"max_new_tokens": 4096}})
    assert await cluster.state(after=75) == ("running", 1)
    await cluster.advance(7)
    assert cluster.statuses == [200]
    assert await cluster.state(after=59) == ("running", 1)
    assert await cluster.state(after=1) is None


async def test_timeout_above_a_day_is_returned_but_limited_to_a_day(cluster: ClusterClient) -> None:
    await cluster.put(timeout=3600)
    await cluster.advance(24 * 3600 - 1)
    assert (await cluster.read())["timeout"] == 3600
    assert await cluster.state(after=1) is None


async def test_patched_timeout_counts_from_patch(cluster: ClusterClient) -> None:
    await cluster.put(timeout=60)
    await cluster.advance(1000)
    assert (await cluster.patch(timeout=1))["timeout"] == 1
    assert (await cluster.patch(timeout=None))["timeout"] == 1
    assert await cluster.state(after=59) == ("running", 1)
    assert await cluster.state(after=1) is None


async def test_off_rejects_queue_and_retires_instances_and_on_boots_them(cluster: ClusterClient) -> None:
    await cluster.put(capacity={"desired": 2})
    await cluster.run(2)
    assert (await cluster.patch(status="off"))["status"] == "off"
    await anyio.wait_all_tasks_blocked()
    assert [error(response, 409) for response in cluster.responses] == ["Cluster is off"] * 2
    assert error(await cluster.client.post(GPT2, json=ONE_TOKEN), 409) == "Cluster is off"
    await cluster.patch(capacity={"desired": 3})
    assert await cluster.state() == ("off", 0)
    assert await cluster.state(after=400 * 24 * 3600) == ("off", 0)
    assert (await cluster.patch(status="off"))["status"] == "off"
    assert (await cluster.patch(status="on"))["status"] == "booting instance"
    assert await cluster.state() == ("booting instance", 3)
    assert await cluster.state(after=30) == ("running", 3)
    assert await cluster.state(after=269) == ("running", 3)
    assert await cluster.state(after=1) is None


@pytest.mark.parametrize("patches", [[{"timeout": 3}, {"status": "on"}], [{"timeout": 3, "status": "on"}]])
async def test_timeout_patched_while_off_applies(
    cluster: ClusterClient, patches: list[dict[str, Any]]
) -> None:
    await cluster.put(timeout=1)
    await cluster.patch(status="off")
    for patch in patches:
        await cluster.patch(**patch)
    assert await cluster.state(after=179) == ("running", 1)
    assert await cluster.state(after=1) is None


async def test_off_drains_busy_instance(cluster: ClusterClient) -> None:
    await cluster.start(capacity={"desired": 2})
    await cluster.run(1, LONG)
    await cluster.patch(status="off")
    assert await cluster.state() == ("off", 1)
    assert await cluster.state(after=LONG_SECONDS) == ("off", 0)
    assert cluster.statuses == [200]


async def test_draining_instance_is_replaced_when_capacity_rises(cluster: ClusterClient) -> None:
    await cluster.start(capacity={"desired": 2, "max": 2})
    await cluster.run(2, LONG)
    await cluster.patch(capacity={"desired": 1, "max": 1})
    assert await cluster.state() == ("running", 2)
    await cluster.patch(capacity={"desired": 2, "max": 2})
    assert await cluster.state() == ("running", 3)
    assert await cluster.state(after=LONG_SECONDS) == ("running", 2)


async def test_lower_capacity_retires_booting_then_idle_instances_and_drains_busy_ones(
    cluster: ClusterClient,
) -> None:
    await cluster.start(capacity={"desired": 3, "max": 4})
    await cluster.run(2, LONG)
    for capacity, instances in (
        ({"desired": 4}, 4),
        ({"desired": 3}, 3),
        ({"desired": 1}, 2),
        ({"max": 1}, 2),
    ):
        await cluster.patch(capacity=capacity)
        assert await cluster.state() == ("running", instances)
    assert await cluster.state(after=LONG_SECONDS) == ("running", 1)
    assert cluster.statuses == [200, 200]


@pytest.mark.parametrize(("capacity", "instances"), [({"desired": 2}, 3), ({"max": 1}, 1)])
async def test_lower_capacity_keeps_instances_for_queue_up_to_max(
    cluster: ClusterClient, capacity: dict[str, int], instances: int
) -> None:
    await cluster.put(capacity={"desired": 1, "max": 3})
    await cluster.run(3)
    assert (await cluster.patch(capacity=capacity))["instances"] == instances
    await cluster.advance(31)
    assert cluster.statuses == [200] * 3


async def test_lower_capacity_retires_booting_instances_without_queue(cluster: ClusterClient) -> None:
    await cluster.put(capacity={"desired": 4})
    await cluster.patch(capacity={"max": 2})
    assert await cluster.state() == ("booting instance", 2)
    assert await cluster.state(after=30) == ("running", 2)


async def test_max_0_rejects_queued_and_new_requests(cluster: ClusterClient) -> None:
    await cluster.run(1)
    await cluster.patch(capacity={"max": 0})
    await anyio.wait_all_tasks_blocked()
    assert error(cluster.responses[0], 409) == "Cluster has no capacity: its max is 0"
    assert error(await cluster.client.post(GPT2, json=ONE_TOKEN), 409)
    assert await cluster.state() == ("running", 0)


async def test_desired_0_boots_on_demand(cluster: ClusterClient) -> None:
    await cluster.put(capacity={"desired": 0})
    assert await cluster.state() == ("running", 0)
    await cluster.run(1)
    assert await cluster.state() == ("booting instance", 1)
    await cluster.advance(31)
    assert cluster.statuses == [200]
    assert await cluster.state(after=60) == ("running", 0)


@pytest.mark.parametrize("stream", [False, True])
async def test_delete_rejects_queue_and_drains_busy_instance(cluster: ClusterClient, stream: bool) -> None:
    await cluster.start()
    await cluster.run(1, LONG)
    await cluster.run(1, {**ONE_TOKEN, "stream": stream})
    assert output(await cluster.client.delete(GPT2)) is None
    await anyio.wait_all_tasks_blocked()
    assert [error(response, 409) for response in cluster.responses] == ["Cluster was deleted"]
    content_type = "application/json; charset=utf-8" if stream else "application/json"
    assert cluster.responses[0].headers["content-type"] == content_type
    for method in ("GET", "PATCH", "DELETE"):
        assert error(await cluster.client.request(method, GPT2), 404) == "Cluster does not exist"
    await cluster.put()
    await cluster.advance(LONG_SECONDS)
    assert cluster.statuses == [409, 200]
    assert (await cluster.read())["inferences"] == 0


async def test_cluster_deleted_while_booting_stays_deleted(cluster: ClusterClient) -> None:
    await cluster.put()
    assert output(await cluster.client.delete(GPT2)) is None
    await cluster.advance(10_000)
    assert output(await cluster.client.get(CLUSTERS)) == []


async def test_rejected_queued_run_costs_nothing() -> None:
    async with ClusterClient.open(Emulator(clock="manual", credits=1e-9)) as cluster:
        await cluster.run(1)
        assert output(await cluster.client.delete(GPT2)) is None
        await anyio.wait_all_tasks_blocked()
        assert cluster.statuses == [409]
        await cluster.put()


async def test_disconnect_of_queued_request_frees_its_place(cluster: ClusterClient) -> None:
    await cluster.put()
    async with cluster.pending(GPT2, ONE_TOKEN):
        pass
    await cluster.advance(30)
    assert (await cluster.read())["inferences"] == 0
    await cluster.run(1)
    await cluster.advance(ONE_TOKEN_SECONDS)
    assert cluster.statuses == [200]


async def test_disconnect_of_queued_request_counts_as_use_until_then(cluster: ClusterClient) -> None:
    await cluster.put(timeout=1)
    async with cluster.pending(GPT2, ONE_TOKEN):
        await cluster.advance(20)
    assert await cluster.state(after=59.999) == ("running", 1)
    assert await cluster.state(after=0.001) is None


async def test_disconnect_of_served_request_frees_its_instance(cluster: ClusterClient) -> None:
    await cluster.start()
    async with cluster.pending(GPT2, LONG):
        await cluster.run(1)
        await cluster.advance(1)
        assert cluster.statuses == []
    await cluster.advance(ONE_TOKEN_SECONDS)
    assert cluster.statuses == [200]


async def test_stream_sends_one_chunk_per_token_time(cluster: ClusterClient) -> None:
    await cluster.start()
    body = {"text": "a", "stream": True, "params": {"max_new_tokens": 3}}
    async with cluster.client.stream("POST", GPT2, json=body) as response:
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        chunks: list[str] = []

        async def read() -> None:
            async for text in response.aiter_text():
                chunks.append(text)  # noqa: PERF401  # The test counts the chunks while they arrive.

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            for count, seconds in enumerate((0, 0.05, 0.02, 0.02, 0.02)):
                await cluster.advance(seconds)
                assert len(chunks) == count
    assert (await cluster.read())["inferences"] == 1


async def test_unread_stream_does_not_block_its_instance(cluster: ClusterClient) -> None:
    await cluster.start()
    async with cluster.client.stream("POST", GPT2, json={**LONG, "stream": True}) as response:
        await cluster.run(1)
        await cluster.advance(LONG_SECONDS + ONE_TOKEN_SECONDS)
        assert cluster.statuses == [200]
        assert len((await response.aread()).split()) == 501


async def test_closed_stream_frees_its_instance(cluster: ClusterClient) -> None:
    await cluster.start()
    async with cluster.client.stream("POST", GPT2, json={**LONG, "stream": True}) as response:
        await cluster.advance(1)
        assert await anext(response.aiter_text()) == "a"
        await cluster.run(1)
        assert cluster.statuses == []
    await cluster.advance(ONE_TOKEN_SECONDS)
    assert cluster.statuses == [200]
    assert (await cluster.read())["inferences"] == 2


async def test_closed_stream_is_charged() -> None:
    async with ClusterClient.open(Emulator(clock="manual", credits=1e-9)) as cluster:
        await cluster.start()
        async with cluster.client.stream("POST", GPT2, json={**LONG, "stream": True}) as response:
            assert response.status_code == 200
        assert error(await cluster.client.put(VECTOR), 402) == "Payment Required"
