"""Tenants: API keys and the isolated state of each key."""

import pytest

from bytezkit_emulator import Emulator
from tests.emulator.clients import TASKS, error, open_client


def test_two_authorization_headers_or_key_in_query_return_401(emulator: Emulator) -> None:
    with open_client(emulator, None) as client:
        headers = [("authorization", "Key test-key"), ("authorization", "Key test-key")]
        assert error(client.get(TASKS, headers=headers), 401)


@pytest.mark.parametrize("key", ["", "two words", "x" * 257, "café", "line\n"])
def test_malformed_key_raises_without_key_in_message(key: str) -> None:
    with pytest.raises(ValueError, match=r"^a key must be 1 to 256") as caught:
        Emulator(keys=[key])
    assert not key or key not in str(caught.value)


def test_keys_as_one_string_raise() -> None:
    with pytest.raises(TypeError, match="not one string"):
        Emulator(keys="test-key")
