"""Regression tests of answers that once raised another error than a client error."""

import ssl
from dataclasses import replace
from typing import Final

import pytest

from bytezkit import errors
from bytezkit._api.runs import data_url_content
from bytezkit.types import Capacity, Cluster
from tests.overlay.fuzzing.driving import Clients, causes
from tests.overlay.fuzzing.histories import Attempt
from tests.overlay.fuzzing.operations import OPERATIONS
from tests.overlay.scripted_service import ClientKind

CLIENT_KINDS: Final[list[ClientKind]] = ["sync", "async"]
NAMED: Final = {operation.name: operation for operation in OPERATIONS}
TASKS: Final = Attempt(status=200, chunks=(b'{"output": ["chat"]}',))


def redirected(location: bytes, status: int = 302) -> Attempt:
    return Attempt(status=status, headers=((b"location", location),))


@pytest.mark.parametrize("client_kind", CLIENT_KINDS)
@pytest.mark.parametrize("cookie", [b"a=b", b"\x80", b"\x80=\xff; path=/"])
def test_cookie_is_not_kept(clients: Clients, client_kind: ClientKind, cookie: bytes) -> None:
    # A cookie that is not ASCII made every later request fail.
    set_cookie = Attempt(status=503, headers=((b"set-cookie", cookie),))
    outcome = clients.do(client_kind, NAMED["list tasks"], [set_cookie, TASKS])
    assert outcome.value == ["chat"]
    assert all("cookie" not in request.headers for request in outcome.service.requests)


@pytest.mark.parametrize("client_kind", CLIENT_KINDS)
def test_a_redirect_to_an_impossible_host_is_a_decode_error(
    clients: Clients, client_kind: ClientKind
) -> None:
    outcome = clients.do(client_kind, NAMED["list tasks"], [redirected(b"https://xn--zz--/")])
    assert isinstance(outcome.error, errors.DecodeError)


BAD_HOSTS: Final = [
    b"https://" + b"a" * 64 + b".example/",  # UnicodeError of the synchronous network.
    b"https://a..b/",
    b"https://media.example:99999/",  # ExceptionGroup of the asynchronous network.
    b"https://media.example:-1/",
    b"https://media.example:0/",
]


@pytest.mark.parametrize("client_kind", CLIENT_KINDS)
@pytest.mark.parametrize("location", BAD_HOSTS)
def test_media_at_an_invalid_address_are_not_requested(
    clients: Clients, client_kind: ClientKind, location: bytes
) -> None:
    outcome = clients.do(client_kind, NAMED["download"], [redirected(location), TASKS])
    error = outcome.error
    assert isinstance(error, errors.DecodeError)
    assert "not a valid https:// URL: " in error.message
    # The redirect was the answer to this:
    assert (error.method, error.path, error.status, error.attempts) == (
        "GET",
        "https://media.example/a",
        302,
        1,
    )
    assert len(outcome.service.requests) == 2


@pytest.mark.parametrize("client_kind", CLIENT_KINDS)
@pytest.mark.parametrize("url", ["https://a..b/c", "https://media.example:99999/c"])
def test_media_output_with_an_invalid_url_is_not_requested(
    clients: Clients, client_kind: ClientKind, url: str
) -> None:
    outcome = clients.do(client_kind, replace(NAMED["download"], before={"output": url}), [TASKS])
    assert isinstance(outcome.error, errors.DecodeError)
    assert len(outcome.service.requests) == 1


@pytest.mark.parametrize("client_kind", CLIENT_KINDS)
@pytest.mark.parametrize("name", ["run", "stream"])
def test_a_broken_tls_record_is_a_client_error(clients: Clients, client_kind: ClientKind, name: str) -> None:
    # The asynchronous network passes it on as it is.
    failed = clients.do(client_kind, NAMED[name], [Attempt(failure=ssl.SSLError)])
    assert isinstance(failed.error, errors.ConnectionFailedError)
    cut = clients.do(
        client_kind, NAMED["stream"], [Attempt(status=200, chunks=(b"a",), failure=ssl.SSLError)]
    )
    assert isinstance(cut.error, errors.StreamInterruptedError)
    assert cut.seen == ["a"]


def test_error_of_broken_base64_has_no_cause() -> None:
    with pytest.raises(errors.DecodeError) as caught:
        data_url_content("data:;base64,?")
    assert [*causes(caught.value)] == []


@pytest.mark.parametrize("timeout", [2**63, -(2**63)])
def test_timeout_beyond_timedelta_is_none(timeout: int) -> None:
    cluster = Cluster(
        model_id=None,
        status="running",
        capacity=Capacity(min=None, desired=1, max=1),
        timeout=timeout,
        created=None,
        modified=None,
        instances=None,
        inferences=None,
        last_inference=None,
    )
    assert cluster.idle_timeout is None
