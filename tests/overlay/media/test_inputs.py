"""Media inputs: detection of the media type, and the members of the request body."""

import base64
import io
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from bytezkit._media.inputs import media_members, media_members_async
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import MODEL, error_reply, resolve, text

PNG = b"\x89PNG\r\n\x1a\nrest"
SENT_PNG: dict[str, Any] = {"base64": "data:image/png;base64," + base64.b64encode(PNG).decode()}
SENT_BYTE = {"base64": "data:a/b;base64,Pw=="}
URL = "https://example.com/a?b=ü"
STREAMING = ("text-to-image", "text-to-speech", "unconditional-image-generation")

FIRST_BYTES = {
    "image/png": [b"\x89PNG\r\n\x1a\n"],
    "image/jpeg": [b"\xff\xd8\xff\xe0"],
    "image/gif": [b"GIF87a", b"GIF89a"],
    "image/bmp": [b"BM" + bytes(12) + b"\x28\0\0\0"],
    "image/tiff": [b"II*\0", b"MM\0*"],
    "image/webp": [b"RIFF\x10\0\0\0WEBPVP8 "],
    "audio/wav": [b"RIFF\x10\0\0\0WAVEfmt "],
    "video/x-msvideo": [b"RIFF\x10\0\0\0AVI LIST"],
    "audio/flac": [b"fLaC\0"],
    "audio/ogg": [b"OggS\0"],
    "audio/mpeg": [b"ID3\x04", b"\xff\xfb\x90", b"\xff\xfa\x90", b"\xff\xf3\x90", b"\xff\xf2\x90"],
    "video/webm": [b"\x1aE\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"],
    "video/x-matroska": [b"\x1aE\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska"],
    "video/mp4": [b"\0\0\0\x18ftypisom", b"\0\0\0\x18ftypmp42", b"\0\0\0\x18ftypiso9"],
    "audio/mp4": [b"\0\0\0\x18ftypM4A ", b"\0\0\0\x18ftypM4B "],
    "video/3gpp": [b"\0\0\0\x18ftyp3gp5"],
    "image/avif": [b"\0\0\0\x18ftypavif", b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf"],
    "image/heic": [b"\0\0\0\x18ftypheic", b"\0\0\0\x18ftypheix", b"\0\0\0\x18ftypmif1\0\0\0\0heicmif1"],
    "image/heic-sequence": [b"\0\0\0\x18ftyphevc", b"\0\0\0\x18ftypmsf1\0\0\0\0msf1hevc"],
    "image/heif": [b"\0\0\0\x14ftypmif1\0\0\0\0mif1", b"\0\0\0\x10ftypmif2"],
    "video/quicktime": [b"\0\0\0\x14ftypqt  "],
    "application/pdf": [b"%PDF-1.7"],
}
SAMPLES = [(content, media_type) for media_type, contents in FIRST_BYTES.items() for content in contents]


@pytest.mark.parametrize(("content", "media_type"), SAMPLES)
def test_media_type_is_detected_from_the_first_bytes(content: bytes, media_type: str) -> None:
    encoded = base64.b64encode(content).decode()
    assert media_members(content, None) == {"base64": f"data:{media_type};base64,{encoded}"}


@pytest.mark.parametrize(
    "content",
    [
        b"\0",
        b"hello",
        b"BM is text",
        b"\x1aE\xdf\xa3",
        b"\0\0\0\x18ftypjp2 ",
        b"RIFF\x10\0\0\0ABCD",
        b"RIFF",
        b"\xff\xfe",
        b"\x89PN",
    ],
)
def test_unknown_media_type_must_be_passed(content: bytes) -> None:
    with pytest.raises(ValueError, match="pass mime="):
        media_members(content, None)
    encoded = base64.b64encode(content).decode()
    assert media_members(content, "audio/x-raw") == {"base64": f"data:audio/x-raw;base64,{encoded}"}


@pytest.mark.parametrize("mime", ["image/x-own", "image/svg+xml", "audio/ogg;codecs=opus"])
def test_passed_media_type_overrides_the_detected_type(mime: str) -> None:
    assert media_members(PNG, mime)["base64"].startswith(f"data:{mime};base64,")


@pytest.mark.parametrize("source", [PNG, bytearray(PNG), memoryview(PNG), io.BytesIO(PNG)])
def test_bytes_are_encoded_as_base64(source: Any) -> None:
    assert media_members(source, None) == SENT_PNG


def test_file_is_read_from_its_position_and_moved_back(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"head" + PNG)
    encoded = base64.b64encode(b"head" + PNG).decode()
    assert media_members(path, "a/b") == {"base64": f"data:a/b;base64,{encoded}"}
    with path.open("rb") as file:
        file.seek(4)
        for _ in range(2):
            assert media_members(file, None) == SENT_PNG
            assert (file.closed, file.tell()) == (False, 4)


def test_file_of_a_wrong_mode_raises(tmp_path: Path) -> None:
    path = tmp_path / "a"
    # Bytes that are not text do not become a decoding error.
    path.write_bytes(PNG)
    with path.open(encoding="utf-8") as text_file, pytest.raises(TypeError, match="open in binary mode"):
        media_members(text_file, None)  # type: ignore[arg-type]
    with path.open("wb") as output_file, pytest.raises(OSError, match="read"):
        media_members(output_file, None)


class Pipe(io.BytesIO):
    """A file that can be read once, and that records the reading thread."""

    def seekable(self) -> bool:
        return False

    def read(self, size: int | None = -1, /) -> bytes:
        self.thread = threading.get_ident()
        return super().read(size)


@pytest.mark.anyio
async def test_async_client_reads_a_file_in_a_thread_and_a_pipe_once() -> None:
    pipe = Pipe(PNG)
    assert await media_members_async(pipe, None) == SENT_PNG
    assert pipe.thread != threading.get_ident()
    with pytest.raises(ValueError, match="the media are empty; a file is read from its current position"):
        await media_members_async(pipe, None)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("task", "arguments", "options", "body"),
    [
        ("image-to-text", (PNG,), {}, SENT_PNG),
        ("image-to-text", (bytearray(PNG),), {"mime": None}, SENT_PNG),
        ("image-to-text", (URL,), {}, {"url": URL}),
        ("image-to-text", ("http://localhost/a",), {}, {"url": "http://localhost/a"}),
        ("image-to-text", ("data:text/plain,%C3%BC",), {}, {"base64": "data:text/plain,%C3%BC"}),
        ("image-to-text", (b"?",), {"mime": "a/b"}, SENT_BYTE),
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
            (URL, "What?"),
            {"params": {"top_k": 1}},
            {"question": "What?", "url": URL, "params": {"top_k": 1}},
        ),
        ("zero-shot-classification", ("a", ("x", "y")), {}, {"text": "a", "candidate_labels": ["x", "y"]}),
        ("zero-shot-image-classification", (URL, ["x"]), {}, {"url": URL, "candidate_labels": ["x"]}),
        (
            "zero-shot-object-detection",
            (b"?", ["x"]),
            {"mime": "a/b"},
            {**SENT_BYTE, "candidate_labels": ["x"]},
        ),
        ("text-to-image", ("a",), {}, {"text": "a"}),
        ("text-to-speech", ("a",), {"auto_scale": False}, {"text": "a", "autoScale": False}),
        ("unconditional-image-generation", (), {"extra_params": {"x": 1}}, {"params": {"x": 1}}),
    ],
)
async def test_call_sends_the_members_of_the_input(
    make_client: MakeClient, task: str, arguments: Any, options: Any, body: Any
) -> None:
    it = make_client(error_reply(400))
    with pytest.raises(Exception, match="no"):
        await it.do(lambda client: client.model(MODEL, task=task).run(*arguments, **options))
    assert json.loads(it.request().content) == body
    if task in STREAMING:
        it = make_client(text(b"a"))
        stream = it.client.model(MODEL, task=task).stream(*arguments, **options)
        assert await resolve(stream.read()) == b"a"
        assert json.loads(it.request().content) == {**body, "stream": True, "json": False}
