"""Polling of clusters and of models of the v1 API in virtual time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bytezkit import Bytez, Progress
from bytezkit.errors import NotFoundError, WaitTimeoutError

GPT2 = "openai-community/gpt2"
NEW = "example/new-model"


@pytest.mark.parametrize(
    ("load", "booting", "running"),
    [
        (lambda client, **options: client.model(GPT2).load(**options), "booting instance", "running"),
        (lambda client, **options: client.v1.load(GPT2, **options), "DEPLOYING", "RUNNING"),
    ],
)
def test_load_reports_progress_until_running_or_timeout(
    virtual_client: Bytez, load: Callable[..., Any], booting: str, running: str
) -> None:
    with pytest.raises(WaitTimeoutError, match="not running after 0:00:10") as caught:
        load(virtual_client, timeout=timedelta(seconds=10))
    assert caught.value.last_status == booting

    seen: list[Progress] = []
    assert load(virtual_client, on_progress=seen.append).status == running
    assert {progress.status for progress in seen[:-1]} == {booting}
    assert seen[-1].status == running
    assert timedelta(seconds=20) <= seen[-1].elapsed <= timedelta(seconds=26)
    assert [progress.elapsed for progress in seen] == sorted(progress.elapsed for progress in seen)


def test_wait_until_available_ends_with_the_job(virtual_client: Bytez) -> None:
    v1, seen = virtual_client.v1, list[Progress]()
    with pytest.raises(NotFoundError, match="Model does not exist"):
        v1.start(NEW)
    with pytest.raises(WaitTimeoutError, match="not available after 0:00:10"):
        v1.wait_until_available("example/slow-model", timeout=timedelta(seconds=10))

    job = v1.wait_until_available(NEW, on_progress=seen.append)

    assert job.available
    assert job.started is not None
    assert job.ended is not None
    assert seen[0].status == "queued"
    assert seen[-1].status == "Model available"
    assert v1.load(NEW).status == "RUNNING"
