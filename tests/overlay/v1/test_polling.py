"""The older API: how loading waits for an instance, and requesting for a job."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bytezkit import Progress, errors
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import MODEL, Reply, ScriptedClient, error_reply, fix_jitter, reply

pytestmark = pytest.mark.anyio

STARTED = reply(200, {"model": MODEL, "status": "started", "concurrency": 2})
LOADED = error_reply(409, f"Model {MODEL} is already loaded")
BUSY = reply(429, {"error": f"{MODEL}: operation already in progress: load", "status": "error"})
SHORT = timedelta(seconds=10)


def instance(status: str, **members: object) -> Reply:
    return reply(200, {"model": MODEL, "status": status, **members})


def job(message: str | None = None, *, success: bool = True) -> Reply:
    said = {} if message is None else {"message": message}
    return reply(200, {"model": MODEL, "success": success, "modified": "2024-06-07T22:28:40Z", **said})


RUNNING = instance("RUNNING", concurrency=2)
AVAILABLE = job("Model available")


def load(**options: object) -> Callable[[Any], object]:
    return lambda client: client.v1.load(MODEL, **options)


def wait(**options: object) -> Callable[[Any], object]:
    return lambda client: client.v1.wait_until_running(MODEL, **options)


def wait_for_job(**options: object) -> Callable[[Any], object]:
    return lambda client: client.v1.wait_until_available(MODEL, **options)


def paths(it: ScriptedClient) -> list[str]:
    return [request.url.path for request in it.script.requests]


async def test_loading_starts_the_model_and_looks_until_it_runs(make_client: MakeClient) -> None:
    seen: list[Progress] = []
    it = make_client(STARTED, *map(instance, ["DEPLOYING", "STARTING", "INSTANTIATING", "new"]), RUNNING)
    options = {"concurrency": 2, "idle_timeout": timedelta(minutes=5)}
    up = await it.do(load(on_progress=seen.append, **options))
    assert (up.status, up.concurrency) == ("RUNNING", 2)
    assert paths(it) == ["/model/load", *["/model/status"] * 5]
    expected = f'{{"model":"{MODEL}","concurrency":2,"expirationPeriodSeconds":300}}'
    assert it.script.requests[0].content.decode() == expected
    assert it.clock.pauses == [0.5, 1.0, 2.0, 4.0]
    assert seen == [
        Progress(MODEL, "DEPLOYING", None, timedelta(0)),
        Progress(MODEL, "STARTING", None, timedelta(seconds=0.5)),
        Progress(MODEL, "INSTANTIATING", None, timedelta(seconds=1.5)),
        Progress(MODEL, "new", None, timedelta(seconds=3.5)),
        Progress(MODEL, "RUNNING", None, timedelta(seconds=7.5)),
    ]


@pytest.mark.parametrize("answer", [LOADED, BUSY], ids=["409", "429"])
async def test_a_model_that_was_started_already_is_waited_for_at_once(
    make_client: MakeClient, answer: Reply
) -> None:
    it = make_client(answer, instance("STARTING"), RUNNING)
    assert (await it.do(load())).status == "RUNNING"
    assert paths(it) == ["/model/load", "/model/status", "/model/status"]
    assert it.clock.pauses == [0.5]


async def test_a_service_that_is_busy_is_asked_at_the_waits_own_pace(make_client: MakeClient) -> None:
    it = make_client(BUSY, BUSY, BUSY, RUNNING)
    assert (await it.do(wait())).status == "RUNNING"
    assert it.clock.pauses == [0.5, 1.0, 2.0]


async def test_a_start_that_is_under_way_is_told_at_once(make_client: MakeClient) -> None:
    with pytest.raises(errors.RateLimitError, match="already in progress"):
        await make_client(BUSY).do(lambda client: client.v1.start(MODEL))


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (error_reply(429, "Rate limit exceeded"), errors.RateLimitError),
        (error_reply(429, "Out of free monthly credits"), errors.PaymentRequiredError),
        (error_reply(404, "Model does not exist"), errors.NotFoundError),
        (httpx.ReadError("cut"), errors.ConnectionFailedError),
    ],
)
@pytest.mark.parametrize("before", [[], [STARTED]], ids=["start", "look"])
async def test_what_is_refused_otherwise_ends_the_wait(
    make_client: MakeClient, before: list[Reply], refusal: Reply, error: type[errors.BytezError]
) -> None:
    with pytest.raises(error):
        await make_client(*before, refusal, max_retries=0).do(load())


@pytest.mark.parametrize(
    ("status", "said", "message"),
    [
        ("FAILED", {"error": "CUDA out of memory"}, "is FAILED: CUDA out of memory$"),
        ("FAILED", {}, "is FAILED$"),
        ("error", {"error": "boom"}, "is error: boom$"),
        ("STOPPED", {}, "is STOPPED$"),
    ],
)
async def test_an_instance_that_cannot_come_up_ends_the_wait(
    make_client: MakeClient, status: str, said: dict[str, object], message: str
) -> None:
    seen: list[Progress] = []
    it = make_client(STARTED, instance("STARTING"), instance(status, **said))
    with pytest.raises(errors.ModelFailedError, match=f"the instance of {MODEL} {message}") as caught:
        await it.do(load(on_progress=seen.append))
    assert caught.value.last_status == status
    assert [progress.status for progress in seen] == ["STARTING", status]


@pytest.mark.parametrize(
    ("action", "answer", "message"),
    [
        (load, instance("STARTING"), "not running after 0:00:10; its last status is STARTING"),
        (wait, instance("STARTING"), "not running after 0:00:10; its last status is STARTING"),
        (wait_for_job, job("Model is already queued"), "not available after 0:00:10; its last .* queued"),
    ],
)
async def test_the_wait_ends_in_time_with_the_last_status(
    make_client: MakeClient, action: Any, answer: Reply, message: str
) -> None:
    it = make_client(*[STARTED] * (action is load), *[answer] * 5)
    with pytest.raises(errors.WaitTimeoutError, match=message):
        await it.do(action(timeout=SHORT))
    assert it.clock.pauses == [0.5, 1.0, 2.0, 4.0, 2.5]


async def test_each_request_gets_what_is_left_of_the_wait(make_client: MakeClient) -> None:
    it = make_client(STARTED, instance("STARTING"), RUNNING, deadline=None)
    await it.do(load(timeout=SHORT))
    assert it.request_timeouts() == [10.0, 10.0, 9.5]
    it = make_client(job(), AVAILABLE)
    await it.do(wait_for_job(timeout=SHORT))
    assert it.request_timeouts() == [10.0, 9.5]


async def test_jitter_shortens_the_pauses(make_client: MakeClient) -> None:
    it = make_client(*[job()] * 7, AVAILABLE)
    fix_jitter(it.client, 1.0)
    await it.do(wait_for_job())
    assert it.clock.pauses == [0.25, 0.5, 1.0, 2.0, 2.5, 2.5, 2.5]


async def test_a_model_is_requested_until_it_is_available(make_client: MakeClient) -> None:
    seen: list[Progress] = []
    it = make_client(job(), job("Model is already queued"), AVAILABLE)
    done = await it.do(wait_for_job(on_progress=seen.append))
    assert (done.model_id, done.message, done.available) == (MODEL, "Model available", True)
    assert paths(it) == ["/model/job"] * 3
    assert [(progress.status, progress.instances) for progress in seen] == [
        ("queued", None),
        ("Model is already queued", None),
        ("Model available", None),
    ]


@pytest.mark.parametrize("action", [wait_for_job(), lambda client: client.v1.request(MODEL)])
@pytest.mark.parametrize(
    ("said", "message"), [("no weights", "failed: no weights \\(POST"), (None, "failed \\(POST")]
)
async def test_a_job_that_failed_is_an_error(
    make_client: MakeClient, action: Any, said: str | None, message: str
) -> None:
    with pytest.raises(errors.ModelFailedError, match=f"the job of {MODEL} {message}") as caught:
        await make_client(job(said, success=False)).do(action)
    assert (caught.value.last_status, caught.value.path) == (said, "/model/job")
