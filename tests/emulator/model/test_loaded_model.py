"""Loaded models of the v1 API on a manual clock: start, runs, expiry and stop."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bytezkit_emulator import Emulator, Settings
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
    open_client,
    output,
    v1_error,
    v1_output,
)
from tests.emulator.session import Session

MODEL = {"model": GPT2_ID}
CHAT_ID = "Qwen/Qwen3-4B"
ONE_TOKEN = {**MODEL, "text": "a", "params": {"max_new_tokens": 1}}
ONE_TOKEN_SECONDS = 0.07
LONG = {**MODEL, "text": "a", "params": {"max_new_tokens": 4096}}
LONG_SECONDS = 81.97
NOT_LOADED = f"Model {GPT2_ID} is not loaded"


class LoadedModelClient(Session):
    """Client of one loaded model."""

    def load(self, **body: Any) -> dict[str, Any]:
        return dict(v1_output(self.request("POST", LOAD, {**MODEL, **body})))

    def start(self, **body: Any) -> None:
        self.load(**body)
        self.advance(30)

    def run(self, count: int, body: dict[str, Any] = ONE_TOKEN) -> None:
        for _ in range(count):
            self.send("POST", V1_RUN, body)

    def read(self) -> dict[str, Any]:
        return dict(v1_output(self.request("POST", STATUS, MODEL)))

    def status(self, *, after: float = 0) -> str:
        """Advance time, and return the status."""
        self.advance(after)
        return str((self.read())["status"])

    def delete(self) -> httpx.Response:
        return self.request("POST", DELETE, MODEL)


@pytest.fixture
def model() -> Iterator[LoadedModelClient]:
    with LoadedModelClient(Emulator(clock="manual", settings=Settings(queue_limit=3))) as model:
        yield model


def test_load_starts_model_with_default_settings(model: LoadedModelClient) -> None:
    assert model.load() == {**MODEL, "status": "started", "concurrency": 1}
    starting = model.read()
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
    model.advance(29.999)
    assert model.read() == starting
    model.advance(0.001)
    assert model.read() == {
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
def test_load_accepts_concurrency_and_both_names_of_period(
    model: LoadedModelClient, body: dict[str, Any], concurrency: int, seconds: str, minutes: str
) -> None:
    assert model.load(**body)["concurrency"] == concurrency
    read = model.read()
    assert read["concurrency"] == concurrency
    # As texts, because the vendor's example prints 5 and not 5.0.
    assert [str(read["expirationPeriodSeconds"]), str(read["expirationPeriodMinutes"])] == [seconds, minutes]


def test_second_load_returns_429_while_starting_and_409_afterwards(model: LoadedModelClient) -> None:
    model.load()
    response = model.request("POST", LOAD, MODEL)
    assert response.status_code == 429
    assert response.json() == {"error": f"{GPT2_ID}: operation already in progress: load", "status": "error"}
    assert int(response.headers["retry-after"]) >= 1
    model.advance(30)
    response = model.request("POST", LOAD, {"modelId": GPT2_ID, "concurrency": 5})
    assert v1_error(response, 409) == f"Model {GPT2_ID} is already loaded"
    assert model.read()["concurrency"] == 1


def test_instances_lists_starting_and_running_models(model: LoadedModelClient) -> None:
    model.start()
    model.load(model=CHAT_ID)
    items = v1_output(model.request("GET", INSTANCES))
    expected = [(GPT2_ID, "RUNNING"), (CHAT_ID, "DEPLOYING")]
    assert [(item["model"], item["status"]) for item in items] == expected
    assert items[0] == model.read()
    assert v1_output(model.request("POST", INSTANCES)) == items
    model.delete()
    assert v1_output(model.request("GET", INSTANCES)) == items[1:]


def test_run_waits_for_starting_model(model: LoadedModelClient) -> None:
    model.load()
    model.run(1)
    model.advance(30)
    assert model.statuses == []
    model.advance(ONE_TOKEN_SECONDS)
    assert model.statuses == [200]
    read = model.read()
    assert (read["inferences"], read["modified"]) == (1, "2025-01-01T00:00:30.070Z")


@pytest.mark.parametrize("concurrency", [2, 12])
def test_model_serves_as_many_runs_at_once_as_its_concurrency(
    model: LoadedModelClient, concurrency: int
) -> None:
    model.start(concurrency=concurrency)
    for batch in (0, 1):
        model.run(concurrency + 1)
        for served in (concurrency, concurrency + 1):
            model.advance(ONE_TOKEN_SECONDS)
            assert model.statuses == [200] * (batch * (concurrency + 1) + served)
        model.advance(1000)


def test_full_queue_returns_429_even_with_auto_scale(model: LoadedModelClient) -> None:
    model.load()
    model.run(3)
    response = model.request("POST", V1_RUN, {**ONE_TOKEN, "autoScale": True})
    assert v1_error(response, 429) == "Rate limit exceeded"
    assert int(response.headers["retry-after"]) >= 1
    model.advance(31)
    assert model.statuses == [200] * 3


def test_disconnect_of_queued_run_frees_its_place_and_counts_as_use(model: LoadedModelClient) -> None:
    model.load(expirationPeriodSeconds=60)
    queued = model.send("POST", V1_RUN, ONE_TOKEN)
    model.advance(10)
    model.disconnect(queued)
    assert model.read()["expiresAt"] == "2025-01-01T00:01:10.000Z"
    model.run(3)
    model.advance(21)
    assert model.statuses == [200] * 3


def test_delete_rejects_queue_and_drains_busy_instance(model: LoadedModelClient) -> None:
    model.start()
    model.run(1, LONG)
    model.run(1)
    assert v1_output(model.delete()) == {**MODEL, "status": "STOPPED"} == model.read()
    assert [v1_error(response, 409) for response in model.responses] == [NOT_LOADED]
    assert v1_error(model.delete(), 404) == NOT_LOADED
    assert v1_error(model.request("POST", V1_RUN, ONE_TOKEN), 409) == NOT_LOADED
    model.load()
    model.advance(LONG_SECONDS)
    assert model.statuses == [200, 409]
    assert model.read()["inferences"] == 0


@pytest.mark.parametrize(
    ("settings", "body", "idle"),
    [
        (Settings(), {"expirationPeriodSeconds": 300}, 360),
        (Settings(), {"expirationPeriodSeconds": 86400}, 86460),
        (Settings(expiry_lag=timedelta(seconds=120)), {"timeout": 10}, 130),
    ],
)
def test_idle_model_stops_after_period_and_lag(settings: Settings, body: dict[str, Any], idle: int) -> None:
    with LoadedModelClient(Emulator(clock="manual", settings=settings)) as model:
        model.start(**body)
        assert model.status(after=idle - 0.001) == "RUNNING"
        assert model.status(after=0.001) == "STOPPED"
        assert model.load() == {**MODEL, "status": "started", "concurrency": 1}


def test_run_but_not_idle_check_restarts_period_even_within_lag(model: LoadedModelClient) -> None:
    model.start(expirationPeriodSeconds=100)
    model.advance(100 + 59)
    model.run(1, LONG)
    for seconds in (0, 2):
        model.advance(seconds)
        assert model.read()["expiresAt"] == "2025-01-01T00:04:49.000Z"
    model.advance(LONG_SECONDS - 2)
    assert model.statuses == [200]
    read = model.read()
    assert (read["expiresAt"], read["modified"]) == ("2025-01-01T00:06:10.970Z", "2025-01-01T00:04:30.970Z")
    assert model.status(after=159.999) == "RUNNING"
    assert model.status(after=0.001) == "STOPPED"


def test_period_shorter_than_start_and_run_interrupts_neither() -> None:
    emulator = Emulator(clock="manual", settings=Settings(boot_time=timedelta(seconds=500)))
    with LoadedModelClient(emulator) as model:
        model.load(expirationPeriodSeconds=1)
        model.run(1, LONG)
        assert model.status(after=499) == "DEPLOYING"
        model.advance(1 + LONG_SECONDS)
        assert model.statuses == [200]
        assert model.status(after=60) == "RUNNING"
        assert model.status(after=1) == "STOPPED"


def test_loaded_model_and_cluster_are_independent(model: LoadedModelClient) -> None:
    model.load()
    assert output(model.request("GET", CLUSTERS)) == []
    assert error(model.request("GET", GPT2), 404) == "Cluster does not exist"
    v1_output(model.delete())
    assert (model.request("PUT", GPT2)).status_code == 202
    assert model.status(after=30) == "STOPPED"
    assert v1_error(model.request("POST", V1_RUN, ONE_TOKEN), 409) == NOT_LOADED


def test_each_key_has_its_own_loaded_models_and_auto_clock_skips_start() -> None:
    emulator = Emulator()
    with open_client(emulator, "one") as one, open_client(emulator, "two") as two:
        v1_output(one.post(LOAD, json=MODEL))
        assert v1_output(two.post(STATUS, json=MODEL)) == {**MODEL, "status": "STOPPED"}
        assert v1_output(two.get(INSTANCES)) == []
        assert v1_error(two.post(DELETE, json=MODEL), 404) == NOT_LOADED
        assert [item["status"] for item in v1_output(one.get(INSTANCES))] == ["RUNNING"]


def test_load_without_credits_returns_402_unless_model_is_loaded() -> None:
    with LoadedModelClient(Emulator(clock="manual", credits=1e-9)) as model:
        model.start()
        model.run(1)
        model.advance(1)
        assert model.statuses == [200]
        for model_id, status in ((GPT2_ID, 409), (CHAT_ID, 402)):
            assert v1_error(model.request("POST", LOAD, {"model": model_id}), status)
