"""Media references as values: media type, display, pickling, and references without a client."""

import pickle
from pathlib import Path
from typing import Any, Final

import pytest

from bytezkit.types import AsyncMediaRef, MediaRef
from tests.overlay.conftest import MakeClient
from tests.overlay.scripted_service import (
    KEY,
    PROVIDER_KEY,
    ClientKind,
    contents,
    reply,
    resolve,
)

pytestmark = pytest.mark.anyio

URL: Final = "https://media.example/a.PNG?signature=1"
DATA_URL: Final = "data:image/png;base64,YWJj"


@pytest.fixture
def ref_class(client_kind: ClientKind) -> type[Any]:
    return MediaRef if client_kind == "sync" else AsyncMediaRef


@pytest.mark.parametrize(
    ("url", "media_type"),
    [
        (URL, "image/png"),
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


@pytest.mark.parametrize("saved", [False, True])
@pytest.mark.parametrize(
    ("content_type", "media_type"),
    [
        ("Image/WEBP; q=1", "image/webp"),
        ("application/octet-stream", "image/png"),
        ("binary/octet-stream", "image/png"),
    ],
)
async def test_download_tells_the_media_type(
    make_client: MakeClient, tmp_path: Path, saved: bool, content_type: str, media_type: str
) -> None:
    ref = make_client(reply(200, b"abc", content_type=content_type)).client.media(URL)
    await resolve(ref.save(tmp_path / "a") if saved else ref.download())
    assert ref.media_type == media_type


@pytest.mark.parametrize(
    ("content_type", "displayed"),
    [
        ("image/png", {"image/png": "YWJj"}),
        ("image/webp", {"text/html": '<img src="data:image/webp;base64,YWJj">'}),
        ("audio/wav", {"text/html": '<audio controls src="data:audio/wav;base64,YWJj"></audio>'}),
        ("video/mp4", {"text/html": '<video controls src="data:video/mp4;base64,YWJj"></video>'}),
        ('image/"><script>', {}),
        ("text/html", {}),
    ],
)
async def test_notebook_displays_downloaded_media(
    make_client: MakeClient, content_type: str, displayed: dict[str, str]
) -> None:
    ref = make_client(reply(200, b"abc", content_type=content_type)).client.media(URL)
    assert ref._repr_mimebundle_(include=None, exclude=None) == {"text/plain": repr(ref)}
    await resolve(ref.download())
    assert ref._repr_mimebundle_(include=None, exclude=None) == {"text/plain": repr(ref), **displayed}


async def test_notebook_displays_a_downloaded_data_url(ref_class: type[Any]) -> None:
    ref = ref_class(DATA_URL)
    assert await resolve(ref.download()) == b"abc"
    assert ref._repr_mimebundle_()["image/png"] == "YWJj"


async def test_pickled_reference_has_no_key_and_no_client(make_client: MakeClient, tmp_path: Path) -> None:
    it = make_client(provider_key=PROVIDER_KEY)
    pickled = pickle.dumps([it.client.media(URL), it.client.media(DATA_URL)])
    assert KEY.encode() not in pickled
    assert PROVIDER_KEY.encode() not in pickled
    remote, data = pickle.loads(pickled)
    assert (remote.url, remote.media_type) == (URL, "image/png")
    assert await resolve(data.download()) == b"abc"
    await resolve(data.save(tmp_path / "a"))
    assert contents(tmp_path) == [b"abc"]
    for call in (remote.download, lambda: remote.save(tmp_path / "b")):
        with pytest.raises(RuntimeError, match=r"no client: use client\.media\(url\)"):
            await resolve(call())


def test_reference_can_be_constructed(ref_class: type[Any]) -> None:
    assert repr(ref_class("https://a.example")) == f"{ref_class.__name__}('https://a.example')"
    with pytest.raises(TypeError, match="url must be a string, not "):
        ref_class(Path("a.png"))
