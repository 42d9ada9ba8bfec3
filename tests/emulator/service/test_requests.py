"""Requests that the emulator accepts, and the properties that all responses have."""

from typing import Any, Final

import httpx
import pytest

from bytezkit_emulator import Emulator, Fault, Settings, Then
from bytezkit_emulator._openapi.validation import Schema
from tests.emulator.clients import CHAT, GPT2, STATUS, TASKS, VECTOR, error, open_client, output
from tests.emulator.contract_check import DOCUMENT

LIMIT: Final = 1000
OPERATIONS: Final = [
    (method.upper(), template.format(org="openai-community", name="gpt2"), "requestBody" in operation)
    for template, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method != "parameters"
]


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(keys=["test-key"], settings=Settings(body_limit=LIMIT))


@pytest.mark.parametrize("path", [path for method, path, _ in OPERATIONS if method == "GET"])
def test_head_returns_what_get_returns_without_the_body(client: httpx.Client, path: str) -> None:
    client.put(GPT2)
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    for response in (head, get):
        del response.headers["x-request-id"]
    assert head.headers == get.headers


def test_model_id_with_encoded_slash_is_accepted(client: httpx.Client) -> None:
    assert client.put("/models/v2/openai-community%2Fgpt2").headers["x-request-id"] == "req-000001"
    assert output(client.get(GPT2))["modelId"] == "openai-community/gpt2"


def test_error_message_escapes_pointer_and_truncates_value(client: httpx.Client) -> None:
    message = error(client.put(GPT2, json={"x" * 600: 1}), 400)
    assert " ... " in message
    assert 300 < len(message) < 320
    schema = Schema({"additionalProperties": {"type": "string"}})
    assert (schema.error_message({"a/b~c": 1}, "body") or "").startswith("body/a~1b~0c: ")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (GPT2, {"input": {"text": "a", "params": {"temperature": "hot"}}, "params": {}}),
        (GPT2, {"text": "a", "json": False}),
        (VECTOR, {"text": "a", "params": {"unknown": {"deep": [1]}, "a/b~c": 1}}),
        (GPT2, {"text": "a", "params": {"max_new_tokens": 3.0}}),
        (VECTOR, {"text": "a", "params": {"min_length": 5, "max_length": 3}}),
        (CHAT, {"messages": [{"role": "tool", "content": [{"type": "image", "url": "u"}]}]}),
    ],
)
def test_unusual_run_is_served(client: httpx.Client, path: str, body: Any) -> None:
    assert output(client.post(path, json=body))


@pytest.mark.parametrize(
    ("body", "streams"),
    [
        ({"stream": True}, True),
        ({"params": {"stream": True}}, True),
        ({"stream": False, "params": {"stream": True}}, False),
        ({"stream": True, "params": {"stream": False}}, True),
        ({"json": False}, False),
    ],
)
def test_top_level_stream_takes_precedence_over_params(
    client: httpx.Client, body: dict[str, Any], streams: bool
) -> None:
    response = client.post(GPT2, json={"text": "a", **body})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain" if streams else "application/json")


@pytest.mark.parametrize("content_type", [None, "", "application/json", "Application/JSON; charset=latin-1"])
def test_accepted_content_type(client: httpx.Client, content_type: str | None) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    assert client.put(GPT2, content=b"{}", headers=headers).status_code == 202


def test_content_type_of_missing_body_is_ignored(client: httpx.Client) -> None:
    headers = {"content-type": "text/plain"}
    assert client.put(GPT2, headers=headers).status_code == 202
    assert error(client.post(GPT2, headers=headers), 400) == "body: is required"


def test_operation_without_body_ignores_body(client: httpx.Client) -> None:
    invalid: dict[str, Any] = {"content": b"{" * 2 * LIMIT, "headers": {"content-type": "text/csv"}}
    assert client.put(GPT2).status_code == 202
    for method, path in (("GET", GPT2), ("DELETE", GPT2), ("GET", TASKS)):
        assert client.request(method, path, **invalid).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "is_utf_8"),
    [
        (GPT2, b'{"text": 1, "stream": true}', True),
        (GPT2, b'{"text": 1, "json": false}', True),
        (GPT2, b'{"text": 1, "stream": false}', False),
        (GPT2, b"{", False),
        ("/nothing", b'{"stream": true}', False),
        ("/model/run", b'{"model": 1, "stream": true}', True),
        ("/model/load", b'{"model": 1, "stream": true}', False),
    ],
)
def test_error_has_charset_if_run_requested_stream(
    client: httpx.Client, path: str, body: bytes, is_utf_8: bool
) -> None:
    for headers in ({}, {"authorization": "Key wrong"}):
        response = client.post(path, content=body, headers=headers)
        assert response.is_client_error
        assert response.headers["content-type"] == "application/json" + "; charset=utf-8" * is_utf_8


def test_error_that_retry_cannot_fix_has_no_retry_after(client: httpx.Client) -> None:
    responses = [
        *(
            client.get(GPT2),
            client.put(TASKS),
            client.put(GPT2, json={"timeout": 0}),
            client.post(STATUS, json={}),
        ),
        client.post(GPT2, json={"question": "a", "context": "b"}),
        client.get(TASKS, headers={"authorization": "Key wrong"}),
    ]
    assert [response.status_code for response in responses] == [404, 405, 400, 400, 422, 401]
    assert not any("retry-after" in response.headers for response in responses)


@pytest.mark.parametrize(("method", "path", "has_body"), OPERATIONS)
def test_every_operation_has_common_errors(
    emulator: Emulator, method: str, path: str, has_body: bool
) -> None:
    """The client also checks that the contract documents each status."""
    with open_client(emulator) as client, open_client(emulator, None) as keyless:
        if path.startswith("/models/"):
            status = 200 if path.startswith("/models/v2/request/") else 401
            assert keyless.request(method, path).status_code == status
        text = client.request(method, path, content="a", headers={"content-type": "text/plain"})
        large = client.request(method, path, json={"text": "a" * LIMIT})
        assert ((text.status_code, large.status_code) == (415, 413)) == has_body
        emulator.faults.add(Fault("busy", Then(status=429, error="Rate limit exceeded", retry_after=1)))
        assert client.request(method, path).status_code == 429
        emulator.close()
        response = client.request(method, path)
        assert response.status_code == 503
        assert response.json()["error"] == "The emulator is shutting down"
