"""Media inputs: files, pictures, arrays, their media types, and the members of the request body."""

import base64
import io
import sys
import tempfile
import threading
import wave
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import numpy as np
import pytest
from PIL import Image

from bytezkit._media.inputs import media_members, media_members_async

PNG = b"\x89PNG\r\n\x1a\nrest"

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


@pytest.mark.parametrize(("media_type", "contents"), FIRST_BYTES.items(), ids=FIRST_BYTES)
def test_media_type_is_detected_from_the_first_bytes(media_type: str, contents: list[bytes]) -> None:
    for content in contents:
        assert sent_content(content) == (media_type, content)


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
    assert await media_members_async(pipe, None) == media_members(PNG, None)
    assert pipe.thread != threading.get_ident()
    with pytest.raises(ValueError, match=r"^the media are empty; a file is read from its current position$"):
        await media_members_async(pipe, None)


def sent_content(source: Any, **options: Any) -> tuple[str, bytes]:
    """Return media type and content of the data URL that is sent."""
    head, _, encoded = media_members(source, None, **options)["base64"].partition(";base64,")
    return head.removeprefix("data:"), base64.b64decode(encoded)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK", "F"])
def test_picture_of_pillow_is_sent_as_png(mode: str) -> None:
    media_type, content = sent_content(Image.new(mode, (3, 2)))
    assert media_type == "image/png"
    assert Image.open(io.BytesIO(content)).size == (3, 2)


@pytest.mark.parametrize(("shape", "mode"), [((2, 3), "L"), ((2, 3, 3), "RGB"), ((2, 3, 4), "RGBA")])
def test_array_of_uint8_is_sent_as_png(shape: tuple[int, ...], mode: str) -> None:
    # Every second pixel, so that the array is not contiguous.
    pixels = np.arange(2 * np.prod(shape), dtype=np.uint8).reshape(2 * shape[0], *shape[1:])[::2]
    media_type, content = sent_content(pixels)
    picture = Image.open(io.BytesIO(content))
    assert (media_type, picture.mode, picture.size) == ("image/png", mode, (3, 2))
    assert np.array_equal(np.asarray(picture), pixels)


def test_array_of_float32_is_sent_as_wav() -> None:
    media_type, content = sent_content(np.array([0, 1, -1, 2, 0.5], dtype=np.float32), sample_rate=16000)
    with wave.open(io.BytesIO(content)) as file:
        assert (media_type, file.getnchannels(), file.getsampwidth()) == ("audio/wav", 1, 2)
        assert file.getframerate() == 16000
        assert np.frombuffer(file.readframes(5), dtype="<i2").tolist() == [0, 32767, -32767, 32767, 16384]


@pytest.mark.parametrize(
    ("source", "options", "error"),
    [
        (np.zeros((2, 3), np.int64), {}, TypeError),
        (np.zeros((2, 3, 2), np.uint8), {}, TypeError),
        (np.zeros(3, np.uint8), {}, TypeError),
        (np.zeros((2, 3), np.float32), {}, TypeError),
        (np.zeros((0, 3), np.uint8), {}, ValueError),
        (np.zeros(3, np.float32), {}, ValueError),
        (np.zeros(3, np.float32), {"sample_rate": 0}, ValueError),
        (np.zeros(3, np.float32), {"sample_rate": True}, ValueError),
        (np.zeros((2, 3), np.uint8), {"sample_rate": 16000}, ValueError),
        (Image.new("L", (1, 1)), {"sample_rate": 16000}, ValueError),
        (PNG, {"sample_rate": 16000}, ValueError),
        ("https://example.com/a.wav", {"sample_rate": 16000}, ValueError),
        (Image.new("L", (1, 1)), {"mime": "image/png"}, ValueError),
        (np.zeros((2, 3), np.uint8), {"mime": "image/png"}, ValueError),
        (np.zeros(3, np.float32), {"mime": "image/png", "sample_rate": 16000}, ValueError),
    ],
)
def test_other_arrays_and_sample_rates_are_rejected(
    source: Any, options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error, match=r"array|sample_rate|mime is for bytes and files"):
        media_members(source, **{"mime": None, **options})


def test_array_as_picture_without_pillow_names_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(TypeError, match="needs Pillow"):
        media_members(np.zeros((2, 3), np.uint8), None)


def test_every_binary_source_is_read_and_a_file_moved_back(tmp_path: Path) -> None:
    path, picture = tmp_path / "a.zip", tmp_path / "a.png"
    picture.write_bytes(PNG)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", PNG)
    with tempfile.TemporaryFile() as file, zipfile.ZipFile(path) as archive, archive.open("a.png") as member:
        file.write(b"head" + PNG)
        file.seek(4)
        files = (io.BytesIO(PNG), SimpleNamespace(read=lambda: PNG), picture, file, file, member)
        for source in (PNG, bytearray(PNG), memoryview(PNG), *files):
            assert sent_content(source) == ("image/png", PNG)
        assert (file.closed, file.tell()) == (False, 4)


def test_objects_that_read_no_bytes_are_rejected(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    with path.open() as text, path.open("ab") as output, tempfile.NamedTemporaryFile("w+") as wrapped:
        sources: list[Any] = [SimpleNamespace(read=lambda: "text"), AsyncMock(["read"]), text, wrapped]
        for source in sources:
            with pytest.raises(TypeError, match="binary mode"):
                media_members(source, None)
        with pytest.raises(OSError, match="read"):
            media_members(output, None)
