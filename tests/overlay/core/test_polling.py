"""Waiting for a cluster (v2), an instance (v1) or a job (v1): polling, progress, failures and timeouts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bytezkit import Progress, errors
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import MODEL, RUN_PATH, Reply, cluster, error_reply, output, reply
from tests.overlay.scripted_service import fix_jitter

pytestmark = pytest.mark.anyio


def instance(status: str, **members: object) -> Reply:
    return reply(200, {"model": MODEL, "status": status, **members})


def job(message: str | None = None, *, success: bool = True) -> Reply:
    members = {} if message is None else {"message": message}
    return reply(200, {"model": MODEL, "success": success, "modified": "2024-06-07T22:28:40Z", **members})


LOADING = output("Loading")
BOOTING, RUNNING = output(cluster("booting instance", 0)), output(cluster())
BUSY = error_reply(429, f"{MODEL}: operation already in progress: load")
STARTED = reply(200, {"model": MODEL, "status": "started", "concurrency": 2})
STARTING, V1_RUNNING = instance("STARTING"), instance("RUNNING", concurrency=2)
LIMITED = error_reply(429, "Rate limit exceeded")

Action = Callable[..., Callable[[Any], object]]


def action_of(method: Callable[[Any], Callable[..., object]], *arguments: object) -> Action:
    return lambda **options: lambda client: method(client)(*arguments, **options)


load = action_of(lambda client: client.model(MODEL).load)
wait = action_of(lambda client: client.model(MODEL).cluster.wait_until_running)
v1_load = action_of(lambda client: client.v1.load, MODEL)
v1_wait_for_job = action_of(lambda client: client.v1.wait_until_available, MODEL)


# Action, options, replies, requests, and progress.
@pytest.mark.parametrize(
    "case",
    [
        (
            load,
            {"desired": 1, "max": 2},
            [LOADING, BOOTING, output(cluster("booting instance", 1)), RUNNING],
            [f"PUT {RUN_PATH} " + '{"capacity":{"desired":1,"max":2}}', *[f"GET {RUN_PATH} "] * 3],
            [("booting instance", 0, 0), ("booting instance", 1, 0.5), ("running", 1, 1.5)],
        ),
        (
            v1_load,
            {"concurrency": 2, "idle_timeout": timedelta(minutes=5)},
            [STARTED, *map(instance, ["DEPLOYING", "STARTING", "new"]), V1_RUNNING],
            [
                f'POST /model/load {{"model":"{MODEL}","concurrency":2,"expirationPeriodSeconds":300}}',
                *[f'POST /model/status {{"model":"{MODEL}"}}'] * 4,
            ],
            [("DEPLOYING", None, 0), ("STARTING", None, 0.5), ("new", None, 1.5), ("RUNNING", None, 3.5)],
        ),
        (
            v1_wait_for_job,
            {},
            [job(), job("Model is already queued"), job("Model available")],
            [f'POST /model/job {{"model":"{MODEL}"}}'] * 3,
            [("queued", None, 0), ("Model is already queued", None, 0.5), ("Model available", None, 1.5)],
        ),
    ],
)
async def test_progress_is_reported_for_each_poll(make_client: MakeClient, case: Any) -> None:
    action, options, replies, requests, progress = case
    seen: list[Progress] = []
    it = make_client(*replies)
    found = await it.do(action(on_progress=seen.append, **options))
    assert found.available if action is v1_wait_for_job else found.status == progress[-1][0]
    sent = [f"{it.method} {it.url.path} {it.content.decode()}" for it in it.script.requests]
    assert sent == requests
    assert seen == [Progress(MODEL, it, count, timedelta(seconds=after)) for it, count, after in progress]


@pytest.mark.parametrize(
    ("action", "replies", "pauses"),
    [
        (load(), [error_reply(409, "already exists"), RUNNING], []),
        (load(), [BUSY, RUNNING], []),
        (load(), [LOADING, BUSY, BUSY, RUNNING], [0.5, 1.0]),
        (wait(), [output(cluster("RUNNING"))], []),
        (wait(), [output(cluster("warming up")), RUNNING], [0.5]),
        (v1_load(), [error_reply(409, "already loaded"), STARTING, V1_RUNNING], [0.5]),
        (v1_load(), [BUSY, STARTING, V1_RUNNING], [0.5]),
    ],
)
async def test_wait_tolerates_loaded_model_and_operation_in_progress(
    make_client: MakeClient, action: Any, replies: list[Reply], pauses: list[float]
) -> None:
    it = make_client(*replies)
    assert (await it.do(action)).status.lower() in {"running", "on"}
    assert it.clock.pauses == pauses


@pytest.mark.parametrize(
    ("action", "replies", "error"),
    [
        (load(), [LIMITED], errors.RateLimitError),
        (load(), [LOADING, LIMITED], errors.RateLimitError),
        (v1_load(), [LIMITED], errors.RateLimitError),
        (v1_load(), [STARTED, LIMITED], errors.RateLimitError),
        (v1_load(), [STARTED, error_reply(429, "Out of free monthly credits")], errors.PaymentRequiredError),
        (v1_load(), [STARTED, httpx.ReadError("cut")], errors.ConnectionFailedError),
        (lambda client: client.v1.start(MODEL), [BUSY], errors.RateLimitError),
    ],
)
async def test_other_failure_ends_wait(
    make_client: MakeClient, action: Any, replies: list[Reply], error: type[errors.BytezError]
) -> None:
    with pytest.raises(error):
        await make_client(*replies, max_retries=0).do(action)


@pytest.mark.parametrize(
    ("action", "last", "status", "message"),
    [
        *(
            (load, output(cluster(it)), it, f"cluster of {MODEL} is {it}$")
            for it in ("failed", "Error", "stopped")
        ),
        (v1_load, instance("FAILED", error="CUDA"), "FAILED", f"the instance of {MODEL} is FAILED: CUDA$"),
        (v1_load, instance("error", error="boom"), "error", f"the instance of {MODEL} is error: boom$"),
    ],
)
async def test_failed_status_ends_wait(
    make_client: MakeClient, action: Action, last: Reply, status: str, message: str
) -> None:
    seen: list[Progress] = []
    it = make_client(error_reply(409), BOOTING if action is load else STARTING, last)
    with pytest.raises(errors.ModelFailedError, match=message) as caught:
        await it.do(action(on_progress=seen.append))
    assert caught.value.last_status == seen[-1].status == status
    assert len(seen) == 2


@pytest.mark.parametrize("action", [v1_wait_for_job(), lambda client: client.v1.request(MODEL)])
@pytest.mark.parametrize("reason", ["no weights", None])
async def test_failed_job_raises_model_failed(
    make_client: MakeClient, action: Any, reason: str | None
) -> None:
    with pytest.raises(errors.ModelFailedError) as caught:
        await make_client(job(reason, success=False)).do(action)
    assert caught.value.message == f"the job of {MODEL} failed" + (f": {reason}" if reason else "")
    assert (caught.value.last_status, caught.value.path) == (reason, "/model/job")


# Action, replies before polling, reply to polls, and message.
@pytest.mark.parametrize(
    "case",
    [
        (load, [LOADING], BOOTING, "not running after 0:00:10; its last status is booting instance"),
        (v1_load, [STARTED], STARTING, "not running after 0:00:10; its last status is STARTING"),
        (v1_wait_for_job, [], job("busy"), "not available after 0:00:10; its last status is busy"),
    ],
)
@pytest.mark.parametrize(("deadline", "longest"), [(timedelta(seconds=9), 9.0), (None, 10.0)])
async def test_wait_timeout_bounds_requests_and_names_last_status(
    make_client: MakeClient, case: Any, deadline: timedelta | None, longest: float
) -> None:
    action, first, poll, message = case
    it = make_client(*first, *[poll] * 5, deadline=deadline)
    with pytest.raises(errors.WaitTimeoutError, match=message) as caught:
        await it.do(action(timeout=timedelta(seconds=10)))
    assert message.endswith(caught.value.last_status or "")
    assert it.clock.pauses == [0.5, 1.0, 2.0, 4.0, 2.5]
    timeouts = [min(seconds, longest) for seconds in (10.0, 9.5, 8.5, 6.5, 2.5)]
    assert it.request_timeouts() == [longest] * len(first) + timeouts


async def test_jitter_shortens_pauses_of_wait(make_client: MakeClient) -> None:
    it = make_client(*[BOOTING] * 7, RUNNING)
    fix_jitter(it.client, 1.0)
    await it.do(wait())
    assert it.clock.pauses == [0.25, 0.5, 1.0, 2.0, 2.5, 2.5, 2.5]


async def test_zero_timeout_sends_nothing(make_client: MakeClient) -> None:
    with pytest.raises(errors.WaitTimeoutError, match="its last status is None"):
        await make_client().do(wait(timeout=timedelta(0)))


async def test_error_of_progress_callback_ends_wait(make_client: MakeClient) -> None:
    def fail(progress: Progress) -> None:
        raise LookupError(progress.status)

    with pytest.raises(LookupError, match="booting instance"):
        await make_client(BOOTING).do(wait(on_progress=fail))
