"""Clusters: a service without them, and waiting until one runs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bytezkit import Progress, errors
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import MODEL, RUN_PATH, Reply, cluster, error_reply, fix_jitter, output

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


def create(client: Any) -> object:
    return client.model(MODEL).cluster.create()


def update(client: Any) -> object:
    return client.model(MODEL).cluster.update(on=True)


def delete(client: Any) -> object:
    return client.model(MODEL).cluster.delete()


OPERATIONS: list[Callable[[Any], object]] = [
    *(create, update, delete, load(), wait()),
    *(lambda client: client.clusters.list(), lambda client: client.model(MODEL).cluster.get()),
]


@pytest.mark.parametrize("action", OPERATIONS)
@pytest.mark.parametrize(("status", "message"), [(404, "Cannot PUT /models/v2"), (405, "does not exist")])
async def test_removed_endpoint_raises_lifecycle_unavailable(
    make_client: MakeClient, action: Any, status: int, message: str
) -> None:
    it = make_client(error_reply(status, message, x_request_id="r-1"))
    with pytest.raises(errors.LifecycleUnavailableError, match="run the model directly") as caught:
        await it.do(action)
    error, request = caught.value, it.request()
    assert (error.method, error.path, error.request_id) == (request.method, request.url.path, "r-1")
    assert (error.status, error.attempts, error.__context__) == (status, 1, None)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        *((action, f"Cluster for {MODEL} does not exist") for action in OPERATIONS),
        (lambda client: client.model(MODEL).run("a"), "nothing here"),
    ],
)
async def test_missing_cluster_or_model_raises_not_found(
    make_client: MakeClient, action: Any, message: str
) -> None:
    with pytest.raises(errors.NotFoundError, match=message):
        await make_client(error_reply(404, message)).do(action)


@pytest.mark.parametrize(
    ("action", "is_retried"), [(create, False), (update, True), (delete, False), (load(), True)]
)
async def test_only_repeatable_operation_is_retried_after_unknown_outcome(
    make_client: MakeClient, action: Any, is_retried: bool
) -> None:
    it = make_client(httpx.ReadError("cut"), error_reply(400))
    with pytest.raises(errors.BadRequestError if is_retried else errors.ConnectionFailedError):
        await it.do(action)


async def test_load_creates_cluster_and_polls_until_running(make_client: MakeClient) -> None:
    seen: list[Progress] = []
    it = make_client(LOADING, booting(), booting(1), RUNNING)
    found = await it.do(load(desired=1, max=2, on_progress=seen.append))
    assert found.status == "running"
    requests = it.script.requests
    assert [request.method for request in requests] == ["PUT", "GET", "GET", "GET"]
    assert requests[0].content == b'{"capacity":{"desired":1,"max":2}}'
    assert {request.url.path for request in requests} == {RUN_PATH}
    assert it.clock.pauses == [0.5, 1.0]
    assert seen == [
        Progress(MODEL, "booting instance", 0, timedelta(0)),
        Progress(MODEL, "booting instance", 1, timedelta(seconds=0.5)),
        Progress(MODEL, "running", 1, timedelta(seconds=1.5)),
    ]


@pytest.mark.parametrize(
    ("instances", "text"),
    [(None, "a/b: booting instance (61.2 s)"), (2, "a/b: booting instance, 2 instances (61.2 s)")],
)
def test_progress_is_printed_as_one_line(instances: int | None, text: str) -> None:
    assert str(Progress("a/b", "booting instance", instances, timedelta(seconds=61.24))) == text


@pytest.mark.parametrize(
    ("action", "replies", "pauses"),
    [
        (load(), [error_reply(409, "already exists"), RUNNING], []),
        (load(), [BUSY, RUNNING], []),
        (load(), [LOADING, BUSY, BUSY, RUNNING], [0.5, 1.0]),
        (wait(), [output(cluster("RUNNING"))], []),
        (wait(), [output(cluster("on"))], []),
        (wait(), [output(cluster("warming up")), RUNNING], [0.5]),
    ],
)
async def test_wait_tolerates_existing_cluster_and_operation_in_progress(
    make_client: MakeClient, action: Any, replies: list[Reply], pauses: list[float]
) -> None:
    it = make_client(*replies)
    assert (await it.do(action)).running
    assert it.clock.pauses == pauses


@pytest.mark.parametrize("replies", [[error_reply(429)], [LOADING, error_reply(429)]], ids=["create", "read"])
async def test_rate_limit_ends_wait(make_client: MakeClient, replies: list[Reply]) -> None:
    with pytest.raises(errors.RateLimitError):
        await make_client(*replies, max_retries=0).do(load())


@pytest.mark.parametrize("status", ["off", "failed", "Error", "stopped"])
async def test_stopped_cluster_ends_wait(make_client: MakeClient, status: str) -> None:
    it = make_client(error_reply(409), booting(), output(cluster(status)))
    with pytest.raises(errors.ModelFailedError, match=f"the cluster of {MODEL} is {status}$") as caught:
        await it.do(load())
    assert caught.value.last_status == status


@pytest.mark.parametrize(("action", "before"), [(load, [LOADING]), (wait, [])])
async def test_wait_timeout_names_last_status(
    make_client: MakeClient, action: Any, before: list[Reply]
) -> None:
    it = make_client(*before, *[booting()] * 5)
    with pytest.raises(
        errors.WaitTimeoutError, match=r"not running after 0:00:10; its last status is boot"
    ) as caught:
        await it.do(action(timeout=SHORT))
    assert caught.value.last_status == "booting instance"
    assert it.clock.pauses == [0.5, 1.0, 2.0, 4.0, 2.5]


async def test_jitter_shortens_pauses_of_wait(make_client: MakeClient) -> None:
    it = make_client(*[booting()] * 7, RUNNING)
    fix_jitter(it.client, 1.0)
    await it.do(wait())
    assert it.clock.pauses == [0.25, 0.5, 1.0, 2.0, 2.5, 2.5, 2.5]


@pytest.mark.parametrize(
    ("deadline", "timeouts"), [(timedelta(seconds=9), [9.0, 9.0, 9.0]), (None, [10.0, 10.0, 9.5])]
)
async def test_each_request_gets_shorter_of_deadline_and_remaining_wait(
    make_client: MakeClient, deadline: timedelta | None, timeouts: list[float]
) -> None:
    it = make_client(LOADING, booting(), RUNNING, deadline=deadline)
    await it.do(load(timeout=SHORT))
    assert it.request_timeouts() == timeouts


async def test_zero_timeout_sends_nothing(make_client: MakeClient) -> None:
    with pytest.raises(errors.WaitTimeoutError) as caught:
        await make_client().do(wait(timeout=timedelta(0)))
    assert caught.value.last_status is None


async def test_error_of_progress_callback_ends_wait(make_client: MakeClient) -> None:
    def fail(progress: Progress) -> None:
        raise LookupError(progress.status)

    with pytest.raises(LookupError, match="booting instance"):
        await make_client(booting()).do(wait(on_progress=fail))
