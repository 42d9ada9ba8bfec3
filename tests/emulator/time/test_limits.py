"""The emulator with each clock mode, and durations and times beyond what a datetime holds."""

from datetime import timedelta
from threading import Thread
from typing import Any

import anyio
import httpx
import pytest

from bytezkit_emulator import ClockMode, Emulator, Fault, Settings, Then
from bytezkit_emulator.__main__ import main
from bytezkit_emulator._time.scheduler import END, START
from tests.emulator.clients import GPT2, KEY, TASKS, open_client, output


@pytest.mark.anyio
@pytest.mark.parametrize("rate", [1e-300, 5e-324])
async def test_what_is_due_after_the_end_of_time_never_happens(rate: float) -> None:
    emulator = Emulator(faults=[Fault("slow", Then(bytes_per_second=rate))])
    async with (
        httpx.AsyncClient(
            transport=emulator.async_transport, base_url="http://localhost", headers={"authorization": KEY}
        ) as client,
        client.stream("GET", TASKS) as response,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(response.aread)
        await anyio.wait_all_tasks_blocked()
        tasks.cancel_scope.cancel()
    assert emulator.clock.now == START


def test_time_cannot_pass_its_end() -> None:
    emulator = Emulator(clock="manual")
    for duration in (timedelta.max, timedelta(days=365 * 200)):
        with pytest.raises(ValueError, match="time cannot pass the year 2199"):
            emulator.clock.advance(duration)
    with pytest.raises(TimeoutError):
        emulator.clock.advance_until_running("openai-community/gpt2", at_most=timedelta.max)
    assert emulator.clock.now == END


@pytest.mark.parametrize("value", [timedelta.max, timedelta(days=366), timedelta(microseconds=-1)])
def test_duration_out_of_range_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="boot_time must be from 0 to 365 days"):
        Settings(boot_time=value)


@pytest.mark.parametrize("seconds", ["1" + "0" * 300, "99999999999"])
def test_command_refuses_a_limit_out_of_range(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--stream-limit", seconds])
    assert "limit is too large" in capsys.readouterr().err or "stream_limit must be" in str(caught.value)


BODY = {"text": "a", "params": {"max_new_tokens": 1}}


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
