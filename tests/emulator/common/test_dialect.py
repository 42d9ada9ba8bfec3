"""Dialects of the emulated API, beside their scenarios."""

import base64
from typing import Any

import pytest

from bytezkit_emulator import Dialect, Emulator
from bytezkit_emulator.__main__ import main
from bytezkit_emulator._common.dialect import DIALECT_CHOICES
from tests.emulator.clients import IMAGE, open_client, output


def test_data_url_has_the_content() -> None:
    client = open_client(Emulator(dialect=Dialect(media_url="data")))
    prefix, _, data = output(client.post(IMAGE, json={"text": "a"})).partition(",")
    assert prefix == "data:image/png;base64"
    streamed = client.post(IMAGE, json={"text": "a", "json": False})
    assert base64.b64decode(data, validate=True) == streamed.content


@pytest.mark.parametrize("name", DIALECT_CHOICES)
def test_invalid_choice_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    default = getattr(Dialect(), name)
    invalid: Any = {name: "other"}
    with pytest.raises(ValueError, match=f"^{name} must be one of {default}, "):
        Dialect(**invalid)
    with pytest.raises(SystemExit):
        main([f"--{name.replace('_', '-')}=other"])
    assert f"invalid choice: 'other' (choose from '{default}'" in capsys.readouterr().err
