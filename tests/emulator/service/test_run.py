"""Runs: meter headers, durations, charges, plans and the serverless profile."""

from typing import Final

import httpx
import pytest

from bytezkit_emulator import Emulator, Settings
from tests.emulator.clients import (
    GPT2,
    GPT2_ID,
    error,
    open_client,
)
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


def test_charges_are_not_rounded() -> None:
    # Ten runs at 0.000006104581 US dollars.
    with open_client(Emulator(credits=0.000061)) as client:
        body = {"text": "a", "params": {"max_new_tokens": 1}}
        assert [client.post(GPT2, json=body).status_code for _ in range(11)] == [200] * 10 + [402]


TEXT: Final = {"text": "a"}
V1: Final = {"model": GPT2_ID, "text": "a"}
CHAT_RUN: Final = {"messages": [{"role": "user", "content": "Hi"}]}
REJECTED: Final = "Rejected: your plan allows for 1 concurrency"


def open_session() -> Session:
    return Session(Emulator(clock="manual", settings=Settings(plan_concurrency=1)))


def test_limit_stays_after_restore_and_reset() -> None:
    emulator = Emulator(clock="manual", settings=Settings(plan_concurrency=1))
    with Session(emulator) as session:
        emulator.state.snapshot("before")
        for is_restored in (True, False):
            first = session.send("POST", GPT2, TEXT)
            if is_restored:
                emulator.state.restore("before")
            else:
                emulator.reset()
            session.settle()
            assert not first.is_pending
            session.send("POST", GPT2, TEXT)
            assert error(session.request("POST", GPT2, TEXT), 429) == REJECTED


def test_plan_without_runs_is_refused() -> None:
    with pytest.raises(ValueError, match="plan_concurrency must be 1 or greater"):
        Settings(plan_concurrency=0)
