"""Attempts of a call: which requests are sent again, when, within which deadline; traces and logs."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bytezkit import Attempt, Clock, errors
from bytezkit._core.config import Origin
from bytezkit._core.effects import Request
from bytezkit._core.exchange import Context, exchange
from bytezkit._core.secrets import Secret
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import RUN_PATH, Reply, error_reply, output, reply
from tests.overlay.scripted_service import KEY, LIMITS, FakeClock, delayed, fix_jitter, resolve

pytestmark = pytest.mark.anyio

CUT = httpx.ReadError("connection reset")
TASKS = reply(200, {"output": ["chat"]})
DEADLINE = timedelta(seconds=10)


def list_tasks(client: Any) -> object:
    return client.tasks.list()


@pytest.mark.parametrize(
    ("failures", "pauses"),
    [
        ([error_reply(503), error_reply(429)], [0.5, 1.0]),
        (
            [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow"), httpx.PoolTimeout("full")],
            [0.5, 1.0, 2.0],
        ),
        (
            [error_reply(429, retry_after="7"), error_reply(503, retry_after="0.25"), error_reply(429)],
            [7.0, 0.25, 2.0],
        ),
    ],
)
async def test_rejected_or_unsent_run_is_retried(
    make_client: MakeClient, failures: list[Reply], pauses: list[float]
) -> None:
    it = make_client(*failures, output("Hi"), max_retries=5)
    assert (await it.run("Hello")).output == "Hi"
    assert it.clock.pauses == pauses
    assert len({request.content for request in it.script.requests}) == 1


@pytest.mark.parametrize(
    "failure",
    [
        *(CUT, httpx.ReadTimeout("silence"), httpx.RemoteProtocolError("closed"), httpx.WriteError("reset")),
        *(error_reply(502), error_reply(504)),
    ],
    ids=["ReadError", "ReadTimeout", "RemoteProtocolError", "WriteError", "502", "504"],
)
async def test_run_with_unknown_outcome_is_retried_only_with_opt_in(
    make_client: MakeClient, failure: Reply
) -> None:
    default = make_client(failure)
    with pytest.raises((errors.ConnectionFailedError, errors.ServerError)) as caught:
        await default.run("Hello")
    assert (caught.value.attempts, default.clock.pauses) == (1, [])

    opt_in = make_client(failure, output("Hi"), retry_unknown_outcomes=True)
    assert (await opt_in.run("Hello")).output == "Hi"

    with_options = make_client(failure, output("Hi"))
    with_options.client = with_options.client.with_options(retry_unknown_outcomes=True)
    assert (await with_options.run("Hello")).output == "Hi"

    repeatable = make_client(failure, TASKS)
    assert await repeatable.do(list_tasks) == ["chat"]


@pytest.mark.parametrize(
    ("status", "message", "error"),
    [
        (302, "no", errors.StatusError),
        (500, "no", errors.ServerError),
        (429, "a/b: operation already in progress: load", errors.RateLimitError),
        (429, "You ran out of credits", errors.PaymentRequiredError),
    ],
)
async def test_other_error_is_not_retried(
    make_client: MakeClient, status: int, message: str, error: type[errors.StatusError]
) -> None:
    it = make_client(error_reply(status, message, retry_after="1"), retry_unknown_outcomes=True)
    with pytest.raises(error) as caught:
        await it.run("Hello")
    assert (caught.value.status, caught.value.attempts) == (status, 1)


@pytest.mark.parametrize(("retries", "pauses"), [(0, []), (2, [0.5, 1.0])])
async def test_last_error_is_raised_after_max_retries(
    make_client: MakeClient, retries: int, pauses: list[float]
) -> None:
    replies = [error_reply(429, f"no {number}", x_request_id=f"r-{number}") for number in range(retries + 1)]
    it = make_client(*replies, max_retries=retries)
    with pytest.raises(errors.RateLimitError, match=f"no {retries} ") as caught:
        await it.run("Hello")
    assert (caught.value.attempts, caught.value.request_id) == (retries + 1, f"r-{retries}")
    assert it.clock.pauses == pauses


async def test_jitter_shortens_backoff_and_extends_retry_after(make_client: MakeClient) -> None:
    it = make_client(error_reply(429), error_reply(429, retry_after="7"), TASKS)
    fix_jitter(it.client, 1.0)
    await it.do(list_tasks)
    assert it.clock.pauses == [0.25, 7.5]


@pytest.mark.parametrize(
    ("retry_after", "duration", "pauses"),
    [("9", 0, [9.0]), ("10", 0, []), ("3600", 0, []), ("5", 4, [5.0]), ("5", 5, [])],
)
async def test_retry_after_beyond_deadline_raises(
    make_client: MakeClient, retry_after: str, duration: float, pauses: list[float]
) -> None:
    it = make_client(TASKS, deadline=DEADLINE)
    it.script.replies.insert(
        0, delayed(it.clock, duration, error_reply(429, "slow down", retry_after=retry_after))
    )
    if pauses:
        assert await it.do(list_tasks) == ["chat"]
    else:
        with pytest.raises(errors.RateLimitError, match="slow down") as caught:
            await it.do(list_tasks)
        assert caught.value.retry_after == timedelta(seconds=float(retry_after))
    assert it.clock.pauses == pauses


async def test_retry_after_is_unbounded_without_deadline(make_client: MakeClient) -> None:
    it = make_client(error_reply(429, retry_after="86400"), output("Hi"), deadline=None)
    await it.run("Hello")
    assert it.clock.pauses == [86400.0]
    assert it.request_timeouts() == [None, None]


async def test_pause_passes_in_real_time_without_a_virtual_clock(make_client: MakeClient) -> None:
    it = make_client(error_reply(429, retry_after="0.02"), TASKS, clock=Clock())
    start = time.monotonic()
    await it.do(list_tasks)
    assert time.monotonic() - start >= 0.02


async def test_attempts_share_one_deadline_per_call(make_client: MakeClient) -> None:
    rejections = [error_reply(429, retry_after="4"), error_reply(429, retry_after="5")]
    it = make_client(*rejections, TASKS, TASKS, deadline=DEADLINE)
    await it.do(list_tasks)
    it.clock.now += 100
    await it.do(list_tasks)
    assert it.request_timeouts() == [10.0, 6.0, 1.0, 10.0]


def test_missing_send_result_raises() -> None:
    origin = Origin(base_url="https://a.example", api_key=Secret("k"), provider_key=None, headers={})
    flow = exchange(Context(LIMITS, FakeClock(), origin), Request(method="GET", path="/x"))
    next(flow)
    with pytest.raises(RuntimeError, match="sent no result back"):
        flow.send(None)


MEDIA_URL = "https://elsewhere.example/cat.png"


class Tracer:
    """Adds headers, and records each attempt when its context ends."""

    def __init__(self) -> None:
        self.ended: list[Attempt] = []
        self.active = 0

    @contextmanager
    def __call__(self, attempt: Attempt) -> Iterator[None]:
        self.active += 1
        attempt.headers["traceparent"] = f"00-trace-{attempt.number}"
        attempt.headers["Authorization"] = "Key someone-else"
        assert (attempt.status, attempt.error, attempt.duration) == (None, None, None)
        try:
            yield
        finally:
            self.active -= 1
            self.ended.append(replace(attempt))


async def test_tracer_sees_every_attempt_and_adds_headers(make_client: MakeClient) -> None:
    tracer = Tracer()
    it = make_client(tracer=tracer)
    it.script.replies = [
        httpx.ConnectError("no route"),
        delayed(it.clock, 0.25, error_reply(503)),
        delayed(it.clock, 1.5, output("x")),
    ]
    await it.run("Hello")
    assert tracer.active == 0
    assert [(a.method, a.path, a.number, a.status, a.error, a.duration) for a in tracer.ended] == [
        ("POST", RUN_PATH, 1, None, "ConnectError: no route", timedelta(0)),
        ("POST", RUN_PATH, 2, 503, None, timedelta(seconds=0.25)),
        ("POST", RUN_PATH, 3, 200, None, timedelta(seconds=1.5)),
    ]
    headers = [request.headers for request in it.script.requests]
    assert [sent["traceparent"] for sent in headers] == [f"00-trace-{number}" for number in (1, 2, 3)]
    assert [sent.get_list("authorization") for sent in headers] == [[f"Key {KEY}"]] * 3


@pytest.mark.parametrize("status", [200, 403])
async def test_download_sends_no_tracer_headers_and_hides_query(make_client: MakeClient, status: int) -> None:
    tracer = Tracer()
    it = make_client(reply(status, b"png", content_type="image/png"), tracer=tracer)
    with pytest.raises(errors.StatusError) if status == 403 else nullcontext():
        assert await resolve(it.client.media(f"{MEDIA_URL}?signature=secret").download()) == b"png"
    assert "traceparent" not in it.request().headers
    [attempt] = tracer.ended
    assert (attempt.method, attempt.path, attempt.number, attempt.status) == ("GET", MEDIA_URL, 1, status)


async def test_error_of_tracer_fails_the_call(make_client: MakeClient) -> None:
    @contextmanager
    def tracer(_: Attempt) -> Iterator[None]:
        raise LookupError("no exporter")
        yield

    with pytest.raises(LookupError, match="no exporter"):
        await make_client(tracer=tracer).run("Hello")


async def test_attempts_are_logged_at_debug_level_only(
    make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    it = make_client(output("x"), httpx.ConnectError("no route"), output("x"))
    for level in (logging.INFO, logging.DEBUG):
        caplog.set_level(level, logger="bytezkit")
        await it.run("Hello")
    first, second = (record for record in caplog.records if record.name == "bytezkit")
    assert first.getMessage() == f"POST {RUN_PATH}: ConnectError: no route in 0.000 s (attempt 1)"
    assert second.getMessage() == f"POST {RUN_PATH}: 200 in 0.000 s (attempt 2)"
    expected = {"method": "POST", "path": RUN_PATH, "status": 200, "error": None, "attempt": 2}
    assert vars(second).items() >= {**expected, "duration": 0.0}.items()
