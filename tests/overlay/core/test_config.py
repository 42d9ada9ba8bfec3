"""Sources and validation of the client's settings."""

import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit._core.config import DEFAULT_BASE_URL, Origin, resolve_origin
from bytezkit._core.secrets import Secret
from bytezkit.errors import ConfigurationError


def resolve(base_url: str | None = None, key: str | None = "key", *, allow_insecure: bool = False) -> Origin:
    return resolve_origin(
        api_key=Secret(key) if key else None,
        provider_key=None,
        base_url=base_url,
        allow_insecure=allow_insecure,
        headers=None,
    )


def test_api_key_argument_overrides_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYTEZ_KEY", "from-environment")
    assert resolve(key=None).api_key.reveal() == "from-environment"
    assert resolve(key="given").api_key.reveal() == "given"


@pytest.mark.parametrize("client", [Bytez, AsyncBytez])
def test_missing_api_key_error_names_argument_and_environment_variable(client: type) -> None:
    with pytest.raises(ConfigurationError, match="pass api_key or set the environment variable BYTEZ_KEY"):
        client()


@pytest.mark.parametrize("key", ["", "a b", "key\n"])
def test_invalid_api_key_in_environment_raises(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("BYTEZ_KEY", key)
    with pytest.raises(ConfigurationError, match="the API key must be"):
        Bytez()


def test_base_url_argument_overrides_environment_and_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolve().base_url == DEFAULT_BASE_URL
    monkeypatch.setenv("BYTEZ_BASE_URL", "https://environment.example")
    assert resolve().base_url == "https://environment.example"
    assert resolve("https://given.example").base_url == "https://given.example"
    monkeypatch.setenv("BYTEZ_BASE_URL", "")
    assert resolve().base_url == DEFAULT_BASE_URL


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://api.example/", "https://api.example"),
        ("https://api.example/gateway//", "https://api.example/gateway"),
        ("HTTPS://api.example:8443", "HTTPS://api.example:8443"),
        # Plain HTTP is allowed on the loopback.
        *((f"http://{host}", f"http://{host}") for host in ("localhost", "a.localhost", "127.0.0.1")),
        *((f"http://{host}", f"http://{host}") for host in ("127.8.8.8:8080", "[::1]:8080", "LOCALHOST")),
    ],
)
def test_valid_base_url_is_kept_without_trailing_slashes(url: str, expected: str) -> None:
    assert resolve(url).base_url == expected


@pytest.mark.parametrize("host", ["api.example", "10.0.0.1", "[2001:db8::1]"])
def test_allow_insecure_accepts_plain_http(host: str) -> None:
    assert resolve(f"http://{host}", allow_insecure=True).base_url == f"http://{host}"
