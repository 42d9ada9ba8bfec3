"""Running a model: what the headers say, what it costs, and when the money is gone."""

from datetime import timedelta
from decimal import Decimal

import anyio
import httpx
import pytest

from bytezkit_emulator import Emulator, Settings
from tests.emulator.bench import Bench
from tests.emulator.clients import CHAT, GPT2, VECTOR, error, open_async_client, open_client, output

MESSAGES = [{"role": "user", "content": "Hi"}]


@pytest.mark.parametrize("stream", [False, True])
def test_the_headers_of_a_run(client: httpx.Client, stream: bool) -> None:
    assert client.put(GPT2, json={"capacity": {"max": 3}}).status_code == 202
    body = {"text": "a", "stream": stream, "params": {"max_new_tokens": 10}}
    headers = client.post(GPT2, json=body).headers
    assert headers["inference-meter"] == "micro-free"
    assert headers["inference-meter-price"] == "0.0000872083 / sec"
    assert headers["inference-time"] == "0.25"
    assert headers["inference-cost"] == "0.000021802"
    assert headers["ratelimit-limit"] == "19"
    assert headers["ratelimit-remaining"] == ("18" if stream else "19")
    assert headers["ratelimit-reset"] == "1"


@pytest.mark.anyio
async def test_a_stream_without_new_words_takes_as_long_as_its_run() -> None:
    messages = [{"role": "user", "content": "Hi there"}]
    emulator = Emulator(clock="manual")
    async with open_async_client(emulator) as client, anyio.create_task_group() as tasks:
        bench = Bench(emulator, client, tasks)
        await client.put(CHAT)
        await bench.advance(60)
        await bench.send(1, CHAT, {"messages": messages, "stream": True, "params": {"max_length": 2}})
        assert bench.answers == []
        await bench.advance(0.05)
        assert [answer.text for answer in bench.answers] == [""]


@pytest.mark.parametrize(
    ("token_time", "tokens", "seconds"),
    [
        (timedelta(seconds=1), 2000, "2000.05"),
        (timedelta(milliseconds=95), 10, "1"),
        (timedelta(microseconds=100), 11, "0.051"),
        (timedelta(), 1, "0.05"),
    ],
)
def test_how_time_is_spelled(token_time: timedelta, tokens: int, seconds: str) -> None:
    with open_client(Emulator(settings=Settings(token_time=token_time))) as client:
        body = {"text": "a", "params": {"max_new_tokens": tokens}}
        headers = client.post(GPT2, json=body).headers
    assert headers["inference-time"] == seconds
    cost = Decimal(seconds) * Decimal("0.0000872083")
    assert abs(Decimal(headers["inference-cost"]) - cost) <= Decimal("0.5e-9")


def test_time_passes_while_a_model_runs() -> None:
    emulator = Emulator()
    with open_client(emulator) as client:
        before = emulator.clock.now
        output(client.post(GPT2, json={"text": "a", "params": {"max_new_tokens": 10}}))
        assert emulator.clock.now - before == timedelta(seconds=30.25)
        output(client.post(VECTOR, json={"text": "a"}))
        assert emulator.clock.now - before == timedelta(seconds=60.3)


def test_credits_end() -> None:
    emulator = Emulator(credits=0.0000872083 * 0.3)
    with open_client(emulator) as client, open_client(emulator, "other") as other:
        body = {"text": "a", "params": {"max_new_tokens": 10}}
        for _ in range(2):
            assert client.post(GPT2, json=body).status_code == 200
        for response in (client.post(GPT2, json=body), client.put(VECTOR)):
            assert error(response, 402) == "Payment Required"
            assert response.json() == {
                "status": 402,
                "error": "Payment Required",
                "message": "Insufficient credits. Please add credits to continue.",
                "output": None,
            }
        assert output(client.get(GPT2))["inferences"] == 2
        assert client.patch(GPT2, json={"timeout": 9}).status_code == 200
        assert other.post(GPT2, json=body).status_code == 200


def test_charges_are_not_rounded() -> None:
    # Ten runs of 0.000006104581 dollars each.
    with open_client(Emulator(credits=0.000061)) as client:
        body = {"text": "a", "params": {"max_new_tokens": 1}}
        assert [client.post(GPT2, json=body).status_code for _ in range(11)] == [200] * 10 + [402]


def test_without_credits_nothing_runs() -> None:
    with open_client(Emulator(credits=0)) as client:
        assert client.put(GPT2).status_code == 402
        assert client.post(CHAT, json={"messages": MESSAGES}).status_code == 402
        assert output(client.get("/models/v2/list/clusters")) == []


def test_a_full_queue_refuses_even_the_first_request() -> None:
    emulator = Emulator(settings=Settings(queue_limit=0))
    with open_client(emulator) as client:
        assert error(client.post(GPT2, json={"text": "a"}), 429) == "Rate limit exceeded"
        assert client.post(GPT2, json={"text": "a"}).status_code == 200


class TestServerless:
    def test_models_can_only_be_run(self) -> None:
        with open_client(Emulator(profile="serverless")) as client:
            for method in ("PUT", "GET", "PATCH", "DELETE"):
                response = client.request(method, GPT2)
                assert error(response, 405) == f"method: {method} is not allowed here"
                assert response.headers["allow"] == "POST"
            assert error(client.get("/models/v2/list/clusters"), 404)
            assert output(client.post(GPT2, json={"text": "a"}))
            assert output(client.get("/models/v2/list/tasks"))
            assert output(client.post("/models/v2/request/org/name"))

    def test_a_key_is_not_asked_for_first(self) -> None:
        with open_client(Emulator(profile="serverless"), None) as client:
            assert error(client.get("/models/v2/list/clusters"), 404)
            assert error(client.put(GPT2), 405)
            assert error(client.post(GPT2), 401)
