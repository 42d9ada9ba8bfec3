"""Text as it comes: whole, cut, silent, closed early."""

from typing import Any

import httpx
import pytest

from bytezkit import AsyncBytez, AsyncTextStream, errors
from tests.unit.conftest import MakeWorld
from tests.unit.worlds import (
    MODEL,
    Chunks,
    Reply,
    World,
    close,
    next_text,
    output,
    refused,
    reply,
    settled,
    text,
)

pytestmark = pytest.mark.anyio


async def opened(it: World) -> Any:
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


async def test_pieces_come_as_they_are_complete(world: MakeWorld) -> None:
    body = Chunks([b"one\n\n", b"gr\xc3", b"", b"\xbc\xc3\x9fe\xe2\x80", b"\xa8two\r\n"])
    stream = await opened(world(reply(200, body)))
    assert await pieces_until_end(stream) == ["one\n\n", "gr", "üße", "\u2028two\r\n"]
    assert body.closed
    assert await pieces_until_end(stream) == []


async def test_a_stream_is_read_whole_without_being_entered(world: MakeWorld) -> None:
    assert await world(text(b"a", b"b\n")).read("x") == "ab\n"


async def test_an_empty_stream_is_an_empty_text(world: MakeWorld) -> None:
    assert await world(text()).read("x") == ""


async def test_a_stream_tells_what_its_headers_say(world: MakeWorld) -> None:
    it = world(reply(200, Chunks([b"a"]), x_request_id="r-1"))
    stream = await opened(it)
    assert stream.metadata.request_id == "r-1"


async def test_leaving_early_closes_the_connection(world: MakeWorld) -> None:
    body = Chunks([b"a", b"b", b"c"])
    stream = await opened(world(reply(200, body)))
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


async def test_an_error_in_the_block_closes_the_connection(world: MakeWorld) -> None:
    body = Chunks([b"a", b"b"])
    it = world(reply(200, body))
    stream = await it.do(lambda client: client.model(MODEL).stream("a"))
    with pytest.raises(LookupError):
        await fail_within(stream)
    assert body.closed


ENDINGS: list[tuple[list[bytes | Exception], str, type[errors.BytezError], str]] = [
    (
        [b"a", b"b", httpx.ReadError("reset")],
        "ab",
        errors.StreamInterruptedError,
        "was cut: ReadError: reset",
    ),
    ([httpx.RemoteProtocolError("peer closed")], "", errors.StreamInterruptedError, "peer closed"),
    ([b"INTER", httpx.ReadError("")], "", errors.StreamInterruptedError, "was cut: ReadError$"),
    ([b"a", httpx.ReadTimeout("silence")], "a", errors.StreamIdleTimeoutError, "nothing came for 120 s"),
    ([b"a", b"\xff"], "a", errors.DecodeError, "not UTF-8"),
    ([b"a", b"\xe2\x82"], "a", errors.DecodeError, "not UTF-8"),
    ([b"INTERNAL_", b"BYTEZ_ERROR: broken"], "", errors.ModelFailedError, "^INTERNAL_BYTEZ_ERROR: broken$"),
]


@pytest.mark.parametrize(("chunks", "before", "error", "message"), ENDINGS)
async def test_a_stream_that_ends_badly_says_so_once_after_what_came_before(
    world: MakeWorld,
    chunks: list[bytes | Exception],
    before: str,
    error: type[errors.BytezError],
    message: str,
) -> None:
    body = Chunks(chunks)
    it = world(refused(503), reply(200, body, x_request_id="r-1"))
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
        (output("all at once"), errors.DecodeError, "answered at once, not as a stream"),
        (reply(200, {"error": "out of memory"}), errors.ModelFailedError, "^out of memory"),
        (
            reply(200, {"output": 1}, content_type="Application/JSON ; charset=utf-8"),
            errors.DecodeError,
            "at once",
        ),
        (refused(404, "no such model"), errors.NotFoundError, "no such model"),
        (reply(500, Chunks([b"plain ", b"text"])), errors.ServerError, "plain text"),
    ],
)
async def test_an_answer_that_is_no_stream_is_an_error(
    world: MakeWorld, answer: Reply, error: type[errors.BytezError], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        await world(answer).read("a")
    assert (caught.value.attempts, caught.value.method) == (1, "POST")


async def test_opening_a_stream_is_retried_but_reading_it_is_not(world: MakeWorld) -> None:
    it = world(refused(429), text(b"a"))
    assert await it.read("a") == "a"
    it = world(text(httpx.ReadError("cut")), retry_unknown_outcomes=True)
    with pytest.raises(errors.StreamInterruptedError):
        await it.read("a")


async def test_a_stream_can_be_read_in_the_midst(world: MakeWorld) -> None:
    stream = await opened(world(text(b"a", b"b", b"c")))
    assert await next_text(stream) == "a"
    assert await settled(stream.read()) == "bc"
