"""Closed-source models: provider responses, keys, parameters, tool calls, charges and missing clusters."""

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from unittest.mock import ANY

import httpx
import pytest

from bytezkit_emulator import Emulator
from tests.emulator.clients import open_client, output

BODY: Final = {"messages": [{"role": "user", "content": "three words here"}]}
TEXT: Final = {"text": "one two"}
MEDIA: Final = {"url": "https://example.com/file"}
GOOGLE_PART: Final = "candidates/0/content/parts/0"
KEY: Final = {"provider-key": "my-provider-key"}
OPENAI: Final = "/models/v2/openai/gpt-4o"
OPENAI_USAGE: Final = {"prompt_tokens": 3, "completion_tokens": 24, "total_tokens": 27}
COMPLETION: Final = {"object": "chat.completion", "usage": OPENAI_USAGE}
GOOGLE_USAGE: Final = {"promptTokenCount": 3, "candidatesTokenCount": 24, "totalTokenCount": 27}
USAGE: Final = {"input_tokens": 3, "output_tokens": 24}
COHERE_USAGE: Final = {"billed_units": USAGE, "tokens": USAGE}


def in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def as_text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def member(value: Any, path: str) -> Any:
    """Return the member of a JSON value at a path."""
    for step in filter(None, path.split("/")):
        value = value[int(step) if step.isdigit() else step]
    return value


@pytest.mark.parametrize(
    ("model_id", "prefix", "path_to_text", "expected"),
    [
        ("openai/gpt-4o", "chatcmpl-", "choices/0/message/content", COMPLETION),
        ("mistral/mistral-large-latest", "chatcmpl-", "choices/0/message/content", COMPLETION),
        ("google/gemini-2.0-flash", None, f"{GOOGLE_PART}/text", {"usageMetadata": GOOGLE_USAGE}),
        ("anthropic/claude-sonnet-4-0", "msg_", "content/0/text", {"usage": USAGE}),
        ("cohere/command-r-plus", "", "message/content/0/text", {"usage": COHERE_USAGE}),
    ],
)
def test_response_has_provider_response(
    model_id: str, prefix: str | None, path_to_text: str, expected: dict[str, Any]
) -> None:
    path = f"/models/v2/{model_id}"
    with open_client(Emulator()) as client:
        response = client.post(path, json=BODY, headers=KEY)
        assert list(response.json()) == ["error", "output", "provider"]
        provider = response.json()["provider"]
        text = member(provider, path_to_text)
        assert text == output(response)["content"]
        assert {name: provider[name] for name in expected} == expected
        named = provider.get("model", provider.get("modelVersion"))
        assert named == (None if prefix == "" else model_id.partition("/")[2])
        assert KEY["provider-key"] not in response.text + str(response.headers)
        assert client.post(path, json={**BODY, "stream": True}, headers=KEY).text == text
        assert client.post(path, json=BODY, headers={"provider-key": "other"}).json() == response.json()
        other = {"messages": [{"role": "user", "content": "other"}]}
        second = client.post(path, json=other, headers=KEY).json()["provider"]
        ids = {it.get("id") for it in (provider, second)}
        if prefix is None:
            assert ids == {None}
        else:
            assert len(ids) == 2
            assert all(re.fullmatch(f"{prefix}[0-9a-f]{{24}}", it) for it in ids)


@pytest.mark.parametrize(
    ("model", "body", "path", "expected"),
    [
        ("openai/text-generation", TEXT, "choices/0/text", lambda it: it.removeprefix("one two")),
        ("openai/text-generation", TEXT, "usage/prompt_tokens", lambda _: 2),
        ("openai/automatic-speech-recognition", MEDIA, "", lambda it: {"text": it}),
        ("openai/text-to-image", TEXT, "data/0/b64_json", in_base64),
        ("openai/text-to-video", TEXT, "status", lambda _: "completed"),
        ("openai/audio-text-to-text", BODY, "choices/0/message", dict),
        ("google/text-to-video", TEXT, f"{GOOGLE_PART}/inlineData/mimeType", lambda _: "video/mp4"),
        ("google/text-to-image", TEXT, f"{GOOGLE_PART}/inlineData/data", in_base64),
        ("google/text-classification", TEXT, f"{GOOGLE_PART}/text", as_text),
        ("mistral/feature-extraction", TEXT, "data/0/embedding", list),
        ("mistral/image-to-text", MEDIA, "pages/0/markdown", str),
        ("mistral/automatic-speech-recognition", MEDIA, "text", str),
        ("mistral/audio-text-to-text", BODY, "text", lambda it: it["content"]),
    ],
)
def test_provider_response_has_format_of_endpoint(
    tmp_path: Path, model: str, body: dict[str, Any], path: str, expected: Callable[[Any], Any]
) -> None:
    provider, _, task = model.partition("/")
    row = {"modelId": model, "task": task, "params": None, "ramRequired": None, "provider": provider}
    (tmp_path / "models.json").write_text(json.dumps([row]))
    with open_client(Emulator(catalog=tmp_path / "models.json")) as client:
        response = client.post(f"/models/v2/{model}", json=body)
        value = output(response)
        if task in {"text-to-image", "text-to-video"}:
            value = client.get(value).content
    assert member(response.json()["provider"], path) == expected(value)


QUESTION: Final = {"messages": [{"role": "user", "content": "Weather?"}]}
PARAMETERS: Final = {"type": "object", "properties": {"days": {"const": 3}}, "required": ["days"]}
OPENAI_TOOLS: Final = [{"type": "function", "function": {"name": "weather", "parameters": PARAMETERS}}]
ANTHROPIC_TOOLS: Final = [{"name": "weather", "input_schema": PARAMETERS}]
GOOGLE_TOOLS: Final = [{"functionDeclarations": [{"name": "weather", "parametersJsonSchema": PARAMETERS}]}]
FUNCTION: Final = {"name": "weather", "arguments": '{"days":3}'}
RESULT: Final = {"role": "tool", "content": "4 degrees", "tool_call_id": "1"}


def run(client: httpx.Client, model: str, **members: Any) -> Any:
    response = client.post(f"/models/v2/{model}", json={**QUESTION, **members}, headers=KEY)
    return {"output": output(response), "provider": response.json()["provider"]}


CALL: Final = {"id": ANY, "type": "function", "function": FUNCTION}
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
