"""In-process clients, and the paths and models that they request."""

from hashlib import sha256
from typing import Any, Final

import httpx

from bytezkit_emulator import Emulator
from tests.emulator.contract_check import check, check_async

KEY: Final = "test-key"
TENANT: Final = sha256(KEY.encode()).hexdigest()
GPT2: Final = "/models/v2/openai-community/gpt2"
CHAT: Final = "/models/v2/Qwen/Qwen3-4B"
IMAGE: Final = "/models/v2/dreamlike-art/dreamlike-photoreal-2.0"
DETR: Final = "/models/v2/facebook/detr-resnet-50"
VQA: Final = "/models/v2/Salesforce/blip-vqa-base"
VECTOR: Final = "/models/v2/nomic-ai/nomic-embed-text-v1.5"
CLUSTERS: Final = "/models/v2/list/clusters"
MODELS: Final = "/models/v2/list/models"
TASKS: Final = "/models/v2/list/tasks"

# The v1 API names the model in the body.
GPT2_ID: Final = "openai-community/gpt2"
CHAT_ID: Final = "Qwen/Qwen3-4B"
IMAGE_ID: Final = "dreamlike-art/dreamlike-photoreal-2.0"
V1_LIST: Final = "/model/list"
JOB: Final = "/model/job"
LOAD: Final = "/model/load"
STATUS: Final = "/model/status"
V1_RUN: Final = "/model/run"
INSTANCES: Final = "/model/instances"
DELETE: Final = "/model/delete"


def open_client(emulator: Emulator, key: str | None = KEY) -> httpx.Client:
    """Open a client that validates every response against the contract."""
    return httpx.Client(
        transport=emulator.transport,
        base_url="http://emulator",
        headers={} if key is None else {"authorization": f"Key {key}"},
        event_hooks={"response": [check]},
    )


def open_unchecked_client(emulator: Emulator, **headers: str) -> httpx.Client:
    """Open a client for any path below a loopback URL, without a key and without validation of responses."""
    return httpx.Client(transport=emulator.transport, base_url="http://localhost:8080", headers=headers)


def open_async_client(emulator: Emulator, key: str = KEY) -> httpx.AsyncClient:
    """Open an async client that validates every response against the contract."""
    return httpx.AsyncClient(
        transport=emulator.async_transport,
        base_url="http://emulator",
        headers={"authorization": f"Key {key}"},
        event_hooks={"response": [check_async]},
    )


def has_whole_body(response: httpx.Response) -> bool:
    """Return whether the body of a response is its output, as in the v1 API and outside the API."""
    path = response.request.url.path
    return path == "/" or path.startswith(("/model/", "/_emulator/", "/docs"))


def output(response: httpx.Response) -> Any:
    """Return the output of a successful response."""
    assert response.is_success, response.text
    body = response.json()
    if has_whole_body(response):
        assert "error" not in body
        return body
    assert body["error"] is None
    return body["output"]


def error(response: httpx.Response, status: int) -> str:
    """Return the error message of a response with the given status."""
    assert response.status_code == status, response.text
    body = response.json()
    if has_whole_body(response):
        assert set(body) == {"error"}
    else:
        assert body["output"] is None
    text: str = body["error"]
    return text
