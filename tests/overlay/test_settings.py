"""Settings of the client and options of single calls: sources, durations, headers, and mistakes."""

from contextlib import nullcontext
from typing import Any

import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit._core.config import DEFAULT_BASE_URL, Origin, resolve_origin
from bytezkit._core.secrets import Secret
from bytezkit.errors import ConfigurationError
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import MODEL, output
from tests.overlay.scripted_service import KEY, resolve

pytestmark = pytest.mark.anyio


async def test_handle_with_options_changes_only_its_own_calls(make_client: MakeClient) -> None:
    scripted = make_client(output("a"), output("b"), output("c"))
    model = scripted.client.model(MODEL)
    quick = model.with_options(deadline=5, headers={"x-team": "a"})
    assert type(quick) is type(model)
    for handle in (quick, model, model.with_options(deadline=None)):
        await resolve(handle.run("x"))
    assert scripted.request_timeouts() == [5, 600, None]
    assert [request.headers.get("x-team") for request in scripted.script.requests] == ["a", None, None]


async def test_headers_are_sent_to_the_service(make_client: MakeClient) -> None:
    scripted = make_client(output("a"), output("b"), headers={"X-Gateway": "g", "User-Agent": "mine"})
    await scripted.run("x")
    more = scripted.client.with_options(headers={"x-team": "t"})
    await scripted.do(lambda _: more.model(MODEL).run("x"))
    first, second = (request.headers for request in scripted.script.requests)
    assert (first["x-gateway"], first["user-agent"], first["authorization"]) == ("g", "mine", f"Key {KEY}")
    assert (second["x-gateway"], second["x-team"], "x-team" in first) == ("g", "t", False)


@pytest.mark.parametrize("kind", [Bytez, AsyncBytez])
def test_with_options_returns_the_subclass(kind: type) -> None:
    subclass: Any = type("Subclass", (kind,), {"label": "none"})
    client = subclass(KEY)
    client.label = "mine"
    changed = client.with_options(max_retries=0)
    assert (type(changed), changed.label) == (subclass, "mine")


def origin(base_url: str | None = None, *, allow_insecure: bool | None = None) -> Origin:
    key = Secret("key")
    return resolve_origin(
        api_key=key, provider_key=None, base_url=base_url, allow_insecure=allow_insecure, headers=None
    )


@pytest.mark.parametrize("client", [Bytez, AsyncBytez])
def test_api_key_is_the_argument_or_the_environment_variable(
    monkeypatch: pytest.MonkeyPatch, client: type
) -> None:
    with pytest.raises(ConfigurationError, match="pass api_key or set the environment variable BYTEZ_KEY"):
        client()
    for key in ("", "a b", "key\n"):
        monkeypatch.setenv("BYTEZ_KEY", key)
        with pytest.raises(ConfigurationError, match="the API key must be"):
            client()
    monkeypatch.setenv("BYTEZ_KEY", "from-environment")
    assert client().openai_options()["api_key"] == "from-environment"
    assert client("given").openai_options()["api_key"] == "given"


def test_base_url_argument_overrides_environment_and_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, expected in (
        (None, DEFAULT_BASE_URL),
        ("https://a.b", "https://a.b"),
        ("", DEFAULT_BASE_URL),
    ):
        if variable is not None:
            monkeypatch.setenv("BYTEZ_BASE_URL", variable)
        assert origin().base_url == expected
        assert origin("https://given.example").base_url == "https://given.example"


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
    assert origin(url).base_url == expected
    assert origin(url.replace("localhost", "a.example"), allow_insecure=True).base_url


@pytest.mark.parametrize(
    ("variable", "argument", "error"),
    [
        ("1", None, None),
        ("0", True, None),
        ("1", False, "plain http to emulator"),
        ("0", None, "plain http to emulator"),
        ("", None, "plain http to emulator"),
        ("yes", None, "BYTEZ_ALLOW_INSECURE must be 0 or 1, not 'yes'"),
    ],
)
def test_variable_allows_plain_http(
    monkeypatch: pytest.MonkeyPatch, variable: str, argument: bool | None, error: str | None
) -> None:
    monkeypatch.setenv("BYTEZ_ALLOW_INSECURE", variable)
    with pytest.raises(ConfigurationError, match=error) if error else nullcontext():
        assert origin("http://emulator:8080", allow_insecure=argument).base_url == "http://emulator:8080"


@pytest.mark.parametrize("client_class", [Bytez, AsyncBytez])
def test_openai_options_have_the_settings_of_the_client(client_class: type[Bytez | AsyncBytez]) -> None:
    client = client_class("a-key", base_url="https://example.com/gateway/", headers={"X-Team": "a"})
    url = "https://example.com/gateway/models/v2/openai/v1"
    expected = {"base_url": url, "api_key": "a-key", "default_headers": {"x-team": "a"}}
    assert client.openai_options() == expected
    headers = client.with_options(provider_key="other").openai_options()["default_headers"]
    assert headers == {"x-team": "a", "provider-key": "other"}
    # Plain strings for libraries that format or encode them.
    assert f"Bearer {client.openai_options()['api_key']}" == "Bearer a-key"
