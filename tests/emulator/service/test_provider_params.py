"""Parameters of providers beside the messages and in `params`, and tool calls in their forms."""

import json
from typing import Any, Final
from unittest.mock import ANY

import httpx
import pytest

from bytezkit_emulator import Emulator, Stub
from tests.emulator.clients import CHAT, LOAD, V1_RUN, open_client, output, v1_output

KEY: Final = {"provider-key": "my-provider-key"}
BODY: Final = {"messages": [{"role": "user", "content": "Weather?"}]}
PARAMETERS: Final = {"type": "object", "properties": {"days": {"const": 3}}, "required": ["days"]}
OPENAI_TOOLS: Final = [{"type": "function", "function": {"name": "weather", "parameters": PARAMETERS}}]
ANTHROPIC_TOOLS: Final = [{"name": "weather", "input_schema": PARAMETERS}]
GOOGLE_TOOLS: Final = [{"functionDeclarations": [{"name": "weather", "parametersJsonSchema": PARAMETERS}]}]
FUNCTION: Final = {"name": "weather", "arguments": '{"days":3}'}
CALLED: Final[dict[str, Any]] = {
    "role": "assistant",
    "content": None,
    "tool_calls": [{"id": "1", "function": FUNCTION}],
}
RESULT: Final = {"role": "tool", "content": "4 degrees", "tool_call_id": "1"}


def run(client: httpx.Client, model: str, **members: Any) -> Any:
    response = client.post(f"/models/v2/{model}", json={**BODY, **members}, headers=KEY)
    return {"output": output(response), "provider": response.json()["provider"]}


CALL: Final = {"id": ANY, "type": "function", "function": FUNCTION}
MESSAGE: Final = {"role": "assistant", "content": None, "tool_calls": [CALL]}
CHOICES: Final = [{"index": 0, "message": MESSAGE, "finish_reason": "tool_calls"}]
TOOL_USE: Final = {"type": "tool_use", "id": ANY, "name": "weather", "input": {"days": 3}}
PARTS: Final = [{"functionCall": {"name": "weather", "args": {"days": 3}}}]
CANDIDATE: Final = {"content": {"parts": PARTS, "role": "model"}, "finishReason": "STOP", "index": 0}
COHERE: Final = {"finish_reason": "TOOL_CALL", "message": {"role": "assistant", "tool_calls": [CALL]}}


@pytest.mark.parametrize(
    ("model", "tools", "prefix", "expected"),
    [
        ("openai/gpt-4o", OPENAI_TOOLS, "call_", {"choices": CHOICES}),
        ("mistral/mistral-large-latest", OPENAI_TOOLS, "", {"choices": CHOICES}),
        (
            "anthropic/claude-sonnet-4-0",
            ANTHROPIC_TOOLS,
            "toolu_",
            {"stop_reason": "tool_use", "content": [TOOL_USE]},
        ),
        ("google/gemini-2.0-flash", GOOGLE_TOOLS, "call_", {"candidates": [CANDIDATE]}),
        ("cohere/command-r-plus", OPENAI_TOOLS, "call_", COHERE),
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
        messages = [*BODY["messages"], message, RESULT]
        assert run(client, model, messages=messages, tools=tools)["output"]["content"]
        body = {**BODY, "tools": tools, "stream": True}
        assert client.post(f"/models/v2/{model}", json=body, headers=KEY).text == ""


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("place", ["body", "params"])
def test_limit_of_tokens_has_both_names(client: httpx.Client, name: str, place: str) -> None:
    members: dict[str, Any] = {name: 3, "unknown_to_the_contract": [1]}
    result = run(client, "openai/gpt-4o", **(members if place == "body" else {"params": members}))
    assert len(result["output"]["content"].split()) == 3


def test_tool_calls_of_a_stub_reach_the_provider_response() -> None:
    emulator = Emulator()
    emulator.stubs.add(Stub({**CALLED, "content": "Wait."}, task="chat"))
    with open_client(emulator) as client:
        content = run(client, "anthropic/claude-sonnet-4-0")["provider"]["content"]
    assert content == [{"type": "text", "text": "Wait."}, {**TOOL_USE, "id": "1"}]


def test_message_without_content_is_accepted_and_echoed(client: httpx.Client) -> None:
    messages = [*BODY["messages"], CALLED, RESULT]
    message = output(client.post(CHAT, json={"messages": messages}))
    assert isinstance(message["content"], str)
    model = {"model": CHAT.removeprefix("/models/v2/")}
    v1_output(client.post(LOAD, json=model))
    echoed = v1_output(client.post(V1_RUN, json={**model, "messages": messages}))
    assert json.loads(json.dumps(echoed))["output"][0]["generated_text"][:-1] == messages
