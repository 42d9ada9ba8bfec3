"""How clusters come up, serve, grow, shrink and go, in time that passes only when told to."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import anyio
import pytest

from bytezkit_emulator import Emulator, Settings
from bytezkit_emulator._model.cluster import CLUSTER_TRANSITIONS, ClusterState
from bytezkit_emulator._model.instance import INSTANCE_TRANSITIONS, Instance, InstanceState
from bytezkit_emulator._time.scheduler import START
from tests.emulator.bench import Bench
from tests.emulator.clients import CLUSTERS, GPT2, VECTOR, error, open_async_client, output

pytestmark = pytest.mark.anyio

ONE_TOKEN = {"text": "a", "params": {"max_new_tokens": 1}}
ONE_TOKEN_SECONDS = 0.07
LONG = {"text": "a", "params": {"max_new_tokens": 500}}
LONG_SECONDS = 10.05


class ClusterBench(Bench):
    """A bench with a cluster on it."""

    async def run(self, count: int, body: dict[str, Any] = ONE_TOKEN) -> None:
        await self.send(count, GPT2, body)

    async def put(self, **body: Any) -> None:
        assert (await self.client.put(GPT2, json=body)).status_code == 202

    async def patch(self, **body: Any) -> dict[str, Any]:
        return dict(output(await self.client.patch(GPT2, json=body)))

    async def read(self) -> dict[str, Any]:
        return dict(output(await self.client.get(GPT2)))

    async def state(self) -> tuple[str, int]:
        cluster = await self.read()
        return cluster["status"], cluster["instances"]


@pytest.fixture
async def bench(anyio_backend: str) -> AsyncIterator[ClusterBench]:
    emulator = Emulator(clock="manual", settings=Settings(queue_limit=3))
    async with open_async_client(emulator) as client, anyio.create_task_group() as tasks:
        yield ClusterBench(emulator, client, tasks)
        tasks.cancel_scope.cancel()


async def test_a_cold_boot(bench: ClusterBench) -> None:
    await bench.put()
    assert await bench.read() == {
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
    await bench.advance(29.999)
    assert await bench.state() == ("booting instance", 1)
    await bench.advance(0.001)
    assert await bench.state() == ("running", 1)
    assert (await bench.read())["modified"] == "2025-01-01T00:00:30.000Z"


async def test_the_first_example_of_the_vendor(bench: ClusterBench) -> None:
    await bench.put(capacity={"max": 5, "desired": 3}, timeout=3600)
    cluster = await bench.read()
    assert (cluster["timeout"], cluster["instances"]) == (3600, 3)
    assert cluster["capacity"] == {"min": 0, "desired": 3, "max": 5}
    cluster = await bench.patch(capacity={"desired": 4})
    assert cluster["capacity"] == {"min": 0, "desired": 4, "max": 5}
    assert cluster["instances"] == 4


async def test_a_cluster_is_made_once(bench: ClusterBench) -> None:
    await bench.put(capacity={}, timeout=None)
    assert error(await bench.client.put(GPT2), 409) == "Cluster already exists"


async def test_a_new_cluster_has_no_settings_of_the_one_before(bench: ClusterBench) -> None:
    await bench.put(capacity={"min": 1, "desired": 2, "max": 3}, timeout=60)
    await bench.client.delete(GPT2)
    await bench.put()
    cluster = await bench.read()
    assert (cluster["timeout"], cluster["capacity"]) == (5, {"min": 0, "desired": 1, "max": 1})
    await bench.client.delete(GPT2)
    await bench.run(1)
    assert (await bench.read())["timeout"] == 5


async def test_the_answer_carries_the_cluster_twice(bench: ClusterBench) -> None:
    await bench.put()
    for response in (await bench.client.get(GPT2), await bench.client.patch(GPT2, json={})):
        body = response.json()
        assert body["error"] is None
        assert body["output"] == body["cluster"]


async def test_one_request_at_a_time_and_in_order(bench: ClusterBench) -> None:
    await bench.put()
    await bench.advance(30)
    await bench.run(3)
    assert bench.statuses == []
    for served in (1, 2, 3):
        await bench.advance(ONE_TOKEN_SECONDS)
        assert bench.statuses == [200] * served
        cluster = await bench.read()
        assert cluster["inferences"] == served
    assert cluster["lastInference"] == "2025-01-01T00:00:30.210Z"


async def test_who_waits_longest_is_served_first(bench: ClusterBench) -> None:
    await bench.put()
    await bench.advance(30)
    for tokens in (1, 2, 3):
        await bench.run(1, {"text": "a", "params": {"max_new_tokens": tokens}})
    await bench.advance(1)
    assert [answer.headers["inference-time"] for answer in bench.answers] == ["0.07", "0.09", "0.11"]


async def test_requests_that_wait_are_served_at_their_time_in_one_long_advance(bench: ClusterBench) -> None:
    await bench.run(3)
    await bench.advance(100)
    assert bench.statuses == [200] * 3
    assert (await bench.read())["lastInference"] == "2025-01-01T00:00:30.210Z"


async def test_a_run_makes_its_cluster_and_waits_for_it(bench: ClusterBench) -> None:
    await bench.run(1)
    assert await bench.state() == ("booting instance", 1)
    await bench.advance(30)
    assert bench.statuses == []
    await bench.advance(ONE_TOKEN_SECONDS)
    assert bench.statuses == [200]


async def test_load_raises_a_cluster_up_to_its_max_and_idleness_lowers_it(bench: ClusterBench) -> None:
    await bench.put(capacity={"max": 3})
    await bench.advance(30)
    await bench.run(1, LONG)
    assert await bench.state() == ("running", 1)
    await bench.run(3, LONG)
    assert await bench.state() == ("running", 3)
    await bench.advance(30)
    await bench.advance(2 * LONG_SECONDS)
    assert bench.statuses == [200] * 4
    assert await bench.state() == ("running", 3)
    await bench.advance(60)
    assert await bench.state() == ("running", 1)


async def test_load_raises_a_cluster_to_ten_instances(bench: ClusterBench) -> None:
    await bench.put(capacity={"max": 10})
    await bench.run(12, {**ONE_TOKEN, "autoScale": True})
    assert await bench.state() == ("booting instance", 10)
    await bench.advance(30 + ONE_TOKEN_SECONDS)
    assert bench.statuses == [200] * 10


async def test_an_instance_that_works_again_stays(bench: ClusterBench) -> None:
    await bench.put(capacity={"max": 2})
    await bench.advance(30)
    await bench.run(2, {"text": "a", "params": {"max_new_tokens": 2000}})
    await bench.advance(50)
    assert await bench.state() == ("running", 2)
    await bench.advance(40)
    await bench.run(2)
    await bench.advance(30)
    assert bench.statuses == [200] * 4
    assert await bench.state() == ("running", 2)
    await bench.advance(31)
    assert await bench.state() == ("running", 1)


async def test_the_queue_is_bounded_unless_a_request_may_exceed_it(bench: ClusterBench) -> None:
    await bench.put()
    await bench.run(3)
    refused = await bench.client.post(GPT2, json=ONE_TOKEN)
    assert error(refused, 429) == "Rate limit exceeded"
    assert int(refused.headers["retry-after"]) >= 1
    await bench.run(1, {**ONE_TOKEN, "autoScale": True})
    await bench.advance(31)
    assert bench.statuses == [200] * 4


async def test_a_cluster_without_requests_is_removed(bench: ClusterBench) -> None:
    await bench.put(timeout=1)
    await bench.advance(40)
    await bench.run(1)
    await bench.advance(1)
    await bench.advance(59)
    assert await bench.state() == ("running", 1)
    await bench.advance(1)
    assert error(await bench.client.get(GPT2), 404) == "Cluster does not exist"
    assert output(await bench.client.get(CLUSTERS)) == []


async def test_a_cluster_without_requests_goes_down_to_its_min(bench: ClusterBench) -> None:
    await bench.put(capacity={"min": 1, "desired": 3, "max": 3}, timeout=2)
    await bench.advance(119)
    assert await bench.state() == ("running", 3)
    await bench.advance(1)
    assert await bench.state() == ("running", 1)
    await bench.patch(timeout=3)
    assert await bench.state() == ("running", 1)
    await bench.advance(10_000)
    assert await bench.state() == ("running", 1)
    await bench.run(2)
    assert await bench.state() == ("running", 2)
    await bench.advance(1)
    assert bench.statuses == [200, 200]


async def test_a_request_that_waits_keeps_its_cluster() -> None:
    emulator = Emulator(clock="manual", settings=Settings(boot_time=timedelta(seconds=90)))
    async with open_async_client(emulator) as client, anyio.create_task_group() as tasks:
        bench = ClusterBench(emulator, client, tasks)
        await bench.put(timeout=1)
        await bench.run(1)
        await bench.advance(91)
        assert bench.statuses == [200]


async def test_a_long_request_keeps_its_cluster(bench: ClusterBench) -> None:
    await bench.put(timeout=1)
    await bench.advance(30)
    await bench.run(1, {"text": "a", "params": {"max_new_tokens": 4096}})
    await bench.advance(75)
    assert await bench.state() == ("running", 1)
    await bench.advance(7)
    assert bench.statuses == [200]
    await bench.advance(59)
    assert await bench.state() == ("running", 1)
    await bench.advance(1)
    assert error(await bench.client.get(GPT2), 404)


async def test_timeouts_beyond_a_day_are_clamped_and_given_back(bench: ClusterBench) -> None:
    await bench.put(timeout=3600)
    assert (await bench.read())["timeout"] == 3600
    await bench.advance(24 * 3600 - 1)
    assert (await bench.read())["timeout"] == 3600
    await bench.advance(1)
    assert error(await bench.client.get(GPT2), 404)


async def test_a_shorter_timeout_counts_from_the_update(bench: ClusterBench) -> None:
    await bench.put(timeout=60)
    await bench.advance(1000)
    assert (await bench.patch(timeout=1))["timeout"] == 1
    assert (await bench.patch(timeout=None))["timeout"] == 1
    await bench.advance(59)
    assert await bench.state() == ("running", 1)
    await bench.advance(1)
    assert error(await bench.client.get(GPT2), 404)


async def test_a_change_is_dated(bench: ClusterBench) -> None:
    await bench.put()
    await bench.advance(40)
    assert (await bench.read())["modified"] == "2025-01-01T00:00:30.000Z"
    assert (await bench.patch(timeout=9))["modified"] == "2025-01-01T00:00:40.000Z"


async def test_off_and_on(bench: ClusterBench) -> None:
    await bench.put(capacity={"desired": 2})
    await bench.run(2)
    assert (await bench.patch(status="off"))["status"] == "off"
    await anyio.wait_all_tasks_blocked()
    assert [error(answer, 409) for answer in bench.answers] == ["Cluster is off"] * 2
    assert await bench.state() == ("off", 0)
    assert error(await bench.client.post(GPT2, json=ONE_TOKEN), 409) == "Cluster is off"
    await bench.patch(capacity={"desired": 3})
    assert await bench.state() == ("off", 0)
    await bench.advance(10_000)
    assert await bench.state() == ("off", 0)
    assert (await bench.patch(status="off"))["status"] == "off"
    assert (await bench.patch(status="on"))["status"] == "booting instance"
    assert await bench.state() == ("booting instance", 3)
    await bench.advance(30)
    assert await bench.state() == ("running", 3)
    await bench.advance(269)
    assert await bench.state() == ("running", 3)
    await bench.advance(1)
    assert error(await bench.client.get(GPT2), 404)


async def test_a_cluster_that_is_off_stays_however_long(bench: ClusterBench) -> None:
    await bench.put(timeout=1)
    await bench.patch(status="off")
    await bench.advance(400 * 24 * 3600)
    assert await bench.state() == ("off", 0)
    assert (await bench.patch(status="on"))["status"] == "booting instance"


@pytest.mark.parametrize("changes", [[{"timeout": 3}, {"status": "on"}], [{"timeout": 3, "status": "on"}]])
async def test_a_timeout_counts_that_was_changed_while_off(
    bench: ClusterBench, changes: list[dict[str, Any]]
) -> None:
    await bench.put(timeout=1)
    await bench.patch(status="off")
    for change in changes:
        await bench.patch(**change)
    await bench.advance(179)
    assert await bench.state() == ("running", 1)
    await bench.advance(1)
    assert error(await bench.client.get(GPT2), 404)


async def test_off_lets_a_request_finish(bench: ClusterBench) -> None:
    await bench.put(capacity={"desired": 2})
    await bench.advance(30)
    await bench.run(1, LONG)
    await bench.patch(status="off")
    assert await bench.state() == ("off", 1)
    await bench.advance(LONG_SECONDS)
    assert bench.statuses == [200]
    assert await bench.state() == ("off", 0)


async def test_what_only_finishes_a_request_is_replaced_where_capacity_rises_again(
    bench: ClusterBench,
) -> None:
    await bench.put(capacity={"desired": 2, "max": 2})
    await bench.advance(30)
    await bench.run(2, LONG)
    await bench.patch(capacity={"desired": 1, "max": 1})
    assert await bench.state() == ("running", 2)
    await bench.patch(capacity={"desired": 2, "max": 2})
    assert await bench.state() == ("running", 3)
    await bench.advance(LONG_SECONDS)
    assert await bench.state() == ("running", 2)


async def test_lower_capacity_retires_booting_then_idle_instances_and_lets_busy_ones_finish(
    bench: ClusterBench,
) -> None:
    await bench.put(capacity={"desired": 3, "max": 4})
    await bench.advance(30)
    await bench.run(2, LONG)
    await bench.patch(capacity={"desired": 4})
    assert await bench.state() == ("running", 4)
    await bench.patch(capacity={"desired": 3})
    assert await bench.state() == ("running", 3)
    await bench.patch(capacity={"desired": 1})
    assert await bench.state() == ("running", 2)
    await bench.patch(capacity={"max": 1})
    assert await bench.state() == ("running", 2)
    await bench.advance(LONG_SECONDS)
    assert bench.statuses == [200, 200]
    assert await bench.state() == ("running", 1)


async def test_who_waits_keeps_the_instances_that_boot_for_it(bench: ClusterBench) -> None:
    await bench.put(capacity={"desired": 1, "max": 3})
    await bench.run(3)
    assert (await bench.patch(capacity={"desired": 2}))["instances"] == 3


async def test_who_waits_is_served_though_the_max_sinks(bench: ClusterBench) -> None:
    await bench.put(capacity={"max": 3})
    await bench.run(3)
    assert (await bench.patch(capacity={"max": 1}))["instances"] == 1
    await bench.advance(31)
    assert bench.statuses == [200] * 3


async def test_instances_that_boot_for_nothing_go(bench: ClusterBench) -> None:
    await bench.put(capacity={"desired": 4})
    await bench.patch(capacity={"max": 2})
    assert await bench.state() == ("booting instance", 2)
    await bench.advance(30)
    assert await bench.state() == ("running", 2)


async def test_a_cluster_without_capacity_refuses_at_once(bench: ClusterBench) -> None:
    await bench.run(1)
    await bench.patch(capacity={"max": 0})
    await anyio.wait_all_tasks_blocked()
    assert error(bench.answers[0], 409) == "Cluster has no capacity: its max is 0"
    assert error(await bench.client.post(GPT2, json=ONE_TOKEN), 409)
    assert await bench.state() == ("running", 0)


async def test_a_cluster_without_desired_instances_boots_on_demand(bench: ClusterBench) -> None:
    await bench.put(capacity={"desired": 0})
    assert await bench.state() == ("running", 0)
    await bench.run(1)
    assert await bench.state() == ("booting instance", 1)
    await bench.advance(31)
    assert bench.statuses == [200]
    await bench.advance(60)
    assert await bench.state() == ("running", 0)


async def test_deleting_refuses_what_waits_and_lets_a_request_finish(bench: ClusterBench) -> None:
    await bench.put()
    await bench.advance(30)
    await bench.run(1, LONG)
    await bench.run(1)
    assert output(await bench.client.delete(GPT2)) is None
    await anyio.wait_all_tasks_blocked()
    assert [error(answer, 409) for answer in bench.answers] == ["Cluster was deleted"]
    for response in (
        await bench.client.get(GPT2),
        await bench.client.patch(GPT2),
        await bench.client.delete(GPT2),
    ):
        assert error(response, 404) == "Cluster does not exist"
    await bench.put()
    await bench.advance(LONG_SECONDS)
    assert bench.statuses == [409, 200]
    assert (await bench.read())["inferences"] == 0


async def test_a_run_that_is_refused_while_it_waits_costs_nothing() -> None:
    emulator = Emulator(clock="manual", credits=1e-9)
    async with open_async_client(emulator) as client, anyio.create_task_group() as tasks:
        bench = ClusterBench(emulator, client, tasks)
        await bench.run(1)
        assert output(await client.delete(GPT2)) is None
        await anyio.wait_all_tasks_blocked()
        assert bench.statuses == [409]
        await bench.put()


async def test_a_deleted_cluster_never_comes_back(bench: ClusterBench) -> None:
    await bench.put()
    assert output(await bench.client.delete(GPT2)) is None
    await bench.advance(10_000)
    assert output(await bench.client.get(CLUSTERS)) == []


async def test_a_client_that_leaves_gives_its_place_free(bench: ClusterBench) -> None:
    await bench.put()
    with anyio.move_on_after(0):
        await bench.client.post(GPT2, json=ONE_TOKEN)
    await bench.advance(30)
    assert (await bench.read())["inferences"] == 0
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.client.post, GPT2)
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    await bench.run(1)
    await bench.advance(ONE_TOKEN_SECONDS)
    assert bench.statuses == [200]


async def test_a_client_that_leaves_the_line_has_used_its_cluster_until_then(bench: ClusterBench) -> None:
    await bench.put(timeout=1)
    async with anyio.create_task_group() as tasks:

        async def leave() -> None:
            await bench.client.post(GPT2, json=ONE_TOKEN)

        tasks.start_soon(leave)
        await anyio.wait_all_tasks_blocked()
        await bench.advance(20)
        tasks.cancel_scope.cancel()
    await bench.advance(59.999)
    assert len(output(await bench.client.get(CLUSTERS))) == 1
    await bench.advance(0.001)
    assert output(await bench.client.get(CLUSTERS)) == []


async def test_a_client_that_leaves_ends_what_it_was_served(bench: ClusterBench) -> None:
    await bench.put()
    await bench.advance(30)
    async with anyio.create_task_group() as tasks:

        async def leave() -> None:
            await bench.client.post(GPT2, json=LONG)

        tasks.start_soon(leave)
        await anyio.wait_all_tasks_blocked()
        await bench.run(1)
        await bench.advance(1)
        assert bench.statuses == []
        tasks.cancel_scope.cancel()
    await bench.advance(ONE_TOKEN_SECONDS)
    assert bench.statuses == [200]


async def test_a_stream_comes_at_the_pace_of_its_tokens(bench: ClusterBench) -> None:
    await bench.put()
    await bench.advance(30)
    body = {"text": "a", "stream": True, "params": {"max_new_tokens": 3}}
    async with bench.client.stream("POST", GPT2, json=body) as response:
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        pieces: list[str] = []

        async def read() -> None:
            async for text in response.aiter_text():
                pieces.append(text)  # noqa: PERF401  # each piece is counted when it comes

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            counts: list[int] = []
            for seconds in (0, 0.05, 0.02, 0.02, 0.02):
                await bench.advance(seconds)
                counts.append(len(pieces))
            assert counts == [0, 1, 2, 3, 4]
    assert (await bench.read())["inferences"] == 1


async def test_a_stream_that_is_read_late_holds_nobody_up(bench: ClusterBench) -> None:
    await bench.put()
    await bench.advance(30)
    async with bench.client.stream("POST", GPT2, json={**LONG, "stream": True}) as response:
        await bench.run(1)
        await bench.advance(LONG_SECONDS + ONE_TOKEN_SECONDS)
        assert bench.statuses == [200]
        assert len((await response.aread()).split()) == 501


async def test_leaving_a_stream_gives_its_instance_free(bench: ClusterBench) -> None:
    await bench.put()
    await bench.advance(30)
    async with bench.client.stream("POST", GPT2, json={**LONG, "stream": True}) as response:
        await bench.advance(1)
        async for text in response.aiter_text():
            assert text == "a"
            break
        await bench.run(1)
        assert bench.statuses == []
    await bench.advance(ONE_TOKEN_SECONDS)
    assert bench.statuses == [200]
    assert (await bench.read())["inferences"] == 2


async def test_who_leaves_a_stream_pays_for_the_run() -> None:
    emulator = Emulator(clock="manual", credits=1e-9)
    async with open_async_client(emulator) as client:
        assert (await client.put(GPT2)).status_code == 202
        emulator.clock.advance(timedelta(seconds=30))
        async with client.stream("POST", GPT2, json={**LONG, "stream": True}) as response:
            assert response.status_code == 200
        assert error(await client.put(VECTOR), 402) == "Payment Required"


async def test_a_stream_that_waits_for_a_cluster_can_be_refused(bench: ClusterBench) -> None:
    await bench.put()
    await bench.run(1, {**ONE_TOKEN, "stream": True})
    await bench.client.delete(GPT2)
    await anyio.wait_all_tasks_blocked()
    assert error(bench.answers[0], 409) == "Cluster was deleted"
    assert bench.answers[0].headers["content-type"] == "application/json; charset=utf-8"


def test_the_tables_of_transitions_are_whole() -> None:
    assert set(CLUSTER_TRANSITIONS) == set(ClusterState)
    assert set(INSTANCE_TRANSITIONS) == set(InstanceState)
    assert not CLUSTER_TRANSITIONS[ClusterState.DELETED]


def test_what_the_table_does_not_name_is_a_mistake() -> None:
    instance = Instance(START)
    with pytest.raises(RuntimeError, match="cannot go from BOOTING to BUSY"):
        instance.enter(InstanceState.BUSY, START)
