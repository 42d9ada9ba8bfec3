"""The v1 API: waiting for an instance and for a job."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bytezkit import Progress, errors
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import MODEL, Reply, error_reply, reply

pytestmark = pytest.mark.anyio

STARTED = reply(200, {"model": MODEL, "status": "started", "concurrency": 2})
LOADED = error_reply(409, f"Model {MODEL} is already loaded")
BUSY = reply(429, {"error": f"{MODEL}: operation already in progress: load", "status": "error"})
SHORT = timedelta(seconds=10)


def instance(status: str, **members: object) -> Reply:
    return reply(200, {"model": MODEL, "status": status, **members})


def job(message: str | None = None, *, success: bool = True) -> Reply:
    members = {} if message is None else {"message": message}
    return reply(200, {"model": MODEL, "success": success, "modified": "2024-06-07T22:28:40Z", **members})


RUNNING = instance("RUNNING", concurrency=2)
AVAILABLE = job("Model available")


def load(**options: object) -> Callable[[Any], object]:
    return lambda client: client.v1.load(MODEL, **options)


def wait(**options: object) -> Callable[[Any], object]:
    return lambda client: client.v1.wait_until_running(MODEL, **options)


def wait_for_job(**options: object) -> Callable[[Any], object]:
    return lambda client: client.v1.wait_until_available(MODEL, **options)


async def test_load_starts_instance_and_polls_until_running(make_client: MakeClient) -> None:
    seen: list[Progress] = []
    it = make_client(STARTED, *map(instance, ["DEPLOYING", "STARTING", "INSTANTIATING", "new"]), RUNNING)
    options = {"concurrency": 2, "idle_timeout": timedelta(minutes=5)}
    found = await it.do(load(on_progress=seen.append, **options))
    assert (found.status, found.concurrency) == ("RUNNING", 2)
    requests = it.script.requests
    assert [request.url.path for request in requests] == ["/model/load", *["/model/status"] * 5]
    expected = f'{{"model":"{MODEL}","concurrency":2,"expirationPeriodSeconds":300}}'
    assert requests[0].content.decode() == expected
    assert it.clock.pauses == [0.5, 1.0, 2.0, 4.0]
    assert seen == [
        Progress(MODEL, status, None, timedelta(seconds=elapsed))
        for status, elapsed in [
            *(("DEPLOYING", 0), ("STARTING", 0.5), ("INSTANTIATING", 1.5), ("new", 3.5), ("RUNNING", 7.5))
        ]
    ]


@pytest.mark.parametrize(
    ("action", "replies", "pauses"),
    [
        (load(), [LOADED, instance("STARTING"), RUNNING], [0.5]),
        (load(), [BUSY, instance("STARTING"), RUNNING], [0.5]),
        (wait(), [BUSY, BUSY, BUSY, RUNNING], [0.5, 1.0, 2.0]),
    ],
)
async def test_wait_tolerates_started_model_and_operation_in_progress(
    make_client: MakeClient, action: Any, replies: list[Reply], pauses: list[float]
) -> None:
    it = make_client(*replies)
    assert (await it.do(action)).status == "RUNNING"
    assert {request.url.path for request in it.script.requests[1:]} == {"/model/status"}
    assert it.clock.pauses == pauses


async def test_start_raises_if_operation_is_in_progress(make_client: MakeClient) -> None:
    with pytest.raises(errors.RateLimitError, match="already in progress"):
        await make_client(BUSY).do(lambda client: client.v1.start(MODEL))


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (error_reply(429, "Rate limit exceeded"), errors.RateLimitError),
        (error_reply(429, "Out of free monthly credits"), errors.PaymentRequiredError),
        (error_reply(404, "Model does not exist"), errors.NotFoundError),
        (httpx.ReadError("cut"), errors.ConnectionFailedError),
    ],
)
@pytest.mark.parametrize("before", [[], [STARTED]], ids=["start", "status"])
async def test_other_failure_ends_wait(
    make_client: MakeClient, before: list[Reply], failure: Reply, error: type[errors.BytezError]
) -> None:
    with pytest.raises(error):
        await make_client(*before, failure, max_retries=0).do(load())


@pytest.mark.parametrize(
    ("status", "members", "message"),
    [
        ("FAILED", {"error": "CUDA out of memory"}, "is FAILED: CUDA out of memory$"),
        ("FAILED", {}, "is FAILED$"),
        ("error", {"error": "boom"}, "is error: boom$"),
        ("STOPPED", {}, "is STOPPED$"),
    ],
)
async def test_failed_instance_ends_wait(
    make_client: MakeClient, status: str, members: dict[str, object], message: str
) -> None:
    seen: list[Progress] = []
    it = make_client(STARTED, instance("STARTING"), instance(status, **members))
    with pytest.raises(errors.ModelFailedError, match=f"the instance of {MODEL} {message}") as caught:
        await it.do(load(on_progress=seen.append))
    assert caught.value.last_status == status
    assert [progress.status for progress in seen] == ["STARTING", status]


@pytest.mark.parametrize(
    ("action", "replies", "message"),
    [
        (load, [STARTED, *[instance("STARTING")] * 5], "not running after 0:00:10; its last status is STAR"),
        (wait, [instance("STARTING")] * 5, "not running after 0:00:10; its last status is STARTING"),
        (wait_for_job, [job("queued")] * 5, "not available after 0:00:10; its last status is queued"),
    ],
)
async def test_wait_timeout_names_last_status(
    make_client: MakeClient, action: Any, replies: list[Reply], message: str
) -> None:
    it = make_client(*replies, deadline=None)
    with pytest.raises(errors.WaitTimeoutError, match=message):
        await it.do(action(timeout=SHORT))
    assert it.clock.pauses == [0.5, 1.0, 2.0, 4.0, 2.5]
    assert it.request_timeouts()[-5:] == [10.0, 9.5, 8.5, 6.5, 2.5]


async def test_wait_until_available_requests_job_until_available(make_client: MakeClient) -> None:
    seen: list[Progress] = []
    it = make_client(job(), job("Model is already queued"), AVAILABLE)
    found = await it.do(wait_for_job(on_progress=seen.append))
    assert (found.model_id, found.message, found.available) == (MODEL, "Model available", True)
    assert [request.url.path for request in it.script.requests] == ["/model/job"] * 3
    assert [(progress.status, progress.instances) for progress in seen] == [
        ("queued", None),
        ("Model is already queued", None),
        ("Model available", None),
    ]


@pytest.mark.parametrize("action", [wait_for_job(), lambda client: client.v1.request(MODEL)])
@pytest.mark.parametrize(
    ("job_message", "message"), [("no weights", "failed: no weights \\(POST"), (None, "failed \\(POST")]
)
async def test_failed_job_raises_model_failed(
    make_client: MakeClient, action: Any, job_message: str | None, message: str
) -> None:
    with pytest.raises(errors.ModelFailedError, match=f"the job of {MODEL} {message}") as caught:
        await make_client(job(job_message, success=False)).do(action)
    assert (caught.value.last_status, caught.value.path) == (job_message, "/model/job")
