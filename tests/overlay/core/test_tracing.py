"""What is told of each attempt: to the log, and to a tracer."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import httpx
import pytest

from bytezkit import Attempt, errors
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import KEY, RUN_PATH, Reply, ScriptedClient, error_reply, output, reply

pytestmark = pytest.mark.anyio


class Tracer:
    """Keeps the attempts, and what was known of them when their context ended."""

    def __init__(self) -> None:
        self.ended: list[tuple[str, str, int, int | None, str | None, timedelta | None]] = []
        self.under_way = 0

    @contextmanager
    def __call__(self, attempt: Attempt) -> Iterator[None]:
        self.under_way += 1
        attempt.headers["traceparent"] = f"00-trace-{attempt.number}"
        attempt.headers["Authorization"] = "Key someone-else"
        try:
            yield
        finally:
            self.under_way -= 1
            self.ended.append(
                (
                    attempt.method,
                    attempt.path,
                    attempt.number,
                    attempt.status,
                    attempt.error,
                    attempt.duration,
                )
            )


def taking(make_client: ScriptedClient, seconds: float, then: Reply) -> Reply:
    """Answer after a while."""

    def answer(request: httpx.Request) -> httpx.Response:
        make_client.clock.now += seconds
        assert not isinstance(then, Exception)
        return then(request)

    return answer


async def test_a_tracer_sees_every_attempt(make_client: MakeClient) -> None:
    tracer = Tracer()
    here = make_client(tracer=tracer)
    here.script.replies = [
        httpx.ConnectError("no route"),
        taking(here, 0.25, error_reply(503)),
        taking(here, 1.5, output("x")),
    ]

    await here.run("Hello")

    assert tracer.under_way == 0
    assert tracer.ended == [
        ("POST", RUN_PATH, 1, None, "ConnectError: no route", timedelta(0)),
        ("POST", RUN_PATH, 2, 503, None, timedelta(seconds=0.25)),
        ("POST", RUN_PATH, 3, 200, None, timedelta(seconds=1.5)),
    ]


async def test_a_tracer_adds_headers_but_replaces_none(make_client: MakeClient) -> None:
    here = make_client(error_reply(503), output("x"), tracer=Tracer())

    await here.run("Hello")

    sent = [request.headers for request in here.script.requests]
    assert [headers["traceparent"] for headers in sent] == ["00-trace-1", "00-trace-2"]
    assert [headers.get_list("authorization") for headers in sent] == [[f"Key {KEY}"]] * 2


async def test_whoever_keeps_the_media_gets_no_headers_of_the_tracer(make_client: MakeClient) -> None:
    tracer = Tracer()
    here = make_client(
        output("https://elsewhere.example/cat.png?signature=secret"),
        reply(200, b"png", content_type="image/png"),
        tracer=tracer,
    )
    draw = here.client.model("a/b", task="text-to-image")
    result = await here.do(lambda _: draw.run("A cat"))

    await here.do(lambda _: result.output.download())

    assert "traceparent" not in here.script.requests[1].headers
    assert tracer.ended[1][:4] == ("GET", "https://elsewhere.example/cat.png", 1, 200)


async def test_an_error_of_a_download_keeps_the_query_to_itself(make_client: MakeClient) -> None:
    here = make_client(output("https://elsewhere.example/cat.png?signature=secret"), reply(403, b"expired"))
    draw = here.client.model("a/b", task="text-to-image")
    result = await here.do(lambda _: draw.run("A cat"))

    with pytest.raises(errors.StatusError) as caught:
        await here.do(lambda _: result.output.download())

    assert caught.value.path == "https://elsewhere.example/cat.png"


async def test_a_tracer_that_fails_fails_the_call(make_client: MakeClient) -> None:
    @contextmanager
    def tracer(_: Attempt) -> Iterator[None]:
        raise LookupError("no exporter")
        yield

    here = make_client(tracer=tracer)

    with pytest.raises(LookupError, match="no exporter"):
        await here.run("Hello")


async def test_every_attempt_is_logged(make_client: MakeClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="bytezkit")
    here = make_client(httpx.ConnectError("no route"), output("x"))

    await here.run("Hello")

    first, second = [record for record in caplog.records if record.name == "bytezkit"]
    assert first.getMessage() == f"POST {RUN_PATH}: ConnectError: no route in 0.000 s (attempt 1)"
    assert second.getMessage() == f"POST {RUN_PATH}: 200 in 0.000 s (attempt 2)"
    members = ("method", "path", "status", "error", "attempt", "duration")
    assert [vars(second)[name] for name in members] == ["POST", RUN_PATH, 200, None, 2, 0.0]


async def test_nothing_is_logged_unasked(make_client: MakeClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    await make_client(output("x")).run("Hello")

    assert [record for record in caplog.records if record.name == "bytezkit"] == []
