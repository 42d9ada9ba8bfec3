"""Jobs that make requested models available, in both APIs."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bytezkit_emulator import Emulator, Settings
from bytezkit_emulator._time.scheduler import START, timestamp
from tests.emulator.clients import (
    GPT2,
    GPT2_ID,
    JOB,
    LOAD,
    MODELS,
    V1_LIST,
    error,
    open_client,
    output,
    v1_error,
    v1_output,
)

MODEL = {"model": "org/name"}
REQUEST = "/models/v2/request/org/name"
PATH = "/models/v2/org/name"


def request_v1(client: httpx.Client, **body: Any) -> dict[str, Any]:
    return dict(v1_output(client.post(JOB, json=body or MODEL)))


def at(seconds: float) -> str:
    return timestamp(START + timedelta(seconds=seconds))


SHORT = Settings(queue_time=timedelta(seconds=1), job_time=timedelta(seconds=2))


@pytest.mark.parametrize(
    ("model_id", "settings", "start", "end"),
    [("org/name", Settings(), 10, 100), (GPT2_ID, SHORT, 1, 3)],
)
def test_v1_job_goes_from_queued_to_running_to_available(
    model_id: str, settings: Settings, start: float, end: float
) -> None:
    queued = {"message": "Model is already queued", "startTime": None, "modified": at(0)}
    running = {"message": "Model is already being processed", "startTime": at(start), "modified": at(start)}
    ends = {"endTime": at(end), "modified": at(end)}
    available = {"message": "Model available", "startTime": at(start), **ends}
    emulator = Emulator(clock="manual", settings=settings)
    with open_client(emulator) as client:
        for moment, members in (
            (0, {"modified": at(0)}),
            (start - 0.001, queued),
            (start, running),
            (end - 0.001, running),
            (end, available),
        ):
            emulator.clock.advance(START + timedelta(seconds=moment) - emulator.clock.now)
            expected = {"model": model_id, "success": True, **members}
            assert list(request_v1(client, model=model_id).items()) == list(expected.items())


def test_model_is_available_to_requesting_key_after_job() -> None:
    emulator = Emulator(clock="manual")
    with open_client(emulator, "one") as one, open_client(emulator, "two") as two:
        request_v1(one)
        emulator.clock.advance(timedelta(seconds=99))
        assert v1_error(one.post(LOAD, json=MODEL), 404)
        assert error(one.put(PATH), 404)
        emulator.clock.advance(timedelta(seconds=1))
        assert v1_output(one.post(LOAD, json=MODEL))["status"] == "started"
        assert one.put(PATH).status_code == 202
        listed = [v1_output(one.get(V1_LIST))[-1], *output(one.get(f"{MODELS}?modelId=org/name"))]
        assert [(it["modelId"], it["task"]) for it in listed] == [("org/name", "text-generation")] * 2
        assert v1_error(two.post(LOAD, json=MODEL), 404)
        assert error(two.put(PATH), 404)
        assert "message" not in request_v1(two)


def test_both_apis_share_jobs() -> None:
    emulator = Emulator(clock="manual")
    with open_client(emulator) as client:
        assert output(client.post(REQUEST)) == output(client.post(REQUEST)) == "Job queued"
        assert request_v1(client)["message"] == "Model is already queued"
        emulator.clock.advance(timedelta(seconds=100))
        assert output(client.post(REQUEST)) == "Job queued"
        assert request_v1(client)["endTime"] == at(100)


def test_auto_clock_skips_job(client: httpx.Client) -> None:
    assert list(request_v1(client, modelId="org/name")) == ["modelId", "success", "modified"]
    repeated = request_v1(client, modelId="org/name")
    assert (repeated["modelId"], repeated["message"]) == ("org/name", "Model available")
    assert output(client.post(PATH, json={"text": "a"})).startswith("a ")


def test_request_for_catalog_model_adds_no_model(client: httpx.Client) -> None:
    assert output(client.post(f"/models/v2/request/{GPT2_ID}")) == "Job queued"
    assert len(output(client.get(f"{MODELS}?modelId={GPT2_ID}"))) == 1
    assert client.put(GPT2).status_code == 202


def test_v2_request_needs_no_key_and_no_body_but_rejects_wrong_key(emulator: Emulator) -> None:
    with open_client(emulator, None) as client:
        response = client.post(REQUEST, content=b"{", headers={"content-type": "text/csv"})
        assert output(response) == "Job queued"
        assert error(client.post(REQUEST, headers={"authorization": "Key wrong"}), 401) == "Unauthorized"
    with open_client(emulator) as client:
        assert error(client.put(PATH), 404)
