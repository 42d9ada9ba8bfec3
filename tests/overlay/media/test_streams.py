"""Text and media as they come: whole, cut, silent, closed early."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio.lowlevel
import httpx
import pytest

from bytezkit import AsyncBytez, AsyncMediaStream, AsyncTextStream, errors
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import (
    MODEL,
    Chunks,
    Reply,
    ScriptedClient,
    close,
    contents,
    error_reply,
    make_scripted_client,
    next_text,
    output,
    reply,
    resolve,
    text,
)

pytestmark = pytest.mark.anyio


async def opened(it: ScriptedClient) -> Any:
    """Open a stream; the asynchronous one is opened when it is entered."""
    stream = await it.do(lambda client: client.model(MODEL).stream("a"))
    if isinstance(it.client, AsyncBytez):
        await stream.__aenter__()
    return stream


async def pieces_until_end(stream: Any, pieces: list[str] | None = None) -> list[str]:
    """Read the rest; `pieces` has what came before an error."""
    pieces = [] if pieces is None else pieces
    while (piece := await next_text(stream)) is not None:
        pieces.append(piece)
    return pieces


async def test_pieces_come_as_they_are_complete(make_client: MakeClient) -> None:
    body = Chunks([b"one\n\n", b"gr\xc3", b"", b"\xbc\xc3\x9fe\xe2\x80", b"\xa8two\r\n"])
    stream = await opened(make_client(reply(200, body)))
    assert await pieces_until_end(stream) == ["one\n\n", "gr", "üße", "\u2028two\r\n"]
    assert body.closed
    assert await pieces_until_end(stream) == []


async def test_a_stream_is_read_whole_without_being_entered(make_client: MakeClient) -> None:
    assert await make_client(text(b"a", b"b\n")).read("x") == "ab\n"


async def test_an_empty_stream_is_an_empty_text(make_client: MakeClient) -> None:
    assert await make_client(text()).read("x") == ""


async def test_a_stream_tells_what_its_headers_say(make_client: MakeClient) -> None:
    it = make_client(reply(200, Chunks([b"a"]), x_request_id="r-1"))
    stream = await opened(it)
    assert stream.metadata.request_id == "r-1"


async def test_what_is_left_of_the_deadline_does_not_bound_the_stream(make_client: MakeClient) -> None:
    it = make_client(text(b"a"), deadline=timedelta(seconds=1), idle_timeout=timedelta(seconds=30))
    assert await it.read("x") == "a"
    assert it.request_timeouts() == [30.0]


@pytest.mark.parametrize(
    ("members", "options"),
    [
        ({"text": "a", "stream": True}, {}),
        ({"text": "a", "json": False}, {}),
        ({"text": "a", "params": {"stream": True}}, {}),
        ({"text": "a"}, {"params": {"stream": True}}),
    ],
)
async def test_run_does_not_pay_for_a_stream_that_it_cannot_read(
    make_client: MakeClient, members: dict[str, object], options: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match="asks for a stream"):
        await make_client().run(members, **options)


async def test_leaving_early_closes_the_connection(make_client: MakeClient) -> None:
    body = Chunks([b"a", b"b", b"c"])
    stream = await opened(make_client(reply(200, body)))
    assert await next_text(stream) == "a"
    assert not body.closed
    for _ in range(2):
        await close(stream)
        assert body.closed
    assert await pieces_until_end(stream) == []


async def fail_within(stream: Any) -> None:
    if isinstance(stream, AsyncTextStream):
        async with stream:
            raise LookupError
    with stream:
        raise LookupError


async def test_an_error_in_the_block_closes_the_connection(make_client: MakeClient) -> None:
    body = Chunks([b"a", b"b"])
    it = make_client(reply(200, body))
    stream = await it.do(lambda client: client.model(MODEL).stream("a"))
    with pytest.raises(LookupError):
        await fail_within(stream)
    assert body.closed


ENDINGS: list[tuple[list[bytes | Exception], str, type[errors.BytezError], str]] = [
    (
        [b"a", b"b", httpx.ReadError("reset")],
        "ab",
        errors.StreamInterruptedError,
        "was interrupted: ReadError: reset",
    ),
    ([httpx.RemoteProtocolError("peer closed")], "", errors.StreamInterruptedError, "peer closed"),
    ([b"INTER", httpx.ReadError("")], "", errors.StreamInterruptedError, "was interrupted: ReadError$"),
    (
        [b"a", httpx.ReadTimeout("silence")],
        "a",
        errors.StreamIdleTimeoutError,
        "received no data for 120 s",
    ),
    ([b"a", b"\xff"], "a", errors.DecodeError, "not UTF-8"),
    ([b"a", b"\xe2\x82"], "a", errors.DecodeError, "not UTF-8"),
    ([b"INTERNAL_", b"BYTEZ_ERROR: broken"], "", errors.ModelFailedError, "^INTERNAL_BYTEZ_ERROR: broken$"),
]


@pytest.mark.parametrize(("chunks", "before", "error", "message"), ENDINGS)
async def test_a_stream_that_ends_badly_says_so_once_after_what_came_before(
    make_client: MakeClient,
    chunks: list[bytes | Exception],
    before: str,
    error: type[errors.BytezError],
    message: str,
) -> None:
    body = Chunks(chunks)
    it = make_client(error_reply(503), reply(200, body, x_request_id="r-1"))
    stream = await opened(it)
    read: list[str] = []
    with pytest.raises(error) as caught:
        await pieces_until_end(stream, read)
    assert "".join(read) == before
    assert body.closed
    assert await pieces_until_end(stream) == []
    problem = caught.value
    assert pytest.RaisesExc(error, match=message).matches(error(problem.message))
    assert (problem.method, problem.path) == ("POST", f"/models/v2/{MODEL}")
    assert (problem.status, problem.attempts, problem.request_id) == (200, 2, "r-1")
    assert problem.__context__ is None
    assert problem.__cause__ is None


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (output("all at once"), errors.DecodeError, "a complete response, not a stream"),
        (reply(200, {"error": "out of memory"}), errors.ModelFailedError, "^out of memory"),
        (
            reply(200, {"output": 1}, content_type="Application/JSON ; charset=utf-8"),
            errors.DecodeError,
            "a complete response",
        ),
        (error_reply(404, "no such model"), errors.NotFoundError, "no such model"),
        (reply(500, Chunks([b"plain ", b"text"])), errors.ServerError, "plain text"),
    ],
)
async def test_an_answer_that_is_no_stream_is_an_error(
    make_client: MakeClient, answer: Reply, error: type[errors.BytezError], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        await make_client(answer).read("a")
    assert (caught.value.attempts, caught.value.method) == (1, "POST")


async def test_opening_a_stream_is_retried_but_reading_it_is_not(make_client: MakeClient) -> None:
    it = make_client(error_reply(429), text(b"a"))
    assert await it.read("a") == "a"
    it = make_client(text(httpx.ReadError("cut")), retry_unknown_outcomes=True)
    with pytest.raises(errors.StreamInterruptedError):
        await it.read("a")


async def test_a_stream_can_be_read_in_the_midst(make_client: MakeClient) -> None:
    stream = await opened(make_client(text(b"a", b"b", b"c")))
    assert await next_text(stream) == "a"
    assert await resolve(stream.read()) == "bc"


def media_stream(it: ScriptedClient) -> Any:
    return it.client.model(MODEL, task="text-to-image").stream("a")


def media(*chunks: bytes | Exception) -> Reply:
    return reply(200, Chunks(chunks), content_type="image/png; q=1")


async def entered(stream: Any) -> Any:
    return await stream.__aenter__() if isinstance(stream, AsyncMediaStream) else stream


async def next_bytes(stream: Any) -> bytes | None:
    piece = await anext(stream, None) if isinstance(stream, AsyncMediaStream) else next(stream, None)
    assert piece is None or isinstance(piece, bytes)
    return piece


@pytest.mark.parametrize(
    "chunks", [[], [b""], [b"\xff\x00abc"], [b"\xff", b"", b"\x00a", b"bc"], [b"INTERNAL_", b"BYTEZ_ERROR: "]]
)
async def test_media_come_in_any_chunks(make_client: MakeClient, tmp_path: Path, chunks: list[bytes]) -> None:
    it = make_client(*[media(*chunks) for _ in range(3)])
    stream = await entered(media_stream(it))
    came: list[bytes] = []
    while (piece := await next_bytes(stream)) is not None:
        came.append(piece)
    assert came == [chunk for chunk in chunks if chunk]
    assert await resolve(media_stream(it).read()) == b"".join(chunks)
    await resolve(media_stream(it).save(tmp_path / "a"))
    assert (tmp_path / "a").read_bytes() == b"".join(chunks)
    for request in it.script.requests:
        assert json.loads(request.content) == {"text": "a", "stream": True, "json": False}


@pytest.mark.parametrize(
    ("said", "media_type"), [("image/png", "image/png"), ("Audio/WAV ;a=b", "Audio/WAV"), ("", None)]
)
async def test_a_media_stream_tells_its_type(
    make_client: MakeClient, said: str, media_type: str | None
) -> None:
    stream = await entered(media_stream(make_client(reply(200, Chunks([b"a"]), content_type=said))))
    assert stream.media_type == media_type


async def test_the_type_of_media_is_known_once_they_are_open() -> None:
    with pytest.raises(RuntimeError, match="not open yet"):
        _ = media_stream(make_scripted_client("async")).media_type


@pytest.mark.parametrize("saved", [False, True])
async def test_media_are_read_up_to_a_bound(make_client: MakeClient, tmp_path: Path, saved: bool) -> None:
    body = Chunks([b"ab", b"c", LookupError()])
    stream = media_stream(make_client(reply(200, body)))
    with pytest.raises(ValueError, match="more than 2 bytes"):
        await resolve(stream.save(tmp_path / "a", max_bytes=2) if saved else stream.read(max_bytes=2))
    assert body.closed
    assert contents(tmp_path) == []
    assert await next_bytes(stream) is None
    assert await resolve(media_stream(make_client(media(b"ab"))).read(max_bytes=2)) == b"ab"


async def test_leaving_media_early_closes_the_connection(make_client: MakeClient) -> None:
    body = Chunks([b"a", b"b"])
    stream = await entered(media_stream(make_client(reply(200, body))))
    assert await next_bytes(stream) == b"a"
    assert not body.closed
    await close(stream)
    assert body.closed
    assert await next_bytes(stream) is None


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        (output("https://media.example/a"), errors.DecodeError, "a complete response, not a stream"),
        (reply(200, {"error": "out of memory"}), errors.ModelFailedError, "^out of memory"),
        (error_reply(404, "no such model"), errors.NotFoundError, "no such model"),
        (media(b"ab", httpx.ReadError("reset")), errors.StreamInterruptedError, "was interrupted"),
    ],
)
async def test_media_that_do_not_come_whole_are_an_error_and_no_file(
    make_client: MakeClient, tmp_path: Path, answer: Reply, error: type[errors.BytezError], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        await resolve(media_stream(make_client(answer)).save(tmp_path / "a"))
    assert (caught.value.method, caught.value.path) == ("POST", f"/models/v2/{MODEL}")
    assert contents(tmp_path) == []


async def test_an_asynchronous_stream_that_was_closed_does_not_open() -> None:
    it = make_scripted_client("async")
    stream = media_stream(it)
    await stream.aclose()
    for use in (stream.__aenter__, stream.read, lambda: stream.save(Path("a"))):
        with pytest.raises(RuntimeError, match="the stream is closed"):
            await use()
    assert await next_bytes(stream) is None
    assert it.script.requests == []


async def test_two_tasks_that_open_a_stream_send_one_request() -> None:
    it = make_scripted_client("async", media(b"a"))
    stream = media_stream(it)
    send = it.client._session.http.send

    async def send_later(*arguments: object) -> object:
        await anyio.lowlevel.checkpoint()
        return await send(*arguments)

    it.client._session.http.send = send_later
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(stream.__aenter__)
        tasks.start_soon(stream.__aenter__)
    assert len(it.script.requests) == 1
    assert await stream.read() == b"a"
