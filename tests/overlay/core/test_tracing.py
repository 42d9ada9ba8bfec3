"""Tracing and logging of attempts."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from bytezkit import Attempt, errors
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import RUN_PATH, error_reply, output, reply
from tests.overlay.scripted_service import KEY, delayed, resolve

pytestmark = pytest.mark.anyio

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
    media = it.client.media(f"{MEDIA_URL}?signature=secret")
    if status == 200:
        assert await resolve(media.download()) == b"png"
    else:
        with pytest.raises(errors.StatusError) as caught:
            await resolve(media.download())
        assert caught.value.path == MEDIA_URL
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


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
async def test_attempts_are_logged_at_debug_level_only(
    make_client: MakeClient, caplog: pytest.LogCaptureFixture, level: int
) -> None:
    caplog.set_level(level, logger="bytezkit")
    await make_client(httpx.ConnectError("no route"), output("x")).run("Hello")
    records = [record for record in caplog.records if record.name == "bytezkit"]
    if level == logging.INFO:
        assert records == []
        return
    assert [record.getMessage() for record in records] == [
        f"POST {RUN_PATH}: ConnectError: no route in 0.000 s (attempt 1)",
        f"POST {RUN_PATH}: 200 in 0.000 s (attempt 2)",
    ]
    expected = {"method": "POST", "path": RUN_PATH, "status": 200, "error": None, "attempt": 2}
    assert vars(records[1]).items() >= {**expected, "duration": 0.0}.items()
