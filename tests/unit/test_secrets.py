"""Keys are checked, and never printed."""

import pickle
from typing import Any

import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit._secrets import Secret
from bytezkit.errors import ConfigurationError


@pytest.mark.parametrize("key", ["k", "k" * 256, "!~:/?#[]@", "0123-abc_DEF"])
def test_printable_keys_are_taken(key: str) -> None:
    secret = Secret(key)
    secret.check("the key")
    assert secret.reveal() == key


@pytest.mark.parametrize(
    "key", ["", "k" * 257, "two words", "line\n", "\tkey", "schlüssel", "k\x00", b"key", 5]
)
@pytest.mark.parametrize("argument", ["api_key", "provider_key"])
@pytest.mark.parametrize("client", [Bytez, AsyncBytez])
def test_other_keys_are_refused_without_being_shown(client: Any, argument: str, key: object) -> None:
    with pytest.raises(ConfigurationError, match="1 to 256 printable ASCII characters") as caught:
        client(**{"api_key": "fine", argument: key})
    assert not key or str(key) not in str(caught.value).replace("256", "")


def test_a_secret_hides_in_whatever_prints_it() -> None:
    secret = Secret("visible")
    assert "visible" not in f"{secret} {secret!r} {[secret]} {secret:}"


def test_a_secret_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret("visible"))
