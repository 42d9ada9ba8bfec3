"""Files that models make: their bytes, their URLs, and how long those are good for."""

import io
import wave
from datetime import timedelta
from typing import Any, Final

import av
import httpx
import pytest
from PIL import Image

from bytezkit_emulator import Emulator, Settings
from tests.emulator.clients import error, open_client, output

IMAGE: Final = "/models/v2/dreamlike-art/dreamlike-photoreal-2.0"
UNCONDITIONAL: Final = "/models/v2/afshr/cam_finetune"
SPEECH: Final = "/models/v2/suno/bark-small"
AUDIO: Final = "/models/v2/facebook/musicgen-stereo-small"
VIDEO: Final = "/models/v2/ali-vilab/text-to-video-ms-1.7b"
KINDS: Final = [
    (IMAGE, {"text": "a"}, "image/png", "png"),
    (UNCONDITIONAL, {}, "image/png", "png"),
    (SPEECH, {"text": "a"}, "audio/wav", "wav"),
    (AUDIO, {"text": "a"}, "audio/wav", "wav"),
    (VIDEO, {"text": "a"}, "video/mp4", "mp4"),
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
        ({"width": 100, "height": 8}, (100, 8)),
        ({"width": 256, "height": 257}, (256, 256)),
        ({"width": 10**30, "height": 9.0}, (256, 9)),
    ],
)
def test_pictures_open(client: httpx.Client, params: dict[str, Any], size: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(content(client, IMAGE, params))) as picture:
        picture.load()
        assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", size)
    with Image.open(io.BytesIO(content(client, IMAGE, params))) as picture:
        picture.verify()


@pytest.mark.parametrize(
    ("path", "params", "samples"),
    [
        (SPEECH, {}, 16_000),
        (AUDIO, {"max_new_tokens": 1}, 8_000),
        (AUDIO, {"max_new_tokens": 75}, 24_000),
        (AUDIO, {"max_new_tokens": 10**30}, 32_000),
        # Not an argument of the task, so it is passed on unread.
        (SPEECH, {"max_new_tokens": "many"}, 16_000),
    ],
)
def test_sounds_open(client: httpx.Client, path: str, params: dict[str, Any], samples: int) -> None:
    sound = content(client, path, params)
    with wave.open(io.BytesIO(sound)) as reader:
        assert reader.getparams()[:4] == (1, 2, 16_000, samples)
        frames = reader.readframes(samples)
    assert len(frames) == 2 * samples
    assert len(set(frames)) > 2
    with av.open(io.BytesIO(sound), "r") as container:
        heard = [frame.samples for frame in container.decode(audio=0)]
    assert sum(heard) == samples


@pytest.mark.parametrize(
    ("params", "size", "frames"),
    [
        ({}, (64, 64), 16),
        ({"num_frames": 1, "width": 1, "height": 23}, (16, 16), 1),
        ({"num_frames": 3, "width": 24, "height": 256}, (32, 256), 3),
        ({"num_frames": 65, "width": 16, "height": 16}, (16, 16), 64),
        ({"num_frames": 10**30, "width": 1000, "height": 1000}, (256, 256), 64),
    ],
)
def test_videos_open(
    client: httpx.Client, params: dict[str, Any], size: tuple[int, int], frames: int
) -> None:
    with av.open(io.BytesIO(content(client, VIDEO, params)), "r") as container:
        assert container.streams.video[0].codec_context.name == "h264"
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


@pytest.mark.parametrize(("path", "body", "media_type", "suffix"), KINDS)
def test_a_url_gives_the_bytes_of_the_stream(
    client: httpx.Client, path: str, body: dict[str, Any], media_type: str, suffix: str
) -> None:
    response = client.post(path, json=body)
    url = output(response)
    assert url.startswith("http://emulator/media/")
    assert url.endswith(f".{suffix}")
    assert output(client.post(path, json=body)) == url
    del client.headers["authorization"]
    served = client.get(url)
    assert served.headers["content-type"] == media_type
    assert served.headers["content-length"] == str(len(served.content))
    head = client.head(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == served.headers["content-length"]
    client.headers["authorization"] = "Key test-key"
    for options in ({"stream": True}, {"json": False}, {"stream": True, "json": False}):
        with client.stream("POST", path, json={**body, **options}) as streamed:
            assert streamed.headers["content-type"] == media_type
            assert "content-length" not in streamed.headers
            assert {name for name in response.headers if "inference" in name or "ratelimit" in name} == {
                name for name in streamed.headers if "inference" in name or "ratelimit" in name
            }
            chunks = list(streamed.iter_raw())
        assert b"".join(chunks) == served.content
        assert {len(chunk) for chunk in chunks[:-1]} <= {16 * 1024}
        assert len(chunks[-1]) <= 16 * 1024
    assert output(client.post(path, json={**body, "stream": False, "json": True})) == url


def test_every_picture_is_another(client: httpx.Client) -> None:
    pictures = {content(client, IMAGE, {}, text) for text in "abc"} | {content(client, IMAGE, {"width": 65})}
    assert len(pictures) == 4


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("localhost:8080", "http://localhost:8080"),
        ("[::1]:8080", "http://[::1]:8080"),
        ("example.com", "http://example.com"),
        ("a b", "http://localhost"),
        ("", "http://localhost"),
    ],
)
def test_the_url_has_the_host_of_the_request(client: httpx.Client, host: str, origin: str) -> None:
    url = output(client.post(UNCONDITIONAL, json={}, headers={"host": host}))
    assert url.startswith(f"{origin}/media/")


def test_the_url_has_the_scheme_of_the_request(client: httpx.Client) -> None:
    url = output(client.post(f"https://emulator{UNCONDITIONAL}", json={}))
    assert url.startswith("https://emulator/media/")


def test_a_url_can_be_fetched_over_http() -> None:
    emulator = Emulator()
    with emulator, httpx.Client(base_url=emulator.url, trust_env=False) as client:
        headers = {"authorization": "Key test-key"}
        url = output(client.post(VIDEO, json={"text": "a"}, headers=headers))
        assert url.startswith(f"{emulator.url}/media/")
        served = client.get(url)
        assert served.headers["content-type"] == "video/mp4"
        assert client.head(url).headers["content-length"] == str(len(served.content))
        streamed = client.post(VIDEO, json={"text": "a", "stream": True}, headers=headers)
        assert streamed.content == served.content


class TestLifetime:
    def test_a_url_expires_an_hour_after_it_was_last_given_out(self) -> None:
        emulator = Emulator(clock="auto")
        with open_client(emulator) as client:
            url = output(client.post(UNCONDITIONAL, json={}))
            emulator.clock.advance(timedelta(minutes=59))
            assert client.get(url).status_code == 200
            assert output(client.post(UNCONDITIONAL, json={})) == url
            emulator.clock.advance(timedelta(minutes=59))
            assert client.get(url).status_code == 200
            emulator.clock.advance(timedelta(minutes=1))
            for method in ("GET", "HEAD"):
                assert client.request(method, url).status_code == 404
            assert error(client.get(url), 404) == "path: file not found or expired"

    def test_the_oldest_go_first_when_there_is_no_room(self) -> None:
        emulator = Emulator(settings=Settings(media_limit=30_000))
        with open_client(emulator) as client:
            first, second = (output(client.post(IMAGE, json={"text": text})) for text in "ab")
            output(client.post(IMAGE, json={"text": "a"}))
            third = output(client.post(IMAGE, json={"text": "c"}))
            assert [client.get(url).status_code for url in (first, second, third)] == [200, 404, 200]

    def test_what_has_expired_makes_room(self) -> None:
        emulator = Emulator(settings=Settings(media_lifetime=timedelta(seconds=1)))
        with open_client(emulator) as client:
            first = output(client.post(IMAGE, json={"text": "a"}))
            emulator.clock.advance(timedelta(seconds=1))
            second = output(client.post(IMAGE, json={"text": "b"}))
            assert [client.get(url).status_code for url in (first, second)] == [404, 200]
        assert len(emulator._runtime._service._world.media_store._files) == 1


@pytest.mark.parametrize("path", ["/media/", "/media/abc", "/media/abc.png", "/media/a/b.png"])
def test_there_is_nothing_else(client: httpx.Client, path: str) -> None:
    assert error(client.get(path), 404) == "path: file not found or expired"


def test_only_get_and_head(client: httpx.Client) -> None:
    url = output(client.post(UNCONDITIONAL, json={}))
    response = client.post(url)
    assert error(response, 405) == "method: POST is not allowed here"
    assert response.headers["allow"] == "GET, HEAD"
    assert error(client.get(url.replace(".png", ".wav")), 404)
    assert error(client.get("/media"), 404) == "path: there is nothing here"


@pytest.mark.parametrize(("path", "body", "media_type", "suffix"), KINDS)
def test_the_canned_engine_names_the_contracts_url_and_streams_a_file(
    path: str, body: dict[str, Any], media_type: str, suffix: str
) -> None:
    with open_client(Emulator(engine="canned")) as client:
        url = output(client.post(path, json=body))
        assert url.startswith("https://cdn.bytez.com/")
        assert url.endswith(suffix)
        streamed = client.post(path, json={**body, "json": False})
    assert streamed.headers["content-type"] == media_type
    with open_client(Emulator()) as client:
        assert client.post(path, json={**body, "json": False}).content == streamed.content
