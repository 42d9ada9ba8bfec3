"""Requests in the format of OpenAI's API, and readers of their responses."""

import json
from typing import Any, Final

import httpx

from tests.emulator.clients import CHAT_ID
from tests.emulator.contract_check import admits, operation_of, resolved

BASES: Final = ("/models/v2/openai/v1", "/v1")
BASE: Final = BASES[0]
CHAT: Final[dict[str, Any]] = {"model": CHAT_ID, "messages": [{"role": "user", "content": "Hello"}]}
COMPLETION: Final[dict[str, Any]] = {"model": "openai-community/gpt2", "prompt": "Once"}
RESPONSE: Final[dict[str, Any]] = {"model": "openai/gpt-4o", "input": "Hello"}
EMBEDDING: Final[dict[str, Any]] = {"model": "nomic-ai/nomic-embed-text-v1.5", "input": "Hello"}
CITY: Final = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS: Final[list[Any]] = [{"type": "function", "function": {"name": "weather", "parameters": CITY}}]


def post(client: httpx.Client, route: str, body: Any, base: str = BASE) -> Any:
    response = client.post(f"{base}/{route}", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def stream(client: httpx.Client, route: str, body: Any, base: str = BASE) -> list[Any]:
    """Return the data of the events, without the last `[DONE]`."""
    response = client.post(f"{base}/{route}", json={**body, "stream": True})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    *events, end = response.text.split("\n\n")
    data = [event.rpartition("data: ")[2] for event in events]
    assert end == ""
    declared = operation_of("POST", f"{base}/{route}")
    assert declared is not None
    event = resolved(declared["responses"]["200"]["content"]["text/event-stream"]["schema"])
    forms = event["properties"]["data"]
    assert all(any(_has_form(it, form) for form in forms.get("anyOf", [forms])) for it in data)
    if route == "responses":
        names = [event.partition("\n")[0].removeprefix("event: ") for event in events]
        assert names == [json.loads(it)["type"] for it in data]
    else:
        assert data.pop() == "[DONE]"
    return [json.loads(it) for it in data]


def _has_form(data: str, form: Any) -> bool:
    """Return whether the data of an event have a form; validators leave `contentSchema` to their callers."""
    return data == form["const"] if "const" in form else admits(form["contentSchema"], json.loads(data))
