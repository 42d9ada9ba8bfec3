"""How models of the v1 API start, serve, expire and stop, in time that passes only when told to."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import anyio
import httpx
import pytest

from bytezkit_emulator import Emulator, Settings
from bytezkit_emulator._model.loaded_model import LOADED_MODEL_TRANSITIONS, LoadedModel, LoadedModelState
from bytezkit_emulator._time.scheduler import Scheduler
from tests.emulator.bench import Bench
from tests.emulator.clients import (
    CLUSTERS,
    DELETE,
    GPT2,
    GPT2_ID,
    INSTANCES,
    LOAD,
    STATUS,
    V1_RUN,
    error,
    open_async_client,
    open_client,
    output,
    v1_error,
    v1_output,
)

pytestmark = pytest.mark.anyio

NAMED = {"model": GPT2_ID}
ONE_TOKEN = {**NAMED, "text": "a", "params": {"max_new_tokens": 1}}
ONE_TOKEN_SECONDS = 0.07
LONG = {**NAMED, "text": "a", "params": {"max_new_tokens": 4096}}
LONG_SECONDS = 81.97
NOT_LOADED = f"Model {GPT2_ID} is not loaded"


class LoadBench(Bench):
    """A bench with a model of the v1 API on it."""

    async def load(self, **body: Any) -> dict[str, Any]:
        return dict(v1_output(await self.client.post(LOAD, json={**NAMED, **body})))

    async def run(self, count: int, body: dict[str, Any] = ONE_TOKEN) -> None:
        await self.send(count, V1_RUN, body)

    async def read(self) -> dict[str, Any]:
        return dict(v1_output(await self.client.post(STATUS, json=NAMED)))

    async def status(self) -> str:
        return str((await self.read())["status"])

    async def delete(self) -> httpx.Response:
        return await self.client.post(DELETE, json=NAMED)


@pytest.fixture
async def bench(anyio_backend: str) -> AsyncIterator[LoadBench]:
    emulator = Emulator(clock="manual", settings=Settings(queue_limit=3))
    async with open_async_client(emulator) as client, anyio.create_task_group() as tasks:
        yield LoadBench(emulator, client, tasks)
        tasks.cancel_scope.cancel()


async def test_a_model_starts_and_then_runs(bench: LoadBench) -> None:
    assert await bench.load() == {"model": GPT2_ID, "status": "started", "concurrency": 1}
    starting = await bench.read()
    assert list(starting.items()) == [
        ("model", GPT2_ID),
        ("status", "DEPLOYING"),
        ("concurrency", 1),
        ("inferences", 0),
        ("expirationPeriodSeconds", 1800),
        ("expirationPeriodMinutes", 30),
        ("expiresAt", "2025-01-01T00:30:00.000Z"),
        ("created", "2025-01-01T00:00:00.000Z"),
        ("modified", "2025-01-01T00:00:00.000Z"),
    ]
    await bench.advance(29.999)
    assert await bench.read() == starting
    await bench.advance(0.001)
    assert await bench.read() == {
        **starting,
        "status": "RUNNING",
        "expiresAt": "2025-01-01T00:30:30.000Z",
        "modified": "2025-01-01T00:00:30.000Z",
    }


@pytest.mark.parametrize(
    ("body", "concurrency", "seconds", "minutes"),
    [
        ({"concurrency": 3, "expirationPeriodSeconds": 300}, 3, "300", "5"),
        ({"concurrency": 2.0, "timeout": 90}, 2, "90", "1.5"),
        ({"timeout": 60, "expirationPeriodSeconds": 1}, 1, "1", str(1 / 60)),
    ],
)
async def test_what_a_load_may_say(
    bench: LoadBench, body: dict[str, Any], concurrency: int, seconds: str, minutes: str
) -> None:
    assert (await bench.load(**body))["concurrency"] == concurrency
    read = await bench.read()
    assert read["concurrency"] == concurrency
    # As texts, since 5.0 is not what the vendor's example prints.
    assert [str(read["expirationPeriodSeconds"]), str(read["expirationPeriodMinutes"])] == [seconds, minutes]


async def test_a_second_load_has_to_wait_and_then_conflicts(bench: LoadBench) -> None:
    await bench.load()
    busy = await bench.client.post(LOAD, json=NAMED)
    assert busy.status_code == 429
    assert busy.json() == {
        "error": f"{GPT2_ID}: operation already in progress: load",
        "status": "error",
    }
    assert int(busy.headers["retry-after"]) >= 1
    await bench.advance(30)
    again = await bench.client.post(LOAD, json={"modelId": GPT2_ID, "concurrency": 5})
    assert v1_error(again, 409) == f"Model {GPT2_ID} is already loaded"
    assert (await bench.read())["concurrency"] == 1


async def test_status_and_delete_of_a_model_that_is_not_loaded(bench: LoadBench) -> None:
    assert await bench.read() == {"model": GPT2_ID, "status": "STOPPED"}
    assert v1_error(await bench.delete(), 404) == NOT_LOADED
    assert v1_error(await bench.client.post(V1_RUN, json=ONE_TOKEN), 409) == NOT_LOADED


@pytest.mark.parametrize("path", [LOAD, STATUS, V1_RUN, DELETE])
async def test_models_that_nobody_knows(bench: LoadBench, path: str) -> None:
    reason = v1_error(await bench.client.post(path, json={"model": "no/model"}), 404)
    assert reason == "Model does not exist or has yet to be added to the Bytez catalog"


async def test_the_list_shows_what_starts_or_runs(bench: LoadBench) -> None:
    await bench.load()
    await bench.advance(30)
    await bench.load(model="Qwen/Qwen3-4B")
    items = v1_output(await bench.client.get(INSTANCES))
    assert [(item["model"], item["status"]) for item in items] == [
        (GPT2_ID, "RUNNING"),
        ("Qwen/Qwen3-4B", "DEPLOYING"),
    ]
    assert items[0] == await bench.read()
    assert v1_output(await bench.client.post(INSTANCES)) == items
    await bench.delete()
    assert v1_output(await bench.client.get(INSTANCES)) == items[1:]


async def test_a_run_waits_for_a_model_that_starts(bench: LoadBench) -> None:
    await bench.load()
    await bench.run(1)
    await bench.advance(30)
    assert bench.statuses == []
    await bench.advance(ONE_TOKEN_SECONDS)
    assert bench.statuses == [200]
    read = await bench.read()
    assert (read["inferences"], read["modified"]) == (1, "2025-01-01T00:00:30.070Z")


async def test_as_many_runs_at_once_as_was_asked_for(bench: LoadBench) -> None:
    await bench.load(concurrency=2)
    await bench.advance(30)
    await bench.run(3)
    await bench.advance(ONE_TOKEN_SECONDS)
    assert bench.statuses == [200, 200]
    await bench.advance(ONE_TOKEN_SECONDS)
    assert bench.statuses == [200, 200, 200]
    await bench.advance(1000)
    await bench.run(3)
    await bench.advance(ONE_TOKEN_SECONDS)
    assert bench.statuses == [200] * 5


async def test_many_runs_at_once(bench: LoadBench) -> None:
    await bench.load(concurrency=12)
    await bench.advance(30)
    await bench.run(12)
    await bench.advance(ONE_TOKEN_SECONDS)
    assert bench.statuses == [200] * 12


async def test_the_line_is_bounded(bench: LoadBench) -> None:
    await bench.load()
    await bench.run(3)
    refused = await bench.client.post(V1_RUN, json={**ONE_TOKEN, "autoScale": True})
    assert v1_error(refused, 429) == "Rate limit exceeded"
    assert int(refused.headers["retry-after"]) >= 1
    await bench.advance(31)
    assert bench.statuses == [200] * 3


async def test_a_client_that_leaves_gives_its_place_free(bench: LoadBench) -> None:
    await bench.load()
    with anyio.move_on_after(0):
        await bench.client.post(V1_RUN, json=ONE_TOKEN)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.run, 3)
        await anyio.wait_all_tasks_blocked()
    await bench.advance(31)
    assert bench.statuses == [200] * 3


async def test_a_client_that_leaves_the_line_has_used_the_model_until_then(bench: LoadBench) -> None:
    await bench.load(expirationPeriodSeconds=60)
    async with anyio.create_task_group() as tasks:

        async def leave() -> None:
            await bench.client.post(V1_RUN, json=ONE_TOKEN)

        tasks.start_soon(leave)
        await anyio.wait_all_tasks_blocked()
        await bench.advance(10)
        tasks.cancel_scope.cancel()
    assert (await bench.read())["expiresAt"] == "2025-01-01T00:01:10.000Z"


async def test_deleting_refuses_what_waits_and_lets_a_run_finish(bench: LoadBench) -> None:
    await bench.load()
    await bench.advance(30)
    await bench.run(1, LONG)
    await bench.run(1)
    stopped = v1_output(await bench.delete())
    assert stopped == {"model": GPT2_ID, "status": "STOPPED"} == await bench.read()
    await anyio.wait_all_tasks_blocked()
    assert [v1_error(answer, 409) for answer in bench.answers] == [NOT_LOADED]
    assert v1_error(await bench.delete(), 404) == NOT_LOADED
    await bench.load()
    await bench.advance(LONG_SECONDS)
    assert bench.statuses == [409, 200]
    assert (await bench.read())["inferences"] == 0


async def test_a_model_can_be_deleted_while_it_starts(bench: LoadBench) -> None:
    await bench.load()
    v1_output(await bench.delete())
    await bench.advance(10_000)
    assert await bench.status() == "STOPPED"
    assert v1_output(await bench.client.get(INSTANCES)) == []


async def test_it_expires_a_minute_after_its_period(bench: LoadBench) -> None:
    await bench.load(expirationPeriodSeconds=300)
    await bench.advance(30)
    assert (await bench.read())["expiresAt"] == "2025-01-01T00:05:30.000Z"
    await bench.advance(359.999)
    assert await bench.status() == "RUNNING"
    await bench.advance(0.001)
    assert await bench.status() == "STOPPED"
    assert await bench.load() == {"model": GPT2_ID, "status": "started", "concurrency": 1}


async def test_a_period_may_last_a_day(bench: LoadBench) -> None:
    await bench.load(expirationPeriodSeconds=86400)
    await bench.advance(30 + 86400 + 59)
    assert await bench.status() == "RUNNING"
    await bench.advance(1)
    assert await bench.status() == "STOPPED"


async def test_looking_whether_it_is_idle_is_no_use_of_it(bench: LoadBench) -> None:
    await bench.load(expirationPeriodSeconds=100)
    await bench.advance(30 + 159)
    await bench.run(1, LONG)
    await bench.advance(2)
    assert (await bench.read())["expiresAt"] == "2025-01-01T00:04:49.000Z"


async def test_the_lag_of_expiry_can_be_set() -> None:
    emulator = Emulator(clock="manual", settings=Settings(expiry_lag=timedelta(seconds=120)))
    async with open_async_client(emulator) as client, anyio.create_task_group() as tasks:
        bench = LoadBench(emulator, client, tasks)
        await bench.load(timeout=10)
        await bench.advance(159)
        assert await bench.status() == "RUNNING"
        await bench.advance(1)
        assert await bench.status() == "STOPPED"


async def test_a_run_begins_the_period_anew_even_within_the_lag(bench: LoadBench) -> None:
    await bench.load(expirationPeriodSeconds=100)
    await bench.advance(30 + 100 + 59)
    await bench.run(1, LONG)
    assert (await bench.read())["expiresAt"] == "2025-01-01T00:04:49.000Z"
    await bench.advance(LONG_SECONDS)
    assert bench.statuses == [200]
    read = await bench.read()
    assert (read["expiresAt"], read["modified"]) == ("2025-01-01T00:06:10.970Z", "2025-01-01T00:04:30.970Z")
    await bench.advance(159.999)
    assert await bench.status() == "RUNNING"
    await bench.advance(0.001)
    assert await bench.status() == "STOPPED"


async def test_neither_a_start_nor_a_run_is_cut() -> None:
    emulator = Emulator(clock="manual", settings=Settings(boot_time=timedelta(seconds=500)))
    async with open_async_client(emulator) as client, anyio.create_task_group() as tasks:
        bench = LoadBench(emulator, client, tasks)
        await bench.load(expirationPeriodSeconds=1)
        await bench.run(1, LONG)
        await bench.advance(499)
        assert await bench.status() == "DEPLOYING"
        await bench.advance(1 + LONG_SECONDS)
        assert bench.statuses == [200]
        await bench.advance(60)
        assert await bench.status() == "RUNNING"
        await bench.advance(1)
        assert await bench.status() == "STOPPED"


async def test_it_is_apart_from_clusters(bench: LoadBench) -> None:
    await bench.load()
    assert output(await bench.client.get(CLUSTERS)) == []
    assert error(await bench.client.get(GPT2), 404) == "Cluster does not exist"
    v1_output(await bench.delete())
    assert (await bench.client.put(GPT2)).status_code == 202
    await bench.advance(30)
    assert await bench.status() == "STOPPED"
    assert v1_error(await bench.client.post(V1_RUN, json=ONE_TOKEN), 409) == NOT_LOADED


async def test_every_key_has_its_own() -> None:
    emulator = Emulator()
    with open_client(emulator, "one") as one, open_client(emulator, "two") as two:
        v1_output(one.post(LOAD, json=NAMED))
        assert v1_output(two.post(STATUS, json=NAMED))["status"] == "STOPPED"
        assert v1_output(two.get(INSTANCES)) == []
        assert v1_error(two.post(DELETE, json=NAMED), 404) == NOT_LOADED
        assert len(v1_output(one.get(INSTANCES))) == 1


async def test_auto_time_does_not_wait_for_the_start() -> None:
    async with open_async_client(Emulator()) as client:
        v1_output(await client.post(LOAD, json=NAMED))
        assert v1_output(await client.post(STATUS, json=NAMED))["status"] == "RUNNING"


async def test_who_has_no_credits_left_hears_that_first() -> None:
    emulator = Emulator(clock="manual", credits=1e-9)
    async with open_async_client(emulator) as client, anyio.create_task_group() as tasks:
        bench = LoadBench(emulator, client, tasks)
        await bench.load()
        await bench.advance(30)
        await bench.load(model="Qwen/Qwen3-4B")
        await bench.run(1)
        await bench.advance(1)
        assert bench.statuses == [200]
        for model_id, status in ((GPT2_ID, 409), ("Qwen/Qwen3-4B", 402)):
            assert v1_error(await client.post(LOAD, json={"model": model_id}), status)


def test_the_table_of_transitions_is_whole_and_kept() -> None:
    assert set(LOADED_MODEL_TRANSITIONS) == set(LoadedModelState)
    assert not LOADED_MODEL_TRANSITIONS[LoadedModelState.STOPPED]
    loaded = LoadedModel(
        GPT2_ID,
        concurrency=1,
        period=1,
        starting_status="DEPLOYING",
        scheduler=Scheduler("manual", 1),
        settings=Settings(),
        on_stop=lambda: None,
    )
    loaded.stop()
    with pytest.raises(RuntimeError, match="cannot go from STOPPED to STOPPED"):
        loaded.stop()
