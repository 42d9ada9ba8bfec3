"""Settings of the client and options of single calls: sources, durations, headers, and mistakes."""

from contextlib import nullcontext
from typing import Any

import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit._core.config import DEFAULT_BASE_URL, Origin, resolve_origin
from bytezkit._core.secrets import Secret
from bytezkit.errors import ConfigurationError
from tests.overlay.conftest import MakeClient
from tests.overlay.replies import MODEL, cluster, output
from tests.overlay.scripted_service import KEY, resolve

pytestmark = pytest.mark.anyio


async def test_durations_of_all_calls_take_numbers(make_client: MakeClient) -> None:
    running = output(cluster())
    scripted = make_client(output("Loading"), running, running, deadline=60, idle_timeout=1.5)
    model = scripted.client.model(MODEL)
    await scripted.do(lambda _: model.load(timeout=30, idle_timeout=120))
    await scripted.do(lambda _: model.cluster.update(idle_timeout=120))
    assert b'"timeout":2' in scripted.script.requests[-1].content


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


def origin(
    base_url: str | None = None, key: str | None = "key", *, allow_insecure: bool | None = None
) -> Origin:
    return resolve_origin(
        api_key=Secret(key) if key else None,
        provider_key=None,
        base_url=base_url,
        allow_insecure=allow_insecure,
        headers=None,
    )


def test_api_key_argument_overrides_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BYTEZ_KEY", "from-environment")
    assert origin(key=None).api_key.reveal() == "from-environment"
    assert origin(key="given").api_key.reveal() == "given"


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
    assert origin().base_url == DEFAULT_BASE_URL
    monkeypatch.setenv("BYTEZ_BASE_URL", "https://environment.example")
    assert origin().base_url == "https://environment.example"
    assert origin("https://given.example").base_url == "https://given.example"
    monkeypatch.setenv("BYTEZ_BASE_URL", "")
    assert origin().base_url == DEFAULT_BASE_URL


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
    expected = {
        "base_url": "https://example.com/gateway/models/v2/openai/v1",
        "api_key": "a-key",
        "default_headers": {"x-team": "a"},
    }
    assert client.openai_options() == expected
    headers = client.with_options(provider_key="other").openai_options()["default_headers"]
    assert headers == {"x-team": "a", "provider-key": "other"}
    # Plain strings for libraries that format or encode them.
    assert f"Bearer {client.openai_options()['api_key']}" == "Bearer a-key"
