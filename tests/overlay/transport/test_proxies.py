"""Variables of the environment for proxies and TLS."""

import sys
from typing import Final

import httpx
import pytest

from bytezkit import errors
from bytezkit._cli.program import main
from bytezkit._transport.httpx import default_ssl_context
from tests.overlay.conftest import Connect
from tests.overlay.loopback import Connection
from tests.overlay.scripted_service import CLIENTS, KEY, ClientKind, resolve

pytestmark = pytest.mark.anyio

# Variable, value, and message of the error.
UNUSABLE: Final = [
    ("ALL_PROXY", "socks5://a:secret@127.0.0.1:1080", "ALL_PROXY is the URL of a SOCKS proxy"),
    ("HTTPS_PROXY", "socks4://a:secret@127.0.0.1:1080", "HTTPS_PROXY is not the URL of"),
    ("HTTPS_PROXY", "http://proxy:port", "HTTPS_PROXY is not the URL of"),
    ("HTTP_PROXY", "http://pro xy:1", "HTTP_PROXY is not the URL of"),
    ("HTTP_PROXY", "http://a..b:1", "HTTP_PROXY is not the URL of"),
    pytest.param(
        *("SSL_CERT_FILE", "/nowhere/secret.pem", "the file of SSL_CERT_FILE cannot be used: No such file"),
        marks=pytest.mark.skipif(httpx.__version__ < "0.28", reason="httpx 0.27 ignores a missing file"),
    ),
    ("SSL_CERT_FILE", __file__, "the file of SSL_CERT_FILE cannot be used: "),
    ("SSLKEYLOGFILE", "/nowhere/secret", "the file of SSLKEYLOGFILE cannot be used: No such file"),
]


@pytest.fixture(autouse=True)
def _fresh_ssl_context() -> None:
    default_ssl_context.cache_clear()


@pytest.mark.parametrize(("variable", "value", "message"), UNUSABLE)
def test_constructor_names_unusable_variable(
    socket_client_kind: ClientKind, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, message: str
) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv(variable, value)
    with pytest.raises(errors.ConfigurationError, match=message) as caught:
        CLIENTS[socket_client_kind](KEY)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_command_line_names_unusable_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BYTEZ_KEY", KEY)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:port")
    assert main(["tasks"]) == 2
    assert capsys.readouterr().err.startswith("error: HTTPS_PROXY is not the URL of")


@pytest.mark.parametrize("proxy", [None, "http://127.0.0.1:9"])
@pytest.mark.parametrize("no_proxy", ["localhost,[::1]", "fe80::/10", "a:b:c,*.d", "127.0.0.1", "*"])
async def test_no_proxy_entries_do_not_matter_for_loopback(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, proxy: str | None, no_proxy: str
) -> None:
    monkeypatch.setenv("NO_PROXY", no_proxy)
    if proxy:
        monkeypatch.setenv("ALL_PROXY", proxy)

    def respond(connection: Connection) -> None:
        connection.read_request()
        connection.answer(b'{"output": []}')

    async with connect(respond) as (_, client):
        assert await resolve(client.tasks.list()) == []
