"""Media inputs: sizes of images, and the effect of inputs on outputs."""

import base64
import io
import struct
from typing import Any, Final

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bytezkit_emulator._media.size import image_size
from tests.emulator.clients import VQA, output

CAPTION: Final = "/models/v2/Salesforce/blip-image-captioning-base"
URL: Final = "https://example.com/cat.jpg"


def encode(size: tuple[int, int], form: str, mode: str = "RGB", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, 0).save(file, form, **options)
    return file.getvalue()


def test_caption_depends_on_image_and_its_form(client: httpx.Client) -> None:
    images = [base64.b64encode(encode((size, 3), "PNG")).decode() for size in range(1, 20)]
    images.append(base64.b64encode(URL.encode()).decode())
    bodies = [*({"base64": image} for image in images), {"url": URL}]
    captions = {output(client.post(CAPTION, json=body)) for body in bodies}
    assert len(captions) == 21
    assert all(len(caption.split()) == 6 for caption in captions)


@given(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "BMP"]), st.data())
def test_size_of_truncated_image_is_none_or_correct(form: str, data: st.DataObject) -> None:
    content = encode((30, 20), form)
    assert image_size(content[: data.draw(st.integers(0, len(content)))]) in (None, (30, 20))


@pytest.mark.parametrize("size", [(1, 1), (301, 77), (2, 500), (640, 480)])
@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [
        ("PNG", "RGB", {}),
        ("JPEG", "RGB", {}),
        ("JPEG", "RGB", {"progressive": True, "comment": b"a" * 500}),
        ("GIF", "P", {}),
        ("WEBP", "RGB", {}),
        ("WEBP", "RGB", {"lossless": True}),
        ("WEBP", "RGBA", {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"}),
        ("BMP", "RGB", {}),
    ],
)
def test_size_of_an_image(size: tuple[int, int], form: str, mode: str, options: dict[str, Any]) -> None:
    assert image_size(encode(size, form, mode, **options)) == size


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (b"", None),
        (b"text", None),
        (b"\x89PNG\r\n\x1a\n" + bytes(16), None),
        (b"\x89PNG\r\n\x1a\n" + bytes(8) + struct.pack(">II", 2**32 - 1, 1), (2**32 - 1, 1)),
        (b"BM" + bytes(16) + struct.pack("<ii", 3, -4), (3, 4)),
        (b"BM" + bytes(16) + struct.pack("<ii", -3, 4), None),
        # Fill bytes and a marker without payload before the frame.
        (b"\xff\xd8\xff\xff\xff\x01\xff\xc0" + struct.pack(">HBHH", 8, 8, 6, 5), (5, 6)),
        (b"\xff\xd8\x00\x00", None),
        (b"RIFF....WEBPVP9 " + bytes(30), None),
    ],
)
def test_size_of_unusual_header(content: bytes, size: tuple[int, int] | None) -> None:
    assert image_size(content) == size


def test_output_depends_on_media_parts_and_question(client: httpx.Client) -> None:
    def message(name: str) -> str:
        part = {"type": "image", "url": f"https://example.com/{name}"}
        body = {"messages": [{"role": "user", "content": [{"type": "text", "text": "Describe"}, part]}]}
        return str(output(client.post("/models/v2/google/gemma-3-4b-it", json=body))["content"])

    assert message("cat.png") == message("cat.png") != message("dog.png")
    answers = [output(client.post(VQA, json={"text": it, "url": URL})) for it in ("Why?", "Who?")]
    assert answers[0] != answers[1]
    assert len(message("cat.png").split()) == 24
