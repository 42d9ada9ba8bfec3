"""Text and media streams: chunks, errors, and release of the connection."""

import json
from pathlib import Path
from typing import Any

import anyio.lowlevel
import httpx
import pytest

from bytezkit import errors
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import MODEL, Chunks, Reply, error_reply, reply, text
from tests.overlay.scripted_service import (
    ScriptedClient,
    close,
    contents,
    entered,
    make_scripted_client,
    next_of,
    resolve,
)

pytestmark = pytest.mark.anyio

TASKS = ["text-generation", "text-to-image"]


def stream_of(it: ScriptedClient, task: str = "text-generation") -> Any:
    return it.client.model(MODEL, task=task).stream("a")


async def read_pieces(stream: Any, pieces: list[Any]) -> list[Any]:
    """Append the rest to `pieces`, also before an error."""
    while (piece := await next_of(stream)) is not None:
        pieces.append(piece)
    return pieces


async def test_text_pieces_are_complete_characters(make_client: MakeClient) -> None:
    body = Chunks([b"one\n\n", b"gr\xc3", b"", b"\xbc\xc3\x9fe\xe2\x80", b"\xa8two\r\n"])
    it = make_client(reply(200, body, x_request_id="r-1"), deadline=1, idle_timeout=1.5)
    stream = stream_of(it)
    assert await read_pieces(stream, []) == ["one\n\n", "gr", "üße", "\u2028two\r\n"]
    assert body.closed
    assert await read_pieces(stream, []) == []
    assert stream.metadata.request_id == "r-1"
    # The deadline ends when the stream is open.
    assert it.request_timeouts() == [1.5]


@pytest.mark.parametrize("task", TASKS)
async def test_close_or_an_error_before_the_end_closes_the_body(make_client: MakeClient, task: str) -> None:
    left, body = Chunks([b"a", b"b"]), Chunks([b"a", b"b"])
    it = make_client(reply(200, left), reply(200, body))
    with pytest.raises(LookupError):
        async with entered(stream_of(it, task)):
            raise LookupError
    assert left.closed
    stream = stream_of(it, task)
    assert await next_of(stream) in {"a", b"a"}
    assert not body.closed
    for _ in range(2):
        await close(stream)
        assert body.closed
    assert await next_of(stream) is None


@pytest.mark.parametrize(
    ("chunks", "before", "error", "message"),
    [
        ([b"ab", httpx.ReadError("no")], "ab", errors.StreamInterruptedError, "interrupted: ReadError: no"),
        ([b"INTER", httpx.ReadError("")], "", errors.StreamInterruptedError, "interrupted: ReadError$"),
        ([b"a", httpx.ReadTimeout("")], "a", errors.StreamIdleTimeoutError, "received no data for 120 s"),
        ([b"a", b"\xe2\x82"], "a", errors.DecodeError, "not UTF-8"),
        ([b"INTERNAL_", b"BYTEZ_ERROR: a"], "", errors.ModelFailedError, "^INTERNAL_BYTEZ_ERROR: a$"),
    ],
)
async def test_failed_text_stream_raises_once_after_the_text(
    make_client: MakeClient, chunks: Any, before: str, error: Any, message: str
) -> None:
    body = Chunks(chunks)
    # Opening the stream is retried, reading is not.
    it = make_client(error_reply(503), reply(200, body, x_request_id="r-1"), retry_unknown_outcomes=True)
    stream = stream_of(it)
    pieces: list[str] = []
    with pytest.raises(error) as caught:
        await read_pieces(stream, pieces)
    assert "".join(pieces) == before
    assert body.closed
    assert await read_pieces(stream, []) == []
    raised = caught.value
    assert pytest.RaisesExc(error, match=message).matches(error(raised.message))
    assert (raised.method, raised.path) == ("POST", f"/models/v2/{MODEL}")
    assert (raised.status, raised.attempts, raised.request_id) == (200, 2, "r-1")


COMPLETE = reply(200, {"output": 1}, content_type="Application/JSON ; charset=utf-8")


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(
    ("response", "error", "message"),
    [
        (COMPLETE, errors.DecodeError, "a complete response, not a stream"),
        (reply(200, {"error": "out of memory"}), errors.ModelFailedError, "^out of memory"),
        (reply(500, Chunks([b"plain ", b"text"])), errors.ServerError, "plain text"),
        (text(b"ab", httpx.ReadError("reset")), errors.StreamInterruptedError, "was interrupted"),
        (
            reply(200, Chunks([b"abc"]), content_encoding="gzip"),
            errors.StreamInterruptedError,
            "interrupted: the body is not gzip",
        ),
    ],
)
async def test_failed_stream_raises_and_saves_no_file(  # noqa: PLR0917 - from a table
    make_client: MakeClient, tmp_path: Path, response: Reply, error: Any, message: str, task: str
) -> None:
    def consume(client: Any) -> object:
        stream = client.model(MODEL, task=task).stream("a")
        return stream.save(tmp_path / "a") if task == "text-to-image" else stream.read()

    with pytest.raises(error, match=message) as caught:
        await make_client(response).do(consume)
    assert (caught.value.attempts, caught.value.path) == (1, f"/models/v2/{MODEL}")
    assert contents(tmp_path) == []


@pytest.mark.parametrize(
    ("content_type", "media_type"), [("image/png", "image/png"), ("Audio/WAV ;a=b", "Audio/WAV"), ("", None)]
)
@pytest.mark.parametrize("chunks", [[], [b"\xff", b"", b"\x00a", b"bc"], [b"INTERNAL_", b"BYTEZ_ERROR: "]])
async def test_media_stream_gives_bytes_and_media_type(
    make_client: MakeClient, tmp_path: Path, chunks: list[bytes], content_type: str, media_type: str | None
) -> None:
    it = make_client(*[reply(200, Chunks(chunks), content_type=content_type) for _ in range(3)])
    streams = [stream_of(it, "text-to-image") for _ in range(3)]
    assert await read_pieces(streams[0], []) == [chunk for chunk in chunks if chunk]
    assert streams[0].media_type == media_type
    assert await resolve(streams[1].read()) == b"".join(chunks)
    await resolve(streams[2].save(tmp_path / "a"))
    assert (tmp_path / "a").read_bytes() == b"".join(chunks)
    for request in it.script.requests:
        assert json.loads(request.content) == {"text": "a", "stream": True, "json": False}


@pytest.mark.parametrize("saved", [False, True])
async def test_max_bytes_is_enforced(make_client: MakeClient, tmp_path: Path, saved: bool) -> None:
    body = Chunks([b"ab", b"c", LookupError()])
    stream = stream_of(make_client(reply(200, body)), "text-to-image")
    with pytest.raises(ValueError, match="more than 2 bytes"):
        await resolve(stream.save(tmp_path / "a", max_bytes=2) if saved else stream.read(max_bytes=2))
    assert body.closed
    assert contents(tmp_path) == []
    assert await next_of(stream) is None
    assert await resolve(stream_of(make_client(text(b"ab")), "text-to-image").read(max_bytes=2)) == b"ab"


async def test_closed_async_stream_does_not_open() -> None:
    it = make_scripted_client("async")
    stream = stream_of(it, "text-to-image")
    for name in ("media_type", "metadata"):
        with pytest.raises(RuntimeError, match="not open yet"):
            getattr(stream, name)
    await stream.aclose()
    for use in (stream.__aenter__, stream.read, lambda: stream.save(Path("a"))):
        with pytest.raises(RuntimeError, match=r"^the stream is closed$"):
            await use()
    assert await next_of(stream) is None
    assert it.script.requests == []


async def test_two_tasks_that_open_a_stream_send_one_request() -> None:
    it = make_scripted_client("async", text(b"a"))
    stream = stream_of(it)
    send = it.client._session.http.send

    async def send_later(*arguments: object) -> object:
        await anyio.lowlevel.checkpoint()
        return await send(*arguments)

    it.client._session.http.send = send_later
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(stream.__aenter__)
        tasks.start_soon(stream.__aenter__)
    assert len(it.script.requests) == 1
    assert await stream.read() == "a"
