"""Runs: meter headers, durations, charges and the serverless profile."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from bytezkit_emulator import Emulator, Settings
from tests.emulator.clients import CHAT, CLUSTERS, GPT2, TASKS, error, open_client, output
from tests.emulator.session import Session

MESSAGES = [{"role": "user", "content": "Hi there"}]
TEN_TOKENS = {"text": "a", "params": {"max_new_tokens": 10}}


@pytest.mark.parametrize("stream", [False, True])
def test_run_has_meter_and_rate_limit_headers(client: httpx.Client, stream: bool) -> None:
    assert client.put(GPT2, json={"capacity": {"max": 3}}).status_code == 202
    headers = client.post(GPT2, json={**TEN_TOKENS, "stream": stream}).headers
    expected = {
        "inference-meter": "micro-free",
        "inference-meter-price": "0.0000872083 / sec",
        "inference-time": "0.25",
        "inference-cost": "0.000021802",
        "ratelimit-limit": "19",
        "ratelimit-remaining": "18" if stream else "19",
        "ratelimit-reset": "1",
    }
    assert {name: headers[name] for name in expected} == expected


def test_stream_without_new_tokens_takes_the_time_of_its_run() -> None:
    with Session(Emulator(clock="manual")) as session:
        session.request("PUT", CHAT)
        session.advance(60)
        body = {"messages": MESSAGES, "stream": True, "params": {"max_length": 2}}
        stream = session.send("POST", CHAT, body)
        assert not stream.is_complete
        session.advance(0.05)
        assert (stream.is_complete, stream.content) == (True, b"")


@pytest.mark.parametrize(
    ("token_time", "tokens", "seconds"),
    [
        (timedelta(seconds=1), 2000, "2000.05"),
        (timedelta(milliseconds=95), 10, "1"),
        (timedelta(microseconds=100), 11, "0.051"),
        (timedelta(), 1, "0.05"),
    ],
)
def test_inference_time_is_in_plain_notation(token_time: timedelta, tokens: int, seconds: str) -> None:
    with open_client(Emulator(settings=Settings(token_time=token_time))) as client:
        headers = client.post(GPT2, json={"text": "a", "params": {"max_new_tokens": tokens}}).headers
    assert headers["inference-time"] == seconds
    cost = Decimal(seconds) * Decimal("0.0000872083")
    assert abs(Decimal(headers["inference-cost"]) - cost) <= Decimal("0.5e-9")


def test_charges_are_not_rounded() -> None:
    # Ten runs at 0.000006104581 US dollars.
    with open_client(Emulator(credits=0.000061)) as client:
        body = {"text": "a", "params": {"max_new_tokens": 1}}
        assert [client.post(GPT2, json=body).status_code for _ in range(11)] == [200] * 10 + [402]


def test_serverless_profile_has_no_clusters() -> None:
    emulator = Emulator(profile="serverless")
    with open_client(emulator) as client, open_client(emulator, None) as keyless:
        for method in ("PUT", "GET", "PATCH", "DELETE"):
            response = client.request(method, GPT2)
            assert error(response, 405) == f"method: {method} is not allowed here"
            assert response.headers["allow"] == "POST"
            assert error(keyless.request(method, GPT2), 405)
        assert error(client.get(CLUSTERS), 404) == error(keyless.get(CLUSTERS), 404)
        assert error(keyless.post(GPT2), 401)
        assert output(client.post(GPT2, json={"text": "a"}))
        assert output(client.get(TASKS))
        assert output(client.post("/models/v2/request/org/name"))
