"""Clusters: where the service offers none, and how loading waits for one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bytezkit import Progress, errors
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import (
    MODEL,
    RUN_PATH,
    Reply,
    ScriptedClient,
    cluster,
    error_reply,
    fix_jitter,
    output,
)

pytestmark = pytest.mark.anyio

LOADING = output("Loading")
RUNNING = output(cluster("running"))
BUSY = error_reply(429, "operation already in progress")
SHORT = timedelta(seconds=10)


def booting(instances: int = 0) -> Reply:
    return output(cluster("booting instance", instances))


def load(**options: object) -> Callable[[Any], object]:
    return lambda client: client.model(MODEL).load(**options)


def wait(**options: object) -> Callable[[Any], object]:
    return lambda client: client.model(MODEL).cluster.wait_until_running(**options)


def methods(it: ScriptedClient) -> list[str]:
    return [request.method for request in it.script.requests]


OPERATIONS: list[Callable[[Any], object]] = [
    lambda client: client.clusters.list(),
    lambda client: client.model(MODEL).cluster.create(),
    lambda client: client.model(MODEL).cluster.get(),
    lambda client: client.model(MODEL).cluster.update(on=True),
    lambda client: client.model(MODEL).cluster.delete(),
    load(),
    wait(),
]


@pytest.mark.parametrize("action", OPERATIONS)
@pytest.mark.parametrize(
    "answer",
    [
        error_reply(404, "Cannot PUT /models/v2", x_request_id="r-1"),
        error_reply(405, "does not exist", x_request_id="r-1"),
    ],
    ids=["404", "405"],
)
async def test_an_endpoint_that_is_gone_is_told_from_a_cluster_that_is_gone(
    make_client: MakeClient, action: Any, answer: Reply
) -> None:
    it = make_client(answer)
    with pytest.raises(errors.LifecycleUnavailableError, match="run the model directly") as caught:
        await it.do(action)
    error = caught.value
    assert (error.method, error.path, error.request_id) == (it.request().method, it.request().url.path, "r-1")
    assert (error.status, error.attempts, error.__context__) == (int(answer_status(answer)), 1, None)

    missing = make_client(error_reply(404, f"Cluster for {MODEL} does not exist"))
    with pytest.raises(errors.NotFoundError, match="does not exist"):
        await missing.do(action)


def answer_status(answer: Reply) -> int:
    assert callable(answer)
    return answer(httpx.Request("GET", "https://api.example")).status_code


async def test_a_run_of_a_missing_model_has_nothing_to_do_with_clusters(make_client: MakeClient) -> None:
    with pytest.raises(errors.NotFoundError):
        await make_client(error_reply(404, "nothing here")).run("a")


@pytest.mark.parametrize(
    ("action", "again"),
    [(OPERATIONS[1], False), (OPERATIONS[3], True), (OPERATIONS[4], False), (load(), True)],
)
async def test_only_what_does_no_harm_twice_is_sent_again_after_an_unknown_outcome(
    make_client: MakeClient, action: Any, again: bool
) -> None:
    it = make_client(httpx.ReadError("cut"), error_reply(400))
    with pytest.raises(errors.BadRequestError if again else errors.ConnectionFailedError):
        await it.do(action)


async def test_loading_creates_the_cluster_and_reads_it_until_it_is_up(make_client: MakeClient) -> None:
    seen: list[Progress] = []
    it = make_client(LOADING, booting(), booting(1), RUNNING)
    up = await it.do(load(desired=1, max=2, on_progress=seen.append))
    assert up.status == "running"
    assert methods(it) == ["PUT", "GET", "GET", "GET"]
    assert it.script.requests[0].content == b'{"capacity":{"desired":1,"max":2}}'
    assert {request.url.path for request in it.script.requests} == {RUN_PATH}
    assert it.clock.pauses == [0.5, 1.0]
    assert seen == [
        Progress(MODEL, "booting instance", 0, timedelta(0)),
        Progress(MODEL, "booting instance", 1, timedelta(seconds=0.5)),
        Progress(MODEL, "running", 1, timedelta(seconds=1.5)),
    ]


@pytest.mark.parametrize("answer", [error_reply(409, "already exists"), BUSY], ids=["409", "busy"])
async def test_a_cluster_that_is_there_already_is_as_good(make_client: MakeClient, answer: Reply) -> None:
    it = make_client(answer, RUNNING)
    assert (await it.do(load())).status == "running"
    assert it.clock.pauses == []


async def test_a_service_that_is_busy_is_waited_for(make_client: MakeClient) -> None:
    seen: list[Progress] = []
    it = make_client(LOADING, BUSY, BUSY, RUNNING)
    assert (await it.do(load(on_progress=seen.append))).status == "running"
    assert it.clock.pauses == [0.5, 1.0]
    assert [progress.status for progress in seen] == ["running"]


@pytest.mark.parametrize("replies", [[error_reply(429)], [LOADING, error_reply(429)]], ids=["create", "read"])
async def test_a_rate_limit_of_another_kind_ends_the_wait(
    make_client: MakeClient, replies: list[Reply]
) -> None:
    with pytest.raises(errors.RateLimitError):
        await make_client(*replies, max_retries=0).do(load())


@pytest.mark.parametrize("status", ["running", "RUNNING", "on"])
async def test_each_spelling_of_up_is_understood(make_client: MakeClient, status: str) -> None:
    assert (await make_client(output(cluster(status))).do(wait())).status == status


@pytest.mark.parametrize("status", ["off", "failed", "Error", "stopped"])
async def test_a_cluster_that_cannot_come_up_ends_the_wait(make_client: MakeClient, status: str) -> None:
    it = make_client(error_reply(409), booting(), output(cluster(status)))
    with pytest.raises(errors.ModelFailedError, match=f"the cluster of {MODEL} is {status}$") as caught:
        await it.do(load())
    assert caught.value.last_status == status


async def test_a_status_that_is_not_known_is_waited_for(make_client: MakeClient) -> None:
    it = make_client(output(cluster("warming up")), RUNNING)
    assert (await it.do(wait())).status == "running"


@pytest.mark.parametrize("action", [load, wait])
async def test_the_wait_ends_in_time_with_the_last_status(make_client: MakeClient, action: Any) -> None:
    it = make_client(*[LOADING] * (action is load), *[booting()] * 5)
    with pytest.raises(
        errors.WaitTimeoutError, match=r"not running after 0:00:10; its last status is boot"
    ) as caught:
        await it.do(action(timeout=SHORT))
    assert caught.value.last_status == "booting instance"
    assert it.clock.pauses == [0.5, 1.0, 2.0, 4.0, 2.5]


async def test_pauses_grow_to_their_longest_and_jitter_shortens_them(make_client: MakeClient) -> None:
    it = make_client(*[booting()] * 7, RUNNING)
    fix_jitter(it.client, 1.0)
    await it.do(wait())
    assert it.clock.pauses == [0.25, 0.5, 1.0, 2.0, 2.5, 2.5, 2.5]


async def test_each_read_gets_what_is_left_of_the_wait(make_client: MakeClient) -> None:
    it = make_client(LOADING, booting(), RUNNING, deadline=timedelta(seconds=9))
    await it.do(load(timeout=SHORT))
    assert it.request_timeouts() == [9.0, 9.0, 9.0]
    it = make_client(LOADING, booting(), RUNNING, deadline=None)
    await it.do(load(timeout=SHORT))
    assert it.request_timeouts() == [10.0, 10.0, 9.5]


async def test_waiting_no_time_at_all_asks_for_nothing(make_client: MakeClient) -> None:
    it = make_client()
    with pytest.raises(errors.WaitTimeoutError) as caught:
        await it.do(wait(timeout=timedelta(0)))
    assert caught.value.last_status is None


async def test_what_the_callback_raises_ends_the_wait(make_client: MakeClient) -> None:
    def refuse(progress: Progress) -> None:
        raise LookupError(progress.status)

    with pytest.raises(LookupError, match="booting instance"):
        await make_client(booting()).do(wait(on_progress=refuse))
