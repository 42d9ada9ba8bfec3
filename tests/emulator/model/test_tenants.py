"""Tenants: API keys and the isolated state of each key."""

import httpx
import pytest

from bytezkit_emulator import Emulator
from tests.emulator.clients import CLUSTERS, GPT2, TASKS, error, open_client, output


@pytest.mark.parametrize(
    "value", ["key KEY-x", "KEY   KEY-x ", "KEY-x", " KEY-x", "Bearer KEY-x", "bEaReR KEY-x"]
)
def test_scheme_of_authorization_is_optional_and_case_insensitive(value: str) -> None:
    with open_client(Emulator(keys=["KEY-x"]), None) as client:
        assert output(client.get(TASKS, headers={"authorization": value}))
        assert error(client.get(TASKS, headers={"authorization": "Key -x"}), 401)


def test_two_authorization_headers_or_key_in_query_return_401(emulator: Emulator) -> None:
    with open_client(emulator, None) as client:
        headers = [("authorization", "Key test-key"), ("authorization", "Key test-key")]
        assert error(client.get(TASKS, headers=headers), 401)
        assert error(client.get(f"{CLUSTERS}?key=test-key"), 401) == "Unauthorized"


@pytest.mark.parametrize("key", ["", "two words", "x" * 257, "café", "line\n"])
def test_malformed_key_raises_without_key_in_message(key: str) -> None:
    with pytest.raises(ValueError, match=r"^a key must be 1 to 256") as caught:
        Emulator(keys=[key])
    assert not key or key not in str(caught.value)


def test_keys_as_one_string_raise() -> None:
    with pytest.raises(TypeError, match="not one string"):
        Emulator(keys="test-key")


def test_malformed_provider_key_returns_400_without_key_in_response(client: httpx.Client) -> None:
    response = client.post(GPT2, json={"text": "a"}, headers={"provider-key": "my secret"})
    assert error(response, 400).startswith("header/provider-key: value does not match")
    assert "secret" not in response.text
    assert output(client.post(GPT2, json={"text": "a"}, headers={"provider-key": "secret"}))
