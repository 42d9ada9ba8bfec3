"""Where the client finds its settings, and which it refuses."""

from datetime import timedelta
from typing import Any

import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit._core.config import DEFAULT_BASE_URL, Limits, Origin, resolve_origin
from bytezkit._core.secrets import Secret
from bytezkit.errors import ConfigurationError


def configured(base_url: str | None = None, *, allow_insecure: bool = False) -> Origin:
    return resolve_origin(
        api_key=Secret("key"), provider_key=None, base_url=base_url, allow_insecure=allow_insecure
    )


def test_the_key_comes_from_the_argument_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYTEZ_KEY", "from-environment")
    given: dict[str, Any] = {"provider_key": None, "base_url": None, "allow_insecure": False}
    assert resolve_origin(api_key=None, **given).api_key.reveal() == "from-environment"
    assert resolve_origin(api_key=Secret("given"), **given).api_key.reveal() == "given"


@pytest.mark.parametrize("client", [Bytez, AsyncBytez])
def test_a_missing_key_is_an_error_that_names_both_ways_to_give_it(client: type) -> None:
    with pytest.raises(ConfigurationError, match="pass api_key or set the environment variable BYTEZ_KEY"):
        client()


@pytest.mark.parametrize("key", ["", "a b", "key\n"])
def test_a_key_of_the_environment_is_checked(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("BYTEZ_KEY", key)
    with pytest.raises(ConfigurationError, match="the API key must be"):
        Bytez()


def test_the_url_comes_from_the_argument_then_the_environment_then_the_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert configured().base_url == DEFAULT_BASE_URL
    monkeypatch.setenv("BYTEZ_BASE_URL", "https://environment.example")
    assert configured().base_url == "https://environment.example"
    assert configured("https://given.example").base_url == "https://given.example"
    monkeypatch.setenv("BYTEZ_BASE_URL", "")
    assert configured().base_url == DEFAULT_BASE_URL


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://api.example/", "https://api.example"),
        ("https://api.example/gateway//", "https://api.example/gateway"),
        ("HTTPS://api.example:8443", "HTTPS://api.example:8443"),
    ],
)
def test_a_url_may_have_a_port_and_a_path(url: str, kept: str) -> None:
    assert configured(url).base_url == kept


@pytest.mark.parametrize("client", [Bytez, AsyncBytez])
@pytest.mark.parametrize("url", ["https://a\x00b.example", "https://xn--zzzzzz\u2028.example"])
def test_a_url_that_the_http_library_cannot_take_is_refused_at_once(client: type, url: str) -> None:
    with pytest.raises(ConfigurationError, match="base_url is malformed") as caught:
        client("key", base_url=url)
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "host", ["localhost", "a.localhost", "127.0.0.1", "127.8.8.8:8080", "[::1]:8080", "LOCALHOST"]
)
def test_plain_http_is_taken_on_the_loopback(host: str) -> None:
    assert configured(f"http://{host}").base_url == f"http://{host}"


@pytest.mark.parametrize("host", ["api.example", "10.0.0.1", "[2001:db8::1]"])
def test_plain_http_elsewhere_is_taken_on_request(host: str) -> None:
    assert configured(f"http://{host}", allow_insecure=True).base_url == f"http://{host}"


def test_a_copy_of_the_limits_changes_what_is_given_alone() -> None:
    limits = Limits(deadline=None, max_retries=7, retry_unknown_outcomes=True)
    same = limits.with_changes(
        deadline=None, idle_timeout=None, max_retries=None, retry_unknown_outcomes=None
    )
    assert same == limits
    changed = limits.with_changes(
        deadline=timedelta(1), idle_timeout=timedelta(2), max_retries=0, retry_unknown_outcomes=False
    )
    assert changed == Limits(deadline=timedelta(1), idle_timeout=timedelta(2), max_retries=0)
