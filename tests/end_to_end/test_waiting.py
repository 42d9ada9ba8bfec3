"""Waiting for a cluster in virtual time: no test sleeps."""

from datetime import timedelta

import httpx
import pytest

from bytezkit import Bytez, Progress
from bytezkit.errors import ModelFailedError, WaitTimeoutError
from bytezkit.testing import EmulatorClock
from bytezkit_emulator import Emulator

GPT2 = "openai-community/gpt2"


@pytest.fixture
def client() -> Bytez:
    emulator = Emulator(clock="manual")
    return Bytez(
        "key",
        base_url="http://localhost",
        http_client=httpx.Client(transport=emulator.transport),
        clock=EmulatorClock(emulator.clock),
    )


def test_progress_until_running(client: Bytez) -> None:
    seen: list[Progress] = []

    cluster = client.model(GPT2).load(on_progress=seen.append)

    assert cluster.status == "running"
    assert {progress.status for progress in seen[:-1]} == {"booting instance"}
    assert seen[-1].status == "running"
    assert timedelta(seconds=30) <= seen[-1].elapsed <= timedelta(seconds=36)
    assert [progress.elapsed for progress in seen] == sorted(progress.elapsed for progress in seen)


def test_existing_cluster_is_taken(client: Bytez) -> None:
    gpt2 = client.model(GPT2)
    gpt2.cluster.create(max=2)

    assert gpt2.load(max=5).capacity.max == 2


def test_time_runs_out(client: Bytez) -> None:
    with pytest.raises(WaitTimeoutError, match="not running after 0:00:10") as caught:
        client.model(GPT2).load(timeout=timedelta(seconds=10))

    assert caught.value.last_status == "booting instance"


def test_switched_off(client: Bytez) -> None:
    gpt2 = client.model(GPT2)
    gpt2.load()
    assert gpt2.cluster.update(on=False).status == "off"

    with pytest.raises(ModelFailedError, match="is off"):
        gpt2.cluster.wait_until_running()
    gpt2.cluster.update(on=True)
    assert gpt2.cluster.wait_until_running().status == "running"
