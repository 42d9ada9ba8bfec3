"""Dialects of the emulated API."""

import base64
from typing import Any

import pytest
from httpx import Client

from bytezkit_emulator import Dialect, Emulator
from bytezkit_emulator.__main__ import main
from bytezkit_emulator._common.dialect import DIALECT_CHOICES
from tests.emulator import clients
from tests.emulator.clients import IMAGE, open_client, output


def connect(engine: Any = "synthetic", **dialect: Any) -> Client:
    return open_client(Emulator(engine=engine, dialect=Dialect(**dialect)))


class TestMediaUrl:
    def test_emulator_url_can_be_fetched_and_vendor_url_cannot(self) -> None:
        client = connect(media_url="emulator")
        url = output(client.post(IMAGE, json={"text": "a"}))
        assert url.startswith("http://emulator/media/")
        assert client.get(url).content.startswith(b"\x89PNG")
        token, client = url.rpartition("/")[2], connect(media_url="vendor")
        url = output(client.post(IMAGE, json={"text": "a"}))
        assert url == f"https://cdn.bytez.com/model/output/{clients.IMAGE_ID}/{token}"
        assert client.get(f"/media/{token}").status_code == 404

    def test_data_url_has_the_content(self) -> None:
        client = connect(media_url="data")
        prefix, _, data = output(client.post(IMAGE, json={"text": "a"})).partition(",")
        assert prefix == "data:image/png;base64"
        streamed = client.post(IMAGE, json={"text": "a", "json": False})
        assert base64.b64decode(data, validate=True) == streamed.content

    @pytest.mark.parametrize("media_url", ["emulator", "vendor", "data"])
    def test_canned_url_is_unchanged(self, media_url: Any) -> None:
        url = output(connect("canned", media_url=media_url).post(IMAGE, json={"text": "a"}))
        assert url == f"https://cdn.bytez.com/model/output/{clients.IMAGE_ID}/1234567890.png"


@pytest.mark.parametrize("name", DIALECT_CHOICES)
def test_invalid_choice_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    default = getattr(Dialect(), name)
    invalid: Any = {name: "other"}
    with pytest.raises(ValueError, match=f"^{name} must be one of {default}, "):
        Dialect(**invalid)
    with pytest.raises(SystemExit):
        main([f"--{name.replace('_', '-')}=other"])
    assert f"invalid choice: 'other' (choose from '{default}'" in capsys.readouterr().err
