"""Media that are sent: which spelling counts, what their content is, and what is refused."""

import base64
import io
import struct
from typing import Any, Final

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bytezkit_emulator._media.size import Size, image_size
from tests.emulator.clients import DETR, VQA, error, output

CAPTION: Final = "/models/v2/Salesforce/blip-image-captioning-base"
SPEECH: Final = "/models/v2/facebook/data2vec-audio-base-960h"
MASKS: Final = "/models/v2/facebook/sam-vit-base"
URL: Final = "https://example.com/cat.jpg"
CONTENT: Final = base64.b64encode(b"GIF89a\x07\x00\x05\x00 and more").decode()


def encoded(size: tuple[int, int], form: str, mode: str = "RGB", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, 0).save(file, form, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    "same",
    [
        {"base64": CONTENT},
        {"base64": f"data:image/gif;base64,{CONTENT}"},
        {"base64": f"DATA:image/gif;name=a;BASE64,{CONTENT}"},
        {"base64": f" {CONTENT[:5]}\n{CONTENT[5:]}\t"},
        {"image": CONTENT},
        {"image": f"data:;base64,\n{CONTENT}"},
        {"image": CONTENT, "base64": "%"},
        {"input": CONTENT},
        {"input": f"data:image/gif;base64,{CONTENT}"},
        {"input": {"base64": CONTENT}},
        {"input": {"image": CONTENT}, "params": {}},
    ],
)
def test_content_is_the_same_in_every_spelling(client: httpx.Client, same: dict[str, Any]) -> None:
    for path in (DETR, CAPTION, MASKS, SPEECH):
        expected = output(client.post(path, json={"base64": CONTENT}))
        assert output(client.post(path, json=same)) == expected


@pytest.mark.parametrize(
    "same",
    [
        {"image_url": URL},
        {"image": URL},
        {"url": URL, "image_url": "other", "image": "%", "base64": "%"},
        {"image_url": URL, "image": "%", "base64": "%"},
        {"image": URL, "base64": "%"},
        {"input": URL},
        {"input": {"url": URL}},
    ],
)
def test_a_url_is_the_same_in_every_spelling(client: httpx.Client, same: dict[str, Any]) -> None:
    for path in (DETR, CAPTION, SPEECH):
        assert output(client.post(path, json=same)) == output(client.post(path, json={"url": URL}))


def test_the_scheme_of_a_url_may_be_in_capitals(client: httpx.Client) -> None:
    url = "HTTP://example.com/cat.jpg"
    answers = [output(client.post(DETR, json={name: url})) for name in ("url", "image", "input")]
    assert answers[0] == answers[1] == answers[2]


def test_captions_follow_the_picture(client: httpx.Client) -> None:
    pictures = [base64.b64encode(encoded((size, 3), "PNG")).decode() for size in range(1, 20)]
    captions = {output(client.post(CAPTION, json={"base64": picture})) for picture in pictures}
    urls = {output(client.post(CAPTION, json={"url": f"{URL}?{size}"})) for size in range(1, 20)}
    assert len(captions | urls) == 38
    assert all(len(caption.split()) == 6 for caption in captions | urls)


def test_a_url_is_not_its_text_as_content(client: httpx.Client) -> None:
    text = base64.b64encode(URL.encode()).decode()
    answers = [client.post(CAPTION, json=body) for body in ({"url": URL}, {"base64": text})]
    assert output(answers[0]) != output(answers[1])


@pytest.mark.parametrize(
    ("params", "words"),
    [({"max_new_tokens": 2}, 2), ({"min_new_tokens": 9}, 9), ({"max_length": 3}, 3), ({"min_length": 2}, 6)],
)
def test_how_long_a_caption_is(client: httpx.Client, params: dict[str, Any], words: int) -> None:
    assert len(output(client.post(CAPTION, json={"url": URL, "params": params})).split()) == words


@given(st.binary(min_size=1, max_size=40))
def test_any_bytes_can_be_sent(content: bytes) -> None:
    size = image_size(content)
    assert size is None or min(size) >= 1


@given(st.sampled_from(["PNG", "JPEG", "GIF", "WEBP", "BMP"]), st.data())
def test_a_picture_may_be_cut_anywhere(form: str, data: st.DataObject) -> None:
    whole = encoded((30, 20), form)
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    assert image_size(cut) in (None, (30, 20))


@pytest.mark.parametrize("size", [(1, 1), (301, 77), (2, 500), (640, 480)])
@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [
        ("PNG", "RGB", {}),
        ("PNG", "L", {}),
        ("JPEG", "RGB", {}),
        ("JPEG", "RGB", {"progressive": True, "comment": b"a" * 500}),
        ("GIF", "P", {}),
        ("WEBP", "RGB", {}),
        ("WEBP", "RGB", {"lossless": True}),
        ("WEBP", "RGBA", {"exif": b"Exif\0\0II*\0\x08\0\0\0\0\0"}),
        ("BMP", "RGB", {}),
    ],
)
def test_the_size_is_read_from_the_picture(
    client: httpx.Client, size: tuple[int, int], form: str, mode: str, options: dict[str, Any]
) -> None:
    picture = encoded(size, form, mode, **options)
    assert image_size(picture) == size
    body = {"base64": base64.b64encode(picture).decode()}
    for detection in output(client.post(DETR, json=body)):
        assert detection["box"]["xmax"] <= size[0]
        assert detection["box"]["ymax"] <= size[1]


@pytest.mark.parametrize(
    ("picture", "size"),
    [
        (b"", None),
        (b"text", None),
        (b"\x89PNG\r\n\x1a\n" + bytes(16), None),
        (b"\x89PNG\r\n\x1a\n" + bytes(8) + struct.pack(">II", 2**32 - 1, 1), (2**32 - 1, 1)),
        (b"BM" + bytes(16) + struct.pack("<ii", 3, -4), (3, 4)),
        (b"BM" + bytes(16) + struct.pack("<ii", -3, 4), None),
        # Fill bytes and a marker without content before the frame.
        (b"\xff\xd8\xff\xff\xff\x01\xff\xc0" + struct.pack(">HBHH", 8, 8, 6, 5), (5, 6)),
        (b"\xff\xd8\x00\x00", None),
        (b"RIFF....WEBPVP9 " + bytes(30), None),
    ],
)
def test_odd_headers(picture: bytes, size: tuple[int, int] | None) -> None:
    assert image_size(picture) == size


@pytest.mark.parametrize(
    ("size", "side", "within"),
    [((10, 20), 20, (10, 20)), ((10, 20), 10, (5, 10)), ((1, 1000), 64, (1, 64)), ((100, 90), 64, (64, 57))],
)
def test_how_sizes_shrink(size: tuple[int, int], side: int, within: tuple[int, int]) -> None:
    assert Size(*size).within(side) == within


def test_text_stands_for_the_question(client: httpx.Client) -> None:
    for path in (VQA, "/models/v2/cloudqi/CQI_Visual_Question_Awnser_PT_v0"):
        first = output(client.post(path, json={"question": "Why?", "url": URL}))
        for spelling in ("url", "image_url", "image"):
            assert output(client.post(path, json={"text": "Why?", spelling: URL})) == first
        assert output(client.post(path, json={"input": {"text": "Why?", "image": URL}})) == first
        assert output(client.post(path, json={"text": "Who?", "url": URL})) != first
        reason = error(client.post(path, json={"input": URL}), 422)
        assert reason.endswith("takes question and one of url, image_url, image or base64")


def test_media_in_messages_count(client: httpx.Client) -> None:
    def answer(name: str) -> str:
        part = {"type": "image", "url": f"https://example.com/{name}"}
        body = {"messages": [{"role": "user", "content": [{"type": "text", "text": "Describe"}, part]}]}
        content: str = output(client.post("/models/v2/google/gemma-3-4b-it", json=body))["content"]
        return content

    assert answer("cat.png") == answer("cat.png") != answer("dog.png")
    assert len(answer("cat.png").split()) == 24
