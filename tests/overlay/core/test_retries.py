"""Requests are sent again after exact pauses, within the deadline, and never at a cost not asked for."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bytezkit import errors
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import (
    MODEL,
    Reply,
    ScriptedClient,
    error_reply,
    fix_jitter,
    output,
    reply,
)

pytestmark = pytest.mark.anyio

CUT = httpx.ReadError("connection reset")
UNREACHABLE = httpx.ConnectError("connection refused")
TASKS = reply(200, {"output": ["chat"]})


def list_tasks(client: Any) -> object:
    return client.tasks.list()


def run(client: Any) -> object:
    return client.model(MODEL).run("Hello")


@pytest.mark.parametrize(
    ("failures", "pauses"),
    [
        ([], []),
        ([error_reply(429)], [0.5]),
        ([error_reply(503), error_reply(429)], [0.5, 1.0]),
        ([UNREACHABLE, httpx.ConnectTimeout("slow"), httpx.PoolTimeout("full")], [0.5, 1.0, 2.0]),
        (
            [error_reply(429, retry_after="7"), error_reply(503, retry_after="0.25"), error_reply(429)],
            [7.0, 0.25, 2.0],
        ),
    ],
)
async def test_a_run_that_was_refused_or_never_sent_is_sent_again(
    make_client: MakeClient, failures: list[Reply], pauses: list[float]
) -> None:
    it = make_client(*failures, output("Hi"), max_retries=5)
    assert (await it.run("Hello")).output == "Hi"
    assert it.clock.pauses == pauses
    assert len({request.content for request in it.script.requests}) == 1


UNKNOWN: list[Reply] = [
    *(CUT, httpx.ReadTimeout("silence"), httpx.RemoteProtocolError("closed"), httpx.WriteError("reset")),
    *(error_reply(502), error_reply(504)),
]


@pytest.mark.parametrize("failure", UNKNOWN, ids=lambda reply: getattr(reply, "__name__", repr(reply)))
async def test_a_run_whose_outcome_is_unknown_is_sent_again_only_on_request(
    make_client: MakeClient, failure: Reply
) -> None:
    once = make_client(failure)
    with pytest.raises((errors.ConnectionFailedError, errors.ServerError)) as caught:
        await once.run("Hello")
    assert (caught.value.attempts, once.clock.pauses) == (1, [])

    asked = make_client(failure, output("Hi"), retry_unknown_outcomes=True)
    assert (await asked.run("Hello")).output == "Hi"

    option = make_client(failure, output("Hi"))
    option.client = option.client.with_options(retry_unknown_outcomes=True)
    assert (await option.run("Hello")).output == "Hi"

    harmless = make_client(failure, TASKS)
    assert await harmless.do(list_tasks) == ["chat"]


@pytest.mark.parametrize("status", [400, 401, 402, 404, 405, 409, 413, 415, 422, 500, 302])
async def test_a_refusal_for_good_is_not_tried_again(make_client: MakeClient, status: int) -> None:
    it = make_client(error_reply(status, "does not exist"), retry_unknown_outcomes=True)
    with pytest.raises(errors.StatusError) as caught:
        await it.run("Hello")
    assert (caught.value.status, caught.value.attempts) == (status, 1)


async def test_a_lack_of_credits_is_not_tried_again(make_client: MakeClient) -> None:
    it = make_client(error_reply(429, "You ran out of credits", retry_after="1"))
    with pytest.raises(errors.PaymentRequiredError):
        await it.run("Hello")


@pytest.mark.parametrize(("retries", "pauses"), [(0, []), (2, [0.5, 1.0])])
async def test_tries_end_with_the_last_error(
    make_client: MakeClient, retries: int, pauses: list[float]
) -> None:
    replies = [error_reply(429, f"no {number}", x_request_id=f"r-{number}") for number in range(retries + 1)]
    it = make_client(*replies, max_retries=retries)
    with pytest.raises(errors.RateLimitError, match=f"no {retries} ") as caught:
        await it.run("Hello")
    assert (caught.value.attempts, caught.value.request_id) == (retries + 1, f"r-{retries}")
    assert it.clock.pauses == pauses


@pytest.mark.parametrize(
    ("failure", "cause"),
    [(CUT, "ReadError: connection reset"), (httpx.ConnectTimeout(""), "ConnectTimeout")],
)
async def test_a_lost_connection_tells_its_cause(
    make_client: MakeClient, failure: Exception, cause: str
) -> None:
    it = make_client(failure, max_retries=0)
    with pytest.raises(errors.ConnectionFailedError) as caught:
        await it.do(list_tasks)
    assert str(caught.value) == f"{cause} (GET https://api.bytez.com/models/v2/list/tasks)"
    assert caught.value.status is None


async def test_jitter_shortens_the_pauses(make_client: MakeClient) -> None:
    it = make_client(error_reply(429), error_reply(429), TASKS)
    fix_jitter(it.client, 1.0)
    await it.do(list_tasks)
    assert it.clock.pauses == [0.25, 0.5]


def slow(seconds: float, then: Reply) -> Callable[[ScriptedClient], Reply]:
    """Let an answer take its time."""

    def of(it: ScriptedClient) -> Reply:
        def answer(request: httpx.Request) -> httpx.Response:
            it.clock.now += seconds
            assert callable(then)
            return then(request)

        return answer

    return of


@pytest.mark.parametrize(
    ("wait", "spent", "pauses"),
    [("9", 0, [9.0]), ("10", 0, []), ("3600", 0, []), ("5", 4, [5.0]), ("5", 5, [])],
)
async def test_no_pause_goes_beyond_the_deadline(
    make_client: MakeClient, wait: str, spent: float, pauses: list[float]
) -> None:
    it = make_client(TASKS, deadline=timedelta(seconds=10))
    it.script.replies.insert(0, slow(spent, error_reply(429, "slow down", retry_after=wait))(it))
    if pauses:
        assert await it.do(list_tasks) == ["chat"]
    else:
        with pytest.raises(errors.RateLimitError, match="slow down") as caught:
            await it.do(list_tasks)
        assert caught.value.retry_after == timedelta(seconds=float(wait))
    assert it.clock.pauses == pauses


async def test_without_a_deadline_any_wait_is_honoured(make_client: MakeClient) -> None:
    it = make_client(error_reply(429, retry_after="86400"), output("Hi"), deadline=None)
    await it.run("Hello")
    assert it.clock.pauses == [86400.0]
    assert it.request_timeouts() == [None, None]


async def test_each_try_gets_what_is_left_of_the_deadline(make_client: MakeClient) -> None:
    it = make_client(
        error_reply(429, retry_after="4"),
        error_reply(429, retry_after="5"),
        TASKS,
        deadline=timedelta(seconds=10),
    )
    await it.do(list_tasks)
    assert it.request_timeouts() == [10.0, 6.0, 1.0]


async def test_the_deadline_of_a_call_starts_with_the_call(make_client: MakeClient) -> None:
    it = make_client(TASKS, TASKS, deadline=timedelta(seconds=10))
    await it.do(list_tasks)
    it.clock.now += 100
    await it.do(list_tasks)
    assert it.request_timeouts() == [10.0, 10.0]
