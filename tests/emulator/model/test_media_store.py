"""Generated files: their formats, their URLs and the lifetime of the URLs."""

import io
import wave
from typing import Any, Final

import av
import httpx
import pytest
from PIL import Image

from bytezkit_emulator import Emulator
from tests.emulator.clients import error, open_client, output

IMAGE: Final = "/models/v2/dreamlike-art/dreamlike-photoreal-2.0"
SPEECH: Final = "/models/v2/suno/bark-small"
AUDIO: Final = "/models/v2/facebook/musicgen-stereo-small"
VIDEO: Final = "/models/v2/ali-vilab/text-to-video-ms-1.7b"
MODELS: Final = [
    (IMAGE, {"text": "a"}, "image/png"),
    ("/models/v2/afshr/cam_finetune", {}, "image/png"),
    (SPEECH, {"text": "a"}, "audio/wav"),
    (AUDIO, {"text": "a"}, "audio/wav"),
    (VIDEO, {"text": "a"}, "video/mp4"),
]


def content(client: httpx.Client, path: str, params: dict[str, Any], text: str = "a") -> bytes:
    response = client.post(path, json={"text": text, "params": params, "json": False})
    assert response.status_code == 200, response.text
    return response.content


@pytest.mark.parametrize(
    ("params", "size"),
    [
        ({}, (64, 64)),
        ({"width": 1, "height": 1}, (1, 1)),
        ({"width": 256, "height": 257}, (256, 256)),
        ({"width": 10**30, "height": 9.0}, (256, 9)),
    ],
)
def test_image_is_png_of_requested_size(
    client: httpx.Client, params: dict[str, Any], size: tuple[int, int]
) -> None:
    data = content(client, IMAGE, params)
    Image.open(io.BytesIO(data)).verify()
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        assert (image.format, image.mode, image.size) == ("PNG", "RGB", size)


@pytest.mark.parametrize(
    ("path", "params", "samples"),
    [
        (SPEECH, {}, 16_000),
        (AUDIO, {"max_new_tokens": 1}, 8_000),
        (AUDIO, {"max_new_tokens": 10**30}, 32_000),
        # Not an argument of the task, therefore not validated.
        (SPEECH, {"max_new_tokens": "many"}, 16_000),
    ],
)
def test_audio_is_wav_of_requested_length(
    client: httpx.Client, path: str, params: dict[str, Any], samples: int
) -> None:
    audio = content(client, path, params)
    with wave.open(io.BytesIO(audio)) as reader:
        assert reader.getparams()[:4] == (1, 2, 16_000, samples)
        frames = reader.readframes(samples)
    assert len(set(frames)) > 2
    with av.open(io.BytesIO(audio), "r") as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == samples


@pytest.mark.parametrize(
    ("params", "size", "frames"),
    [
        ({}, (64, 64), 16),
        ({"num_frames": 1, "width": 1, "height": 23}, (16, 16), 1),
        ({"num_frames": 10**30, "width": 1000, "height": 1000}, (256, 256), 64),
    ],
)
def test_video_is_h264_of_requested_size_and_length(
    client: httpx.Client, params: dict[str, Any], size: tuple[int, int], frames: int
) -> None:
    with av.open(io.BytesIO(content(client, VIDEO, params)), "r") as container:
        assert [(it.id, it.codec_context.name) for it in container.streams.video] == [(1, "h264")]
        decoded = list(container.decode(video=0))
        assert container.duration == frames * 125_000
    assert len(decoded) == frames
    assert {(frame.width, frame.height) for frame in decoded} == {size}
    assert not any(frame.is_corrupt for frame in decoded)
    assert [frame.pts for frame in decoded] == [100 * position for position in range(frames)]
    first = [bytes(frame.planes[0])[0] for frame in decoded]
    assert all(16 <= luma <= 235 for luma in first)
    if frames > 1:
        assert len(set(first)) > 1


@pytest.mark.parametrize(("path", "body", "media_type"), MODELS)
def test_url_and_stream_of_both_engines_have_equal_content(
    client: httpx.Client, path: str, body: dict[str, Any], media_type: str
) -> None:
    response = client.post(path, json=body)
    url = output(response)
    assert url.startswith("http://emulator/media/")
    assert url.endswith(f".{media_type[-3:]}")
    assert output(client.post(path, json={**body, "stream": False, "json": True})) == url
    served = client.get(url, headers={"authorization": ""})
    assert served.headers["content-type"] == media_type
    assert error(client.get(f"{url[:-3]}xyz"), 404) == "path: file not found or expired"
    head = client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    length = str(len(served.content))
    assert head.headers["content-length"] == served.headers["content-length"] == length
    for options in ({"stream": True}, {"json": False}):
        with client.stream("POST", path, json={**body, **options}) as streamed:
            assert streamed.headers["content-type"] == media_type
            assert "content-length" not in streamed.headers
            assert "inference-cost" in streamed.headers
            chunks = list(streamed.iter_raw())
        assert b"".join(chunks) == served.content
        assert {len(chunk) for chunk in chunks[:-1]} <= {16 * 1024}
        assert len(chunks[-1]) <= 16 * 1024
    with open_client(Emulator(engine="canned")) as canned:
        url = output(canned.post(path, json=body))
        assert url.startswith("https://cdn.bytez.com/")
        assert url.endswith(media_type[-3:])
        streamed = canned.post(path, json={**body, "json": False})
        assert (streamed.headers["content-type"], streamed.content) == (media_type, served.content)


def test_content_depends_on_text_and_params(client: httpx.Client) -> None:
    images = {content(client, IMAGE, {}, text) for text in "abc"} | {content(client, IMAGE, {"width": 65})}
    assert len(images) == 4
