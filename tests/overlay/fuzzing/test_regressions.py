"""Responses that once raised another error than a client error."""

from dataclasses import replace
from typing import Any, Final

import pytest

from bytezkit import errors
from tests.overlay.fuzzing.clients import Clients
from tests.overlay.fuzzing.operations import MEDIA_URL, OPERATIONS
from tests.overlay.fuzzing.responses import Attempt, written
from tests.overlay.scripted_service import ClientKind, cluster

NAMED: Final = {operation.name: operation for operation in OPERATIONS}
TASKS: Final = Attempt(status=200, chunks=(b'{"output": ["chat"]}',))


@pytest.mark.parametrize("cookie", [b"a=b", b"\x80", b"\x80=\xff; path=/"])
def test_cookie_is_not_kept(clients: Clients, client_kind: ClientKind, cookie: bytes) -> None:
    # A cookie that is not ASCII made every later request fail.
    set_cookie = Attempt(status=503, headers=((b"set-cookie", cookie),))
    outcome = clients.do(client_kind, NAMED["list tasks"], [set_cookie, TASKS])
    assert outcome.value == ["chat"]
    assert all("cookie" not in request.headers for request in outcome.service.requests)


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("list tasks", b"xn--zz--"),
        ("download", b"a" * 64 + b".example"),  # UnicodeError of the synchronous network.
        ("download", b"a..b"),
        ("download", b"media.example:99999"),  # ExceptionGroup of the asynchronous network.
        ("download", b"media.example:-1"),
        ("download", b"media.example:0"),
    ],
)
def test_redirect_to_invalid_host_raises(
    clients: Clients, client_kind: ClientKind, name: str, host: bytes
) -> None:
    redirect = Attempt(status=302, headers=((b"location", b"https://%s/" % host),))
    outcome = clients.do(client_kind, NAMED[name], [redirect, TASKS])
    error = outcome.error
    assert isinstance(error, errors.DecodeError)
    if name == "download":
        assert "not a valid https:// URL: " in error.message
        assert (error.method, error.path, error.status, error.attempts) == ("GET", MEDIA_URL, 302, 1)
        assert len(outcome.service.requests) == 2


@pytest.mark.parametrize("url", ["https://a..b/c", "https://media.example:99999/c"])
def test_invalid_media_url_raises(clients: Clients, client_kind: ClientKind, url: str) -> None:
    outcome = clients.do(client_kind, replace(NAMED["download"], before={"output": url}), [TASKS])
    assert isinstance(outcome.error, errors.DecodeError)
    assert len(outcome.service.requests) == 1


@pytest.mark.parametrize("timeout", [2**63 - 1, -(2**63)])
def test_huge_cluster_timeout_is_none(clients: Clients, client_kind: ClientKind, timeout: int) -> None:
    body = written({"output": {**cluster(), "timeout": timeout}})
    value: Any = clients.do(client_kind, NAMED["get"], [Attempt(status=200, chunks=(body,))]).value
    assert value.idle_timeout is None
