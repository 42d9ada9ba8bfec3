"""Asking the v1 API for a model, and looking how far it is."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bytezkit_emulator import Emulator, Settings
from bytezkit_emulator._model.model_job import MODEL_JOB_TRANSITIONS, ModelJob, ModelJobState
from bytezkit_emulator._time.scheduler import Scheduler
from tests.emulator.clients import (
    DELETE,
    GPT2_ID,
    JOB,
    LOAD,
    STATUS,
    V1_LIST,
    error,
    open_client,
    output,
    v1_error,
    v1_output,
)

NEW = {"model": "org/name"}


def ask(client: httpx.Client, **body: Any) -> list[tuple[str, Any]]:
    return list(v1_output(client.post(JOB, json=body or NEW)).items())


@pytest.mark.parametrize("model_id", ["org/name", GPT2_ID])
def test_a_job_is_queued_and_runs_and_ends(model_id: str) -> None:
    emulator = Emulator(clock="manual")
    model = ("model", model_id)
    with open_client(emulator) as client:
        assert ask(client, model=model_id) == [
            model,
            ("success", True),
            ("modified", "2025-01-01T00:00:00.000Z"),
        ]
        queued = [
            model,
            ("success", True),
            ("message", "Model is already queued"),
            ("startTime", None),
            ("modified", "2025-01-01T00:00:00.000Z"),
        ]
        assert ask(client, model=model_id) == queued
        emulator.clock.advance(timedelta(seconds=9.999))
        assert ask(client, model=model_id) == queued
        emulator.clock.advance(timedelta(seconds=0.001))
        runs = [
            model,
            ("success", True),
            ("message", "Model is already being processed"),
            ("startTime", "2025-01-01T00:00:10.000Z"),
            ("modified", "2025-01-01T00:00:10.000Z"),
        ]
        assert ask(client, model=model_id) == runs
        emulator.clock.advance(timedelta(seconds=89.999))
        assert ask(client, model=model_id) == runs
        emulator.clock.advance(timedelta(seconds=0.001))
        available = [
            model,
            ("success", True),
            ("message", "Model available"),
            ("startTime", "2025-01-01T00:00:10.000Z"),
            ("endTime", "2025-01-01T00:01:40.000Z"),
            ("modified", "2025-01-01T00:01:40.000Z"),
        ]
        assert ask(client, model=model_id) == available
        emulator.clock.advance(timedelta(days=1))
        assert ask(client, model=model_id) == available


def test_the_lengths_can_be_set() -> None:
    settings = Settings(queue_time=timedelta(seconds=1), job_time=timedelta(seconds=2))
    emulator = Emulator(clock="manual", settings=settings)
    with open_client(emulator) as client:
        ask(client)
        emulator.clock.advance(timedelta(seconds=3))
        assert dict(ask(client))["endTime"] == "2025-01-01T00:00:03.000Z"


def test_a_model_is_there_for_its_key_when_the_job_ends() -> None:
    emulator = Emulator(clock="manual")
    with open_client(emulator, "one") as one, open_client(emulator, "two") as two:
        ask(one)
        emulator.clock.advance(timedelta(seconds=99))
        assert v1_error(one.post(LOAD, json=NEW), 404)
        emulator.clock.advance(timedelta(seconds=1))
        assert v1_output(one.post(LOAD, json=NEW))["status"] == "started"
        assert v1_output(one.get(V1_LIST))[-1] == {
            "name": "org/name",
            "requiredRAM": None,
            "benchmarked": False,
            "modelId": "org/name",
            "ramRequired": None,
            "task": "text-generation",
        }
        assert v1_output(one.post(STATUS, json=NEW))["status"] == "DEPLOYING"
        assert v1_output(one.post(DELETE, json=NEW))["status"] == "STOPPED"
        assert v1_error(two.post(LOAD, json=NEW), 404)
        assert "message" not in dict(ask(two))


def test_several_models_can_be_asked_for() -> None:
    emulator = Emulator(clock="manual")
    names = ["org/one", "org/two", "other/one"]
    with open_client(emulator) as client:
        for name in names:
            ask(client, model=name)
            emulator.clock.advance(timedelta(seconds=50))
        emulator.clock.advance(timedelta(minutes=2))
        for name in names:
            assert dict(ask(client, model=name))["message"] == "Model available"
            assert v1_output(client.post(LOAD, json={"model": name}))["status"] == "started"


def test_the_current_api_asks_for_the_same_job() -> None:
    emulator = Emulator(clock="manual")
    with open_client(emulator) as client:
        assert output(client.post("/models/v2/request/org/name")) == "Job queued"
        assert dict(ask(client))["message"] == "Model is already queued"
        emulator.clock.advance(timedelta(seconds=100))
        assert dict(ask(client))["message"] == "Model available"
        assert output(client.post("/models/v2/request/org/name")) == "Job queued"
        assert dict(ask(client))["endTime"] == "2025-01-01T00:01:40.000Z"
        ask(client, model="org/other")
        assert error(client.put("/models/v2/org/other"), 404)
        emulator.clock.advance(timedelta(seconds=100))
        assert client.put("/models/v2/org/other").status_code == 202
        assert output(client.get("/models/v2/org/other"))["status"] == "booting instance"
        assert output(client.delete("/models/v2/org/other")) is None


def test_auto_time_does_not_wait_for_the_job(client: httpx.Client) -> None:
    assert [name for name, _ in ask(client, modelId="org/name")] == ["modelId", "success", "modified"]
    done = dict(ask(client, modelId="org/name"))
    assert (done["modelId"], done["message"]) == ("org/name", "Model available")


def test_the_table_of_transitions_is_whole_and_kept() -> None:
    assert set(MODEL_JOB_TRANSITIONS) == set(ModelJobState)
    job = ModelJob(Scheduler("manual", 1), Settings(), lambda: None)
    job.queue()
    with pytest.raises(RuntimeError, match="cannot go from QUEUED to QUEUED"):
        job.queue()
