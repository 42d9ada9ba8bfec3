"""Media references: download and save, without keys, within a size limit, atomically; and as values."""

import pickle
from pathlib import Path
from typing import Any

import httpx
import pytest

from bytezkit import errors
from bytezkit._media.downloads import data_url_content
from bytezkit.types import AsyncMediaRef, MediaRef
from tests.overlay.conftest import Connect, MakeClient
from tests.overlay.loopback import Connection
from tests.overlay.replies import MODEL, Chunks, Reply, error_reply, output, reply
from tests.overlay.scripted_service import KEY, PROVIDER_KEY, ClientKind, ScriptedClient, contents, resolve

pytestmark = pytest.mark.anyio

URL = "https://media.example/a.png?token=1"
DATA_URL = "data:image/png;base64,YWJj"


async def run(it: ScriptedClient) -> Any:
    """Run the model, and return its media reference."""
    result = await it.do(lambda client: client.model(MODEL, task="text-to-image").run("a"))
    return result.output


async def download(it: ScriptedClient) -> Any:
    ref = await run(it)
    return await resolve(ref.download())


def redirect(location: str, status: int = 302) -> Reply:
    return reply(status, b"moved", location=location)


def media(*chunks: bytes | Exception) -> Reply:
    return reply(200, Chunks(chunks or [b"ab", b"c"]), content_type="image/png")


@pytest.mark.parametrize("saved", [False, True])
async def test_media_request_has_no_keys_and_no_headers_of_given_client(
    make_client: MakeClient, tmp_path: Path, saved: bool
) -> None:
    redirects = [redirect("b.png", 301), redirect("/c.png"), redirect("//b.example/", 308)]
    it = make_client(output(URL), *redirects, media(), provider_key=PROVIDER_KEY)
    it.http_client.auth = ("user", "word")
    it.http_client.headers["authorization"] = "Basic abc"
    ref = await run(it)
    assert ref.url == URL
    assert len(it.script.requests) == 1
    if saved:
        assert await resolve(ref.save(tmp_path / "a.png")) is None
        assert (tmp_path / "a.png").read_bytes() == b"abc"
    else:
        assert await resolve(ref.download()) == b"abc"
    _, *requests = it.script.requests
    redirected = ["https://media.example/b.png", "https://media.example/c.png", "https://b.example/"]
    assert [str(request.url) for request in requests] == [URL, *redirected]
    for request in requests:
        assert (request.method, request.content) == ("GET", b"")
        assert {*request.headers} == {"host", "accept", "accept-encoding", "connection", "user-agent"}
        assert KEY not in str(request.headers.raw)
        assert PROVIDER_KEY not in str(request.headers.raw)


NOT_HTTPS = (
    *("https://a b.example/", "https://a..b/c", f"https://{'a' * 64}.example/"),
    *(f"https://a.example:{port}/c" for port in (99999, -1, 0)),
)
NOT_HTTPS_OUTPUTS = ("https://", "https://[::1", "https://a.example:port/")
NOT_HTTPS_TARGETS = ("http://media.example/a.png", "file:///etc/passwd", "//[")
# URL in the output, replies to the download, message of the DecodeError.
NOT_DECODED: list[tuple[str, list[Reply], str]] = [
    ("http://a.example", [redirect("https://a.example/")], "not a valid http:// URL: https://a"),
    *((URL, [redirect(it)], "not a valid https:// URL: ") for it in (*NOT_HTTPS, *NOT_HTTPS_TARGETS)),
    (URL, [redirect(DATA_URL)], "InvalidURL"),
    (URL, [redirect("/next")] * 5, "redirects more than 4 times"),
    *((URL, [it], "redirects without a location") for it in (reply(302, b""), redirect(""), reply(304, b""))),
    *((it, [], "not a valid http:// URL") for it in ("", "a.png", "file:///etc/passwd")),
    *((it, [], "not a valid https:// URL") for it in (*NOT_HTTPS, *NOT_HTTPS_OUTPUTS)),
    *((f"data:image/png;base64,{it}", [], "invalid base64") for it in ("a", "YW*j", "ü")),
    ("data:image/png", [], "no content"),
]
FAILED: list[tuple[str, list[Reply], type[errors.BytezError], str]] = [
    *((url, replies, errors.DecodeError, message) for url, replies, message in NOT_DECODED),
    (URL, [error_reply(404, "expired")], errors.NotFoundError, "expired"),
    (URL, [reply(403, b"<Error/>")], errors.StatusError, "<Error/>"),
    (URL, [media(b"ab", httpx.ReadError("reset"))], errors.StreamInterruptedError, "interrupted: ReadError"),
    (URL, [media(b"ab", httpx.ReadTimeout(""))], errors.StreamIdleTimeoutError, "received no data for"),
]


@pytest.mark.parametrize(("url", "replies", "error", "message"), FAILED)
async def test_failed_download_raises_and_keeps_existing_file(
    make_client: MakeClient,
    tmp_path: Path,
    url: str,
    replies: list[Reply],
    *,
    error: type[errors.BytezError],
    message: str,
) -> None:
    it = make_client(output(url), *replies, *replies)
    ref = await run(it)
    with pytest.raises(error, match=message):
        await resolve(ref.download())
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(error, match=message):
        await resolve(ref.save(tmp_path / "a"))
    assert it.script.replies == []
    assert contents(tmp_path) == [b"old"]


async def test_media_request_is_retried(make_client: MakeClient) -> None:
    it = make_client(output(URL), error_reply(503), httpx.ReadError("cut"), media())
    assert await download(it) == b"abc"
    assert it.clock.pauses == [0.5, 1.0]


@pytest.mark.parametrize("url", [URL, DATA_URL])
async def test_max_bytes_bounds_media(make_client: MakeClient, tmp_path: Path, url: str) -> None:
    bodies = [Chunks([b"ab", b"c", LookupError()]) for _ in range(2)]
    downloads = [reply(200, body) for body in bodies] + [media(), media()] if url == URL else []
    it = make_client(output(url), *downloads)
    ref = await run(it)
    with pytest.raises(ValueError, match="the media has more than 2 bytes"):
        await resolve(ref.download(max_bytes=2))
    with pytest.raises(ValueError, match="the media has more than 2 bytes"):
        await resolve(ref.save(tmp_path / "a", max_bytes=2))
    assert contents(tmp_path) == []
    assert url != URL or all(body.closed for body in bodies)
    assert await resolve(ref.download(max_bytes=3)) == b"abc"
    await resolve(ref.save(tmp_path / "a", max_bytes=3))
    assert contents(tmp_path) == [b"abc"]
    assert len(it.script.requests) == (5 if url == URL else 1)


@pytest.mark.parametrize(
    ("url", "content"),
    [
        (DATA_URL, b"abc"),
        ("data:;base64,YWJj", b"abc"),
        ("data:text/plain;charset=utf-8;base64,YQ==", b"a"),
        ("DATA:image/png;BASE64,+/8=", b"\xfb\xff"),
        ("data:image/png; base64,%2B%2F8%3D", b"\xfb\xff"),
        ("data:image/png;base64,+/\r\n 8=", b"\xfb\xff"),
        ("data:,a%20b%C3%BC,c", b"a b\xc3\xbc,c"),
        ("data:text/plain,", b""),
        (URL, None),
    ],
)
def test_data_url_is_decoded(url: str, content: bytes | None) -> None:
    assert data_url_content(url) == content


async def test_unwritable_file_closes_response(make_client: MakeClient, tmp_path: Path) -> None:
    body = Chunks([b"a"])
    ref = await run(make_client(output(URL), reply(200, body)))
    with pytest.raises(FileNotFoundError):
        await resolve(ref.save(tmp_path / "missing" / "a"))
    assert body.closed


# Path at the service, or a URL that a proxy gets, and the target of the request.
@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("/a cat.png", b"/a%20cat.png"),
        ("/\u732b.png?a=\u732b", b"/%E7%8C%AB.png?a=%E7%8C%AB"),
        ('/a"b.png', b"/a%22b.png"),
        ("/a%20b.png?sig=a%2Bb/c=&x=1+2", b"/a%20b.png?sig=a%2Bb/c=&x=1+2"),
        ("/a.png#part", b"/a.png"),
        ("/100% of %C3%BC.png?a=5%", b"/100%25%20of%20%C3%BC.png?a=5%25"),
        ("/x/../y.png", b"/y.png"),
        ("http://BÜCHER.invalid/a.png", b"http://xn--bcher-kva.invalid/a.png"),
    ],
)
async def test_characters_of_media_url_are_encoded(connect: Connect, url: str, target: bytes) -> None:
    requests: list[bytes] = []

    def handle(connection: Connection) -> None:
        requests.append(connection.read_request())
        connection.answer(b"{}")

    async with connect(handle, proxy_variable=None if url[0] == "/" else "http_proxy") as (service, client):
        url = service.url.replace("http:", "HTTP:") + url if url[0] == "/" else url
        assert await resolve(client.media(url).download()) == b"{}"
    assert requests[0].split()[:2] == [b"GET", target]
    assert b"\r\nauthorization:" not in requests[0].lower()


@pytest.fixture
def ref_class(client_kind: ClientKind) -> type[Any]:
    return MediaRef if client_kind == "sync" else AsyncMediaRef


@pytest.mark.parametrize(
    ("url", "media_type"),
    [
        ("https://media.example/a.PNG?signature=1", "image/png"),
        ("https://media.example/a.wav", "audio/wav"),
        ("https://media.example/a.mp4#t=1", "video/mp4"),
        ("https://media.example/a", None),
        ("https://media.png", "image/png"),
        ("https://media.example/?a.png", None),
        (DATA_URL, "image/png"),
        ("data:Audio/WAV;rate=1;base64,YQ==", "audio/wav"),
        ("data:,a", "text/plain"),
        ("", None),
    ],
)
def test_url_tells_the_media_type(ref_class: type[Any], url: str, media_type: str | None) -> None:
    assert ref_class(url).media_type == media_type


@pytest.mark.parametrize(
    ("content_type", "media_type", "displayed"),
    [
        ("binary/octet-stream", "image/png", {"image/png": "YWJj"}),
        ("application/octet-stream", "image/png", {"image/png": "YWJj"}),
        ("Image/WEBP; q=1", "image/webp", {"text/html": '<img src="data:image/webp;base64,YWJj">'}),
        ("audio/wav", None, {"text/html": '<audio controls src="data:audio/wav;base64,YWJj"></audio>'}),
        ("video/mp4", None, {"text/html": '<video controls src="data:video/mp4;base64,YWJj"></video>'}),
        ('image/"><script>', None, {}),
        ("text/html", None, {}),
    ],
)
async def test_download_tells_the_media_type_and_a_notebook_displays_it(
    make_client: MakeClient,
    tmp_path: Path,
    content_type: str,
    *,
    media_type: str | None,
    displayed: dict[str, str],
) -> None:
    client = make_client(*[reply(200, b"abc", content_type=content_type)] * 2).client
    ref, saved = client.media(URL), client.media(URL)
    assert ref._repr_mimebundle_(include=None, exclude=None) == {"text/plain": repr(ref)}
    await resolve(ref.download())
    await resolve(saved.save(tmp_path / "a"))
    assert ref.media_type == saved.media_type == (media_type or content_type)
    assert ref._repr_mimebundle_(include=None, exclude=None) == {"text/plain": repr(ref), **displayed}


async def test_pickled_reference_has_no_key_and_no_client(make_client: MakeClient, tmp_path: Path) -> None:
    it = make_client(provider_key=PROVIDER_KEY)
    pickled = pickle.dumps([it.client.media(URL), it.client.media(DATA_URL)])
    assert KEY.encode() not in pickled
    assert PROVIDER_KEY.encode() not in pickled
    remote, data = pickle.loads(pickled)
    assert (remote.url, remote.media_type) == (URL, "image/png")
    assert await resolve(data.download()) == b"abc"
    assert data._repr_mimebundle_()["image/png"] == "YWJj"
    await resolve(data.save(tmp_path / "a"))
    assert contents(tmp_path) == [b"abc"]
    for call in (remote.download, lambda: remote.save(tmp_path / "b")):
        with pytest.raises(RuntimeError, match=r"no client: use client\.media\(url\)"):
            await resolve(call())


def test_reference_can_be_constructed(ref_class: type[Any]) -> None:
    assert repr(ref_class("https://a.example")) == f"{ref_class.__name__}('https://a.example')"
    assert len(repr(ref_class("data:image/png;base64," + "A" * 1000))) < 110
    with pytest.raises(TypeError, match="url must be a string, not "):
        ref_class(Path("a.png"))
