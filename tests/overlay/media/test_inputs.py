"""Media that go in: what is recognised, what is refused, and how each is sent."""

import base64
import io
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from bytezkit._media import inputs as media
from bytezkit._media.inputs import media_members, media_members_async
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import MODEL, Reply, error_reply, output, text

PNG = b"\x89PNG\r\n\x1a\nrest"
PNG_URL = "data:image/png;base64," + base64.b64encode(PNG).decode()
SENT_PNG: dict[str, object] = {"base64": PNG_URL}

BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff\xe0": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM\x10\0": "image/bmp",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
    b"RIFF\x10\0\0\0WEBPVP8 ": "image/webp",
    b"RIFF\x10\0\0\0WAVEfmt ": "audio/wav",
    b"RIFF\x10\0\0\0AVI LIST": "video/x-msvideo",
    b"fLaC\0": "audio/flac",
    b"OggS\0": "audio/ogg",
    b"ID3\x04": "audio/mpeg",
    b"\xff\xfb\x90": "audio/mpeg",
    b"\xff\xfa\x90": "audio/mpeg",
    b"\xff\xf3\x90": "audio/mpeg",
    b"\xff\xf2\x90": "audio/mpeg",
    b"\x1aE\xdf\xa3": "video/webm",
    b"\0\0\0\x18ftypisom": "video/mp4",
    b"\0\0\0\x18ftypmp42": "video/mp4",
    b"\0\0\0\x18ftypM4A ": "audio/mp4",
    b"\0\0\0\x18ftypavif": "image/avif",
    b"\0\0\0\x18ftypheic": "image/heic",
    b"\0\0\0\x14ftypqt  ": "video/quicktime",
    b"%PDF-1.7": "application/pdf",
}


@pytest.mark.parametrize(("content", "media_type"), BEGINNINGS.items())
def test_the_type_is_read_off_the_first_bytes(content: bytes, media_type: str) -> None:
    encoded = base64.b64encode(content).decode()
    assert media_members(content, None) == {"base64": f"data:{media_type};base64,{encoded}"}


def test_every_signature_is_tried() -> None:
    known = [*media._SIGNATURES.values(), *media._RIFF_FORMATS.values(), *media._MP4_BRANDS.values()]
    assert {*known, "video/mp4"} == {*BEGINNINGS.values()}
    for signature in media._SIGNATURES:
        assert any(content.startswith(signature) for content in BEGINNINGS)


@pytest.mark.parametrize("content", [b"\0", b"hello", b"RIFF\x10\0\0\0ABCD", b"RIFF", b"\xff\xfe", b"\x89PN"])
def test_an_unknown_type_has_to_be_given(content: bytes) -> None:
    with pytest.raises(ValueError, match="pass mime="):
        media_members(content, None)
    encoded = base64.b64encode(content).decode()
    assert media_members(content, "audio/x-raw") == {"base64": f"data:audio/x-raw;base64,{encoded}"}


def test_a_given_type_goes_before_the_one_that_is_read() -> None:
    for mime in ("image/x-own", "image/svg+xml", "audio/ogg;codecs=opus"):
        assert media_members(PNG, mime)["base64"].startswith(f"data:{mime};base64,")


@pytest.mark.parametrize("source", [PNG, bytearray(PNG), memoryview(PNG), io.BytesIO(PNG)])
def test_bytes_and_what_holds_them(source: Any) -> None:
    assert media_members(source, None) == SENT_PNG


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"head" + PNG)
    assert media_members(path, "a/b") == {
        "base64": "data:a/b;base64," + base64.b64encode(b"head" + PNG).decode()
    }
    with path.open("rb") as file:
        file.seek(4)
        for _ in range(2):
            assert media_members(file, None) == SENT_PNG
            assert (file.closed, file.tell()) == (False, 4)
    # What is no text does not become a decoding error.
    path.write_bytes(PNG)
    with path.open(encoding="utf-8") as read_as_text, pytest.raises(TypeError, match="open in binary mode"):
        media_members(read_as_text, None)  # type: ignore[arg-type]
    with path.open("wb") as written, pytest.raises(OSError, match="read"):
        media_members(written, None)


class NotingFile(io.BytesIO):
    """A file that knows who read it."""

    def read(self, size: int | None = -1, /) -> bytes:
        self.reader = threading.get_ident()
        return super().read(size)


@pytest.mark.anyio
async def test_the_asynchronous_client_reads_files_in_a_thread() -> None:
    file = NotingFile(PNG)
    assert await media_members_async(file, None) == SENT_PNG
    assert file.reader != threading.get_ident()


HERE = "https://example.com/a?b=ü"
STREAMED = {"stream": True, "json": False}

# The task, its arguments, and the body that is sent: the same for both clients.
RUNS: list[tuple[str, tuple[Any, ...], dict[str, Any], dict[str, object]]] = [
    ("image-to-text", (PNG,), {}, SENT_PNG),
    ("image-to-text", (bytearray(PNG),), {"mime": None}, SENT_PNG),
    ("image-to-text", (HERE,), {}, {"url": HERE}),
    ("image-to-text", ("http://localhost/a",), {}, {"url": "http://localhost/a"}),
    ("image-to-text", ("data:text/plain,%C3%BC",), {}, {"base64": "data:text/plain,%C3%BC"}),
    ("image-to-text", (b"?",), {"mime": "a/b"}, {"base64": "data:a/b;base64,Pw=="}),
    (
        "image-classification",
        (PNG,),
        {"params": {"top_k": 2}, "extra_params": {"x": 1}, "auto_scale": True},
        {**SENT_PNG, "params": {"top_k": 2, "x": 1}, "autoScale": True},
    ),
    ("question-answering", ("Who?", "Ron."), {}, {"question": "Who?", "context": "Ron."}),
    ("visual-question-answering", (PNG, "What?"), {}, {"question": "What?", **SENT_PNG}),
    (
        "document-question-answering",
        (HERE, "What?"),
        {"params": {"top_k": 1}},
        {"question": "What?", "url": HERE, "params": {"top_k": 1}},
    ),
    ("zero-shot-classification", ("a", ("x", "y")), {}, {"text": "a", "candidate_labels": ["x", "y"]}),
    ("zero-shot-image-classification", (HERE, ["x"]), {}, {"url": HERE, "candidate_labels": ["x"]}),
    (
        "zero-shot-object-detection",
        (b"?", ["x"]),
        {"mime": "a/b"},
        {"base64": "data:a/b;base64,Pw==", "candidate_labels": ["x"]},
    ),
    ("text-to-image", ("a",), {}, {"text": "a"}),
    ("unconditional-image-generation", (), {"extra_params": {"x": 1}}, {"params": {"x": 1}}),
]
STREAMS: list[tuple[str, tuple[Any, ...], dict[str, Any], dict[str, object]]] = [
    ("text-to-speech", ("a",), {"auto_scale": False}, {"text": "a", **STREAMED, "autoScale": False}),
    ("unconditional-image-generation", (), {"extra_params": {"x": 1}}, {"params": {"x": 1}, **STREAMED}),
]
# The answers do not matter here.
FAILED: Reply = error_reply(400)


@pytest.mark.anyio
@pytest.mark.parametrize(("task", "arguments", "options", "body"), RUNS)
async def test_a_run_sends_exactly_what_goes_in(
    make_client: MakeClient,
    task: str,
    arguments: tuple[Any, ...],
    options: dict[str, Any],
    body: dict[str, object],
) -> None:
    it = make_client(FAILED)
    with pytest.raises(Exception, match="no"):
        await it.do(lambda client: client.model(MODEL, task=task).run(*arguments, **options))
    assert json.loads(it.request().content) == body


@pytest.mark.anyio
@pytest.mark.parametrize(("task", "arguments", "options", "body"), STREAMS)
async def test_a_media_stream_asks_for_bytes(
    make_client: MakeClient,
    task: str,
    arguments: tuple[Any, ...],
    options: dict[str, Any],
    body: dict[str, object],
) -> None:
    it = make_client(text(b"a"))
    assert await it.do(lambda c: c.model(MODEL, task=task).stream(*arguments, **options).read()) == b"a"
    assert json.loads(it.request().content) == body


@pytest.mark.anyio
async def test_a_path_is_sent_by_what_it_holds(make_client: MakeClient, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(PNG)
    it = make_client(output("a cat"))
    result = await it.do(lambda client: client.model(MODEL, task="image-to-text").run(path))
    assert result.output == "a cat"
    assert json.loads(it.request().content) == SENT_PNG
