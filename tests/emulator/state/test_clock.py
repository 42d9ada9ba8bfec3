"""The emulator in each way that time can pass."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import httpx
import pytest

from bytezkit_emulator import ClockMode, Emulator, Settings
from bytezkit_emulator._time.scheduler import START
from tests.emulator.clients import GPT2, error, open_client, output

BODY = {"text": "a", "params": {"max_new_tokens": 1}}


def test_auto_time_lets_nobody_wait(client: httpx.Client, emulator: Emulator) -> None:
    assert emulator.clock.mode == "auto"
    assert emulator.clock.now == START
    response = client.put(GPT2)
    assert response.status_code == 202
    assert output(client.get(GPT2))["status"] == "running"
    assert emulator.clock.now == START + timedelta(seconds=30)
    with client.stream("POST", GPT2, json={**BODY, "stream": True}) as first:
        assert client.post(GPT2, json=BODY).status_code == 200
        assert first.read()
    assert output(client.get(GPT2))["inferences"] == 2


def test_auto_time_passes_timers_only_when_it_gets_there(client: httpx.Client, emulator: Emulator) -> None:
    assert client.put(GPT2, json={"timeout": 1}).status_code == 202
    assert output(client.get(GPT2))["status"] == "running"
    emulator.clock.advance(timedelta(seconds=29))
    assert output(client.get(GPT2))["status"] == "running"
    output(client.post("/models/v2/Qwen/Qwen2-7B-Instruct", json=BODY))
    assert error(client.get(GPT2), 404)


def test_manual_time_lets_a_thread_wait() -> None:
    emulator = Emulator(clock="manual")
    with open_client(emulator) as client, open_client(emulator) as other:
        statuses: list[int] = []
        assert client.put(GPT2).status_code == 202
        emulator.clock.advance(timedelta(seconds=30))

        def run() -> None:
            with other.stream("POST", GPT2, json={**BODY, "stream": True}) as response:
                assert response.read()
                statuses.append(response.status_code)

        thread = Thread(target=run)
        thread.start()
        while thread.is_alive():
            emulator.clock.advance(timedelta(seconds=1))
        thread.join()
        assert statuses == [200]


def test_manual_time_lets_a_plain_request_wait() -> None:
    emulator = Emulator(clock="manual")
    with open_client(emulator) as client:
        answers: list[httpx.Response] = []
        thread = Thread(target=lambda: answers.append(client.post(GPT2, json=BODY)))
        thread.start()
        while thread.is_alive():
            emulator.clock.advance(timedelta(seconds=1))
        thread.join()
        assert [answer.status_code for answer in answers] == [200]


@pytest.mark.parametrize("clock", ["real", "scaled"])
def test_ticking_time_serves_by_itself(clock: ClockMode) -> None:
    quick = timedelta(microseconds=200)
    settings = Settings(boot_time=quick, inference_time=quick, token_time=quick)
    emulator = Emulator(clock=clock, scale=2, settings=settings)
    with open_client(emulator) as client:
        assert client.post(GPT2, json=BODY).status_code == 200
        with client.stream("POST", GPT2, json={**BODY, "stream": True}) as response:
            assert len(response.read().split()) == 2
        cluster = output(client.get(GPT2))
        assert (cluster["status"], cluster["inferences"]) == ("running", 2)
    emulator.close()


def test_where_time_starts() -> None:
    assert abs(Emulator(clock="real").clock.now - datetime.now(UTC)) < timedelta(minutes=1)
    assert timedelta() <= Emulator(clock="scaled").clock.now - START < timedelta(hours=1)
    assert Emulator(clock="manual").clock.now == START


def test_scaled_time_can_be_advanced() -> None:
    emulator = Emulator(clock="scaled")
    with open_client(emulator) as client:
        assert client.put(GPT2).status_code == 202
        emulator.clock.advance(timedelta(seconds=30))
        assert output(client.get(GPT2))["status"] == "running"
    emulator.close()


def test_time_does_not_go_back(emulator: Emulator) -> None:
    with pytest.raises(ValueError, match="go back"):
        emulator.clock.advance(timedelta(seconds=-1))
