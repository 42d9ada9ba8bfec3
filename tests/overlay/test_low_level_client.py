"""The hand-written templates of the low-level client: key, timeout and undocumented responses."""

import asyncio
import pickle
from collections.abc import Callable
from typing import Final

import httpx
import pytest

from bytezkit_client import AuthenticatedClient, errors
from bytezkit_client.api.catalog import list_tasks_v2
from bytezkit_client.models import ErrorResponse, ListTasksResponse
from bytezkit_client.types import Response

KEY: Final = "a-key-that-nobody-sees"
TASKS: Final = b'{"tasks": ["chat"], "error": null, "output": []}'

Call = Callable[[AuthenticatedClient], Response[ErrorResponse | ListTasksResponse]]


def call_async(client: AuthenticatedClient) -> Response[ErrorResponse | ListTasksResponse]:
    return asyncio.run(list_tasks_v2.asyncio_detailed(client=client))


CALLS: Final[list[Call]] = [lambda client: list_tasks_v2.sync_detailed(client=client), call_async]


def client_for(status: int, body: bytes, requests: list[httpx.Request] | None = None) -> AuthenticatedClient:
    def respond(request: httpx.Request) -> httpx.Response:
        if requests is not None:
            requests.append(request)
        return httpx.Response(status, content=body)

    return AuthenticatedClient(
        "http://localhost", KEY, httpx_args={"transport": httpx.MockTransport(respond)}
    )


@pytest.mark.parametrize("call", CALLS)
def test_request_has_key_and_finite_timeout(call: Call) -> None:
    requests: list[httpx.Request] = []
    call(client_for(200, TASKS, requests).with_headers({"x-team": "a"}))

    [request] = requests
    assert request.headers["authorization"] == f"Key {KEY}"
    assert request.headers["x-team"] == "a"
    assert request.extensions["timeout"] == {"connect": 10, "read": 600, "write": 600, "pool": 600}


def test_key_alone_and_other_timeout() -> None:
    headers = {"authorization": "from elsewhere"}
    client = AuthenticatedClient("http://localhost", KEY, prefix="", headers=headers)
    changed = client.with_timeout(httpx.Timeout(3))

    assert changed.get_httpx_client().headers.get_list("authorization") == [KEY]
    assert changed.get_async_httpx_client().timeout == httpx.Timeout(3)
    assert client.get_httpx_client().timeout == httpx.Timeout(600, connect=10)
    assert headers == {"authorization": "from elsewhere"}


def test_repr_has_no_key() -> None:
    client = AuthenticatedClient(
        "http://localhost", KEY, headers={"a": KEY}, cookies={"b": KEY}, httpx_args={"auth": ("c", KEY)}
    )
    client.get_httpx_client()
    client.get_async_httpx_client()

    assert KEY not in repr(client)
    assert "http://localhost" in repr(client)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (418, b"{}", errors.UnexpectedStatus),
        (299, b"{}", errors.UnexpectedStatus),
        (200, b"<html>", errors.InvalidBody),
        (200, b"\xff", errors.InvalidBody),
        (200, b'"text"', errors.InvalidBody),
        (200, b"{}", errors.InvalidBody),
        (200, b"[" * 100_000, errors.InvalidBody),
        (502, b"<html>", errors.InvalidBody),
        (520, b"{}", errors.UnexpectedStatus),
    ],
)
def test_undocumented_response_is_an_error(
    call: Call, status: int, body: bytes, error: type[errors.ResponseError]
) -> None:
    with pytest.raises(error) as caught:
        call(client_for(status, body))

    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.status_code, copy.content, str(copy)) == (status, body, str(caught.value))
    assert f"status {status}" in str(copy)
