"""The emulator with each clock mode."""

from datetime import timedelta
from threading import Thread

import httpx
import pytest

from bytezkit_emulator import ClockMode, Emulator, Settings
from bytezkit_emulator._time.scheduler import START
from tests.emulator.clients import CHAT, GPT2, error, open_client, output

BODY = {"text": "a", "params": {"max_new_tokens": 1}}


def test_auto_clock_advances_to_the_end_of_requests(client: httpx.Client, emulator: Emulator) -> None:
    assert emulator.clock.mode == "auto"
    assert client.put(GPT2).status_code == 202
    assert output(client.get(GPT2))["status"] == "running"
    assert emulator.clock.now == START + timedelta(seconds=30)


def test_auto_clock_does_not_advance_to_idle_timeouts(client: httpx.Client, emulator: Emulator) -> None:
    assert client.put(GPT2, json={"timeout": 1}).status_code == 202
    emulator.clock.advance(timedelta(seconds=29))
    assert output(client.get(GPT2))["status"] == "running"
    messages = [{"role": "user", "content": "a"}]
    output(client.post(CHAT, json={"messages": messages}))
    assert error(client.get(GPT2), 404)


@pytest.mark.parametrize("stream", [False, True])
def test_manual_clock_blocks_a_thread_until_it_is_advanced(stream: bool) -> None:
    emulator = Emulator(clock="manual")
    with open_client(emulator) as client:
        responses: list[httpx.Response] = []
        thread = Thread(target=lambda: responses.append(client.post(GPT2, json={**BODY, "stream": stream})))
        thread.start()
        while thread.is_alive():
            emulator.clock.advance(timedelta(seconds=1))
        thread.join()
        assert [response.status_code for response in responses] == [200]
        assert responses[0].content


@pytest.mark.parametrize("clock", ["real", "scaled"])
def test_ticking_clock_completes_requests(clock: ClockMode) -> None:
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
