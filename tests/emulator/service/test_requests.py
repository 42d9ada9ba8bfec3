"""Requests that the emulator accepts, and the properties that all responses have."""

from typing import Final

import httpx
import pytest

from bytezkit_emulator import Emulator, Fault, Settings, Then
from bytezkit_emulator._openapi.validation import Schema
from tests.emulator.clients import GPT2, error, open_client
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


def test_error_message_escapes_pointer_and_truncates_value(client: httpx.Client) -> None:
    message = error(client.put(GPT2, json={"x" * 600: 1}), 400)
    assert " ... " in message
    assert 300 < len(message) < 320
    schema = Schema({"additionalProperties": {"type": "string"}})
    assert (schema.error_message({"a/b~c": 1}, "body") or "").startswith("body/a~1b~0c: ")


@pytest.mark.parametrize(("method", "path", "has_body"), OPERATIONS)
def test_every_operation_has_common_errors(
    emulator: Emulator, method: str, path: str, has_body: bool
) -> None:
    """The client also checks that the contract documents each status."""
    with open_client(emulator) as client, open_client(emulator, None) as keyless:
        if not path.startswith("/model/"):
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
