"""Closed-source models: provider responses, keys, parameters, tool calls, charges and missing clusters."""

import base64
import json
import re
from pathlib import Path
from typing import Any, Final
from unittest.mock import ANY

import httpx
import pytest

from bytezkit_emulator import Emulator
from scripts.bundle import read_yaml
from tests.emulator.clients import open_client, output

BODY: Final = {"messages": [{"role": "user", "content": "three words here"}]}
KEY: Final = {"provider-key": "my-provider-key"}
OPENAI: Final = "/models/v2/openai/gpt-4o"
RESPONSES: Final[Any] = read_yaml(Path(__file__).with_name("provider_responses.yaml"))


@pytest.mark.parametrize(
    "model_id",
    [
        *("openai/gpt-4o", "mistral/mistral-large-latest", "google/gemini-2.0-flash"),
        *("anthropic/claude-sonnet-4-0", "cohere/command-r-plus"),
    ],
)
def test_response_depends_on_the_messages_and_not_on_the_key(model_id: str) -> None:
    path = f"/models/v2/{model_id}"
    with open_client(Emulator()) as client:
        response = client.post(path, json=BODY, headers=KEY)
        assert list(response.json()) == ["error", "output", "provider"]
        provider = response.json()["provider"]
        named = provider.get("model", provider.get("modelVersion"))
        assert named == (None if "cohere" in model_id else model_id.partition("/")[2])
        assert KEY["provider-key"] not in response.text + str(response.headers)
        text = client.post(path, json={**BODY, "stream": True}, headers=KEY).text
        assert text == output(response)["content"]
        assert client.post(path, json=BODY, headers={"provider-key": "other"}).json() == response.json()
        other = {"messages": [{"role": "user", "content": "other"}]}
        second = client.post(path, json=other, headers=KEY).json()["provider"]
        assert second != provider
        assert (second.get("id") == provider.get("id")) == ("google" in model_id)


@pytest.mark.parametrize("model", RESPONSES)
def test_provider_response_has_format_of_endpoint(tmp_path: Path, model: str) -> None:
    provider, _, task = model.partition("/")
    row = {"modelId": model, "task": task, "params": None, "ramRequired": None, "provider": provider}
    (tmp_path / "models.json").write_text(json.dumps([row]))
    with open_client(Emulator(catalog=tmp_path / "models.json")) as client:
        response = client.post(f"/models/v2/{model}", json=RESPONSES[model]["body"], headers=KEY)
        value = output(response)
        if task in {"text-to-image", "text-to-video"}:
            value = base64.b64encode(client.get(value).content).decode()
    found = response.json()["provider"]
    if "id" in RESPONSES[model]:
        assert re.fullmatch(f"{RESPONSES[model]['id']}[0-9a-f]{{24}}", found["id"])
    if isinstance(value, list):
        text = json.dumps(value, separators=(",", ":"))
    else:
        text = value["content"] if isinstance(value, dict) else value
    names = {"ID": found.get("id"), "OUTPUT": value, "TEXT": text, "NEW": text.removeprefix("one two")}
    expected = json.dumps(RESPONSES[model]["provider"])
    for name, it in names.items():
        expected = expected.replace(f'"${name}"', json.dumps(it))
    assert found == json.loads(expected)


QUESTION: Final = {"messages": [{"role": "user", "content": "Weather?"}]}
PARAMETERS: Final = {"type": "object", "properties": {"days": {"const": 3}}, "required": ["days"]}
OPENAI_TOOLS: Final = [{"type": "function", "function": {"name": "weather", "parameters": PARAMETERS}}]
ANTHROPIC_TOOLS: Final = [{"name": "weather", "input_schema": PARAMETERS}]
GOOGLE_TOOLS: Final = [{"functionDeclarations": [{"name": "weather", "parametersJsonSchema": PARAMETERS}]}]
RESULT: Final = {"role": "tool", "content": "4 degrees", "tool_call_id": "1"}


def run(client: httpx.Client, model: str, **members: Any) -> Any:
    response = client.post(f"/models/v2/{model}", json={**QUESTION, **members}, headers=KEY)
    return {"output": output(response), "provider": response.json()["provider"]}


CALL: Final = {"id": ANY, "type": "function", "function": {"name": "weather", "arguments": '{"days":3}'}}
MESSAGE: Final = {"role": "assistant", "content": None, "tool_calls": [CALL]}
CHOICES: Final = [{"index": 0, "message": MESSAGE, "finish_reason": "tool_calls"}]
TOOL_USE: Final = {"type": "tool_use", "id": ANY, "name": "weather", "input": {"days": 3}}
ANTHROPIC_CALL: Final = {"stop_reason": "tool_use", "content": [TOOL_USE]}
PARTS: Final = [{"functionCall": {"name": "weather", "args": {"days": 3}}}]
CANDIDATE: Final = {"content": {"parts": PARTS, "role": "model"}, "finishReason": "STOP", "index": 0}
COHERE_CALL: Final = {"finish_reason": "TOOL_CALL", "message": {"role": "assistant", "tool_calls": [CALL]}}


@pytest.mark.parametrize(
    ("model", "tools", "prefix", "expected"),
    [
        ("openai/gpt-4o", OPENAI_TOOLS, "call_", {"choices": CHOICES}),
        ("mistral/mistral-large-latest", OPENAI_TOOLS, "", {"choices": CHOICES}),
        ("anthropic/claude-sonnet-4-0", ANTHROPIC_TOOLS, "toolu_", ANTHROPIC_CALL),
        ("google/gemini-2.0-flash", GOOGLE_TOOLS, "call_", {"candidates": [CANDIDATE]}),
        ("cohere/command-r-plus", OPENAI_TOOLS, "call_", COHERE_CALL),
    ],
)
def test_tool_call_in_the_form_of_the_provider(model: str, tools: Any, prefix: str, expected: Any) -> None:
    with open_client(Emulator()) as client:
        result = run(client, model, tools=tools)
        message, provider = result["output"], result["provider"]
        assert run(client, model, params={"tools": tools}) == result
        assert message == MESSAGE
        assert {name: provider[name] for name in expected} == expected
        call_id = message["tool_calls"][0]["id"]
        assert call_id.startswith(prefix)
        assert (call_id in str(provider)) == ("google" not in model)
        messages = [*QUESTION["messages"], message, RESULT]
        assert run(client, model, messages=messages, tools=tools)["output"]["content"]
        body = {**QUESTION, "tools": tools, "stream": True}
        assert client.post(f"/models/v2/{model}", json=body, headers=KEY).text == ""
