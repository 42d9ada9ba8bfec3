"""Media that come out: fetched when asked for, without a key, within bounds, whole."""

import json
from pathlib import Path
from typing import Any

import anyio.to_thread
import httpx
import pytest

from bytezkit import AsyncBytez, Bytez, errors
from bytezkit._api.runs import data_url_content
from tests.overlay.conftest import MakeClient
from tests.overlay.connections import pool_of
from tests.overlay.loopback import Connection, serving
from tests.overlay.scripted_service import (
    KEY,
    MODEL,
    PROVIDER_KEY,
    Chunks,
    ClientKind,
    Reply,
    ScriptedClient,
    close,
    contents,
    error_reply,
    output,
    reply,
    resolve,
)

pytestmark = pytest.mark.anyio

URL = "https://media.example/a.png?token=1"
DATA_URL = "data:image/png;base64,YWJj"


async def made(it: ScriptedClient) -> Any:
    """Run the model, and keep what it says about the media."""
    result = await it.do(lambda client: client.model(MODEL, task="text-to-image").run("a"))
    return result.output


def moved(location: str, status: int = 302) -> Reply:
    return reply(status, b"moved", location=location)


def kept(*chunks: bytes | Exception) -> Reply:
    return reply(200, Chunks(chunks or [b"ab", b"c"]), content_type="image/png")


@pytest.mark.parametrize("saved", [False, True])
async def test_media_are_fetched_without_anything_of_ours(
    make_client: MakeClient, tmp_path: Path, saved: bool
) -> None:
    it = make_client(output(URL), moved("/b.png"), kept(), provider_key=PROVIDER_KEY)
    ref = await made(it)
    assert ref.url == URL
    assert len(it.script.requests) == 1
    if saved:
        assert await resolve(ref.save(tmp_path / "a.png")) is None
        assert (tmp_path / "a.png").read_bytes() == b"abc"
    else:
        assert await resolve(ref.download()) == b"abc"
    _, *fetched = it.script.requests
    assert [str(request.url) for request in fetched] == [URL, "https://media.example/b.png"]
    for request in fetched:
        assert (request.method, request.content) == ("GET", b"")
        assert {*request.headers} == {"host", "accept", "accept-encoding", "connection", "user-agent"}
        assert KEY not in str(request.headers.raw)
        assert PROVIDER_KEY not in str(request.headers.raw)


async def test_media_are_fetched_by_a_url_that_was_kept(make_client: MakeClient) -> None:
    it = make_client(kept(), provider_key=PROVIDER_KEY)
    assert await resolve(it.client.media(URL).download()) == b"abc"
    assert await resolve(it.client.media(DATA_URL).download()) == b"abc"
    (request,) = it.script.requests
    assert str(request.url) == URL
    assert "authorization" not in request.headers
    with pytest.raises(TypeError, match="url must be a string, not int"):
        it.client.media(5)


async def test_a_model_without_a_task_streams_media(make_client: MakeClient) -> None:
    it = make_client(kept(), output(URL))
    stream = it.client.model(MODEL).stream_media({"text": "a"}, params={"b": 1})
    assert await resolve(stream.read()) == b"abc"
    (request,) = it.script.requests
    assert json.loads(request.content) == {"text": "a", "params": {"b": 1}, "stream": True, "json": False}
    with pytest.raises(errors.DecodeError, match="a complete response, not a stream"):
        await it.do(lambda client: client.model(MODEL).stream_media("a").read())


async def test_a_key_of_a_given_http_client_is_not_for_whoever_keeps_the_media(
    make_client: MakeClient,
) -> None:
    it = make_client(output(URL), kept())
    http = it.http_client
    http.auth = ("user", "word")
    http.headers["authorization"] = "Basic abc"
    assert await resolve((await made(it)).download()) == b"abc"
    assert "authorization" not in it.script.requests[1].headers


async def test_media_can_be_json(make_client: MakeClient) -> None:
    it = make_client(output(URL), reply(200, b'{"error": "a"}', content_type="application/json"))
    assert await resolve((await made(it)).download()) == b'{"error": "a"}'


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_within_the_scheme_are_followed(make_client: MakeClient, status: int) -> None:
    it = make_client(
        output("http://a.example/x/y"), moved("z", status), moved("//b.example/", status), kept()
    )
    assert await resolve((await made(it)).download()) == b"abc"
    assert [str(request.url) for request in it.script.requests[1:]] == [
        "http://a.example/x/y",
        "http://a.example/x/z",
        "http://b.example/",
    ]


# What the model said, what came of asking there, and the error; the last reply is asked for.
REFUSED: list[tuple[str, list[Reply], type[errors.BytezError], str]] = [
    (
        URL,
        [moved("http://media.example/a.png")],
        errors.DecodeError,
        "not a valid https:// URL: http://media",
    ),
    (
        "http://a.example",
        [moved("https://a.example/")],
        errors.DecodeError,
        "not a valid http:// URL: https://a",
    ),
    (URL, [moved("file:///etc/passwd")], errors.DecodeError, "not a valid https:// URL: file:"),
    (URL, [moved(DATA_URL)], errors.DecodeError, "InvalidURL"),
    (URL, [moved("//[")], errors.DecodeError, "not a valid https:// URL"),
    (URL, [moved("/next")] * 5, errors.DecodeError, "redirects more than 4 times"),
    (URL, [reply(302, b"")], errors.DecodeError, "redirects without a location"),
    (URL, [moved("")], errors.DecodeError, "redirects without a location"),
    (URL, [reply(304, b"")], errors.DecodeError, "redirects without a location"),
    ("", [], errors.DecodeError, "not a valid http:// URL"),
    ("a.png", [], errors.DecodeError, "not a valid http:// URL: a.png"),
    ("file:///etc/passwd", [], errors.DecodeError, "not a valid http:// URL"),
    ("https://", [httpx.UnsupportedProtocol("no host")], errors.DecodeError, "no host"),
    ("https://[::1", [], errors.DecodeError, "not a valid https:// URL"),
    ("https://a.example:port/", [], errors.DecodeError, "not a valid https:// URL"),
    (URL, [error_reply(404, "expired")], errors.NotFoundError, "expired"),
    (URL, [reply(403, b"<Error/>")], errors.StatusError, "<Error/>"),
    (
        URL,
        [kept(b"ab", httpx.ReadError("reset"))],
        errors.StreamInterruptedError,
        "was interrupted: ReadError",
    ),
    (URL, [kept(b"ab", httpx.ReadTimeout(""))], errors.StreamIdleTimeoutError, "received no data for"),
    ("data:image/png;base64,a", [], errors.DecodeError, "invalid base64"),
    ("data:image/png;base64,YW Jj", [], errors.DecodeError, "invalid base64"),
    ("data:image/png;base64,ü", [], errors.DecodeError, "invalid base64"),
    ("data:image/png", [], errors.DecodeError, "no content"),
]


@pytest.mark.parametrize(("url", "replies", "error", "message"), REFUSED)
async def test_media_that_cannot_be_had_are_an_error_and_no_file(  # noqa: PLR0917 - from a table
    make_client: MakeClient,
    tmp_path: Path,
    url: str,
    replies: list[Reply],
    error: type[errors.BytezError],
    message: str,
) -> None:
    it = make_client(output(url), *replies, *replies)
    ref = await made(it)
    with pytest.raises(error, match=message):
        await resolve(ref.download())
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(error, match=message):
        await resolve(ref.save(tmp_path / "a"))
    assert it.script.replies == []
    assert contents(tmp_path) == [b"old"]


async def test_asking_is_repeated_and_reading_is_not(make_client: MakeClient) -> None:
    it = make_client(output(URL), error_reply(503), httpx.ReadError("cut"), kept())
    assert await resolve((await made(it)).download()) == b"abc"
    assert it.clock.pauses == [0.5, 1.0]


@pytest.mark.parametrize("url", [URL, DATA_URL])
async def test_media_are_taken_up_to_a_bound(make_client: MakeClient, tmp_path: Path, url: str) -> None:
    bodies = [Chunks([b"ab", b"c", LookupError()]) for _ in range(2)]
    fetched = [reply(200, body) for body in bodies] + [kept(), kept()] if url == URL else []
    it = make_client(output(url), *fetched)
    ref = await made(it)
    with pytest.raises(ValueError, match="the media has more than 2 bytes"):
        await resolve(ref.download(max_bytes=2))
    with pytest.raises(ValueError, match="the media has more than 2 bytes"):
        await resolve(ref.save(tmp_path / "a", max_bytes=2))
    assert contents(tmp_path) == []
    assert url != URL or all(body.closed for body in bodies)
    assert await resolve(ref.download(max_bytes=3)) == b"abc"
    await resolve(ref.save(tmp_path / "a", max_bytes=3))
    assert (tmp_path / "a").read_bytes() == b"abc"


@pytest.mark.parametrize(
    ("url", "content"),
    [
        (DATA_URL, b"abc"),
        ("data:;base64,YWJj", b"abc"),
        ("data:text/plain;charset=utf-8;base64,YQ==", b"a"),
        ("data:,a%20b%C3%BC,c", b"a b\xc3\xbc,c"),
        ("data:text/plain,", b""),
        (URL, None),
    ],
)
def test_a_data_url_holds_its_content(url: str, content: bytes | None) -> None:
    assert data_url_content(url) == content


async def test_a_data_url_is_not_asked_for(make_client: MakeClient, tmp_path: Path) -> None:
    it = make_client(output(DATA_URL))
    ref = await made(it)
    assert await resolve(ref.download()) == b"abc"
    await resolve(ref.save(tmp_path / "a"))
    assert (tmp_path / "a").read_bytes() == b"abc"
    assert len(it.script.requests) == 1


async def test_a_long_data_url_is_not_printed(make_client: MakeClient, client_kind: ClientKind) -> None:
    ref = await made(make_client(output("data:image/png;base64," + "A" * 1000)))
    assert repr(ref).startswith("MediaRef('data:" if client_kind == "sync" else "AsyncMediaRef('data:")
    assert len(repr(ref)) < 110
    assert repr(await made(make_client(output("https://a.example")))).endswith(
        "MediaRef('https://a.example')"
    )


async def test_a_file_that_cannot_be_written_closes_the_connection(
    make_client: MakeClient, tmp_path: Path
) -> None:
    body = Chunks([b"a"])
    ref = await made(make_client(output(URL), reply(200, body)))
    with pytest.raises(FileNotFoundError):
        await resolve(ref.save(tmp_path / "missing" / "a"))
    assert body.closed


async def test_too_many_bytes_free_the_connection(client_kind: ClientKind, tmp_path: Path) -> None:
    def keep(connection: Connection) -> None:
        request = connection.read_request()
        if request.startswith(b"POST"):
            connection.answer(b'{"error": null, "output": "%s"}' % f"{service.url}/a".encode())
            request = connection.read_request()
        assert b"authorization" not in request.lower()
        connection.start_text(b"abcdef")
        connection.wait_until_left()

    with serving(keep) as service:
        client = (Bytez if client_kind == "sync" else AsyncBytez)(KEY, base_url=service.url)
        result = await resolve(client.model(MODEL, task="text-to-image").run("a"))
        with pytest.raises(ValueError, match="more than 5 bytes"):
            await resolve(result.output.save(tmp_path / "a", max_bytes=5))
        assert await anyio.to_thread.run_sync(service.noticed_leaving)
        assert pool_of(client).open == 0
        assert contents(tmp_path) == []
        await close(client)
