"""Pictures of Pillow, arrays of numpy, and other objects as media inputs."""

import base64
import io
import sys
import tempfile
import wave
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from PIL import Image

from bytezkit._media.inputs import media_members

PNG: Final = b"\x89PNG\r\n\x1a\n" + b"0" * 8


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
    pixels = np.arange(np.prod(shape), dtype=np.uint8).reshape(shape)
    media_type, content = sent_content(pixels)
    picture = Image.open(io.BytesIO(content))
    assert (media_type, picture.mode, picture.size) == ("image/png", mode, (3, 2))
    assert np.array_equal(np.asarray(picture), pixels)


def test_array_that_is_not_contiguous_keeps_its_pixels() -> None:
    pixels = np.arange(12, dtype=np.uint8).reshape(2, 6)[:, ::2]
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(sent_content(pixels)[1]))), pixels)


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
    ],
)
def test_other_arrays_and_sample_rates_are_rejected(
    source: Any, options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error, match=r"array|sample_rate"):
        media_members(source, None, **options)


@pytest.mark.parametrize(
    "source", [Image.new("L", (1, 1)), np.zeros((2, 3), np.uint8), np.zeros(3, np.float32)]
)
def test_media_type_of_an_array_is_rejected(source: Any) -> None:
    with pytest.raises(ValueError, match="mime is for bytes and files"):
        media_members(source, "image/png", 16000 if source.size == 3 else None)


def test_array_as_picture_without_pillow_names_pillow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.Image", None)
    with pytest.raises(TypeError, match="needs Pillow"):
        media_members(np.zeros((2, 3), np.uint8), None)


class Pipe:
    """An object that has only `read`."""

    def __init__(self, content: Any) -> None:
        self._content = content

    def read(self) -> Any:
        return self._content


class AsyncFile:
    async def read(self) -> bytes:
        return PNG


def test_every_binary_source_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.png", PNG)
    with tempfile.TemporaryFile() as file, zipfile.ZipFile(path) as archive, archive.open("a.png") as member:
        file.write(PNG)
        file.seek(0)
        for source in (PNG, bytearray(PNG), memoryview(PNG), io.BytesIO(PNG), Pipe(PNG), file, file, member):
            assert sent_content(source) == ("image/png", PNG)


def test_objects_that_read_no_bytes_are_rejected(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(PNG)
    with path.open() as text, path.open("ab") as output, tempfile.NamedTemporaryFile("w+") as wrapped:
        for source in (Pipe("text"), AsyncFile(), text, wrapped):
            with pytest.raises(TypeError, match="binary mode"):
                media_members(source, None)  # type: ignore[arg-type]
        with pytest.raises(OSError, match="read"):
            media_members(output, None)
