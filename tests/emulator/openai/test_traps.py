"""What published clients need beyond the vendor's documents, and its own examples."""

import base64
import json
import struct
from typing import Any

import httpx
import pytest

from bytezkit_emulator import Emulator
from tests.emulator.clients import KEY, error, open_client
from tests.emulator.openai.session import (
    BASES,
    CHAT,
    CITY,
    COMPLETION,
    EMBEDDING,
    RESPONSE,
    TOOLS,
    post,
    stream,
)

TOOL_RUN = {**CHAT, "tools": TOOLS}


@pytest.fixture
def client() -> httpx.Client:
    return open_client(Emulator(keys=[KEY]))


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(("route", "body"), [("chat/completions", CHAT), ("completions", COMPLETION)])
def test_usage_is_in_plain_answers_and_on_request_in_the_last_chunk(
    client: httpx.Client, base: str, route: str, body: Any
) -> None:
    plain = post(client, route, body, base)
    chunks = stream(client, route, {**body, "stream_options": {"include_usage": True}}, base)

    *parts, total = (plain["usage"][f"{it}_tokens"] for it in ("prompt", "completion", "total"))
    assert total == sum(parts)
    assert (chunks[-1]["choices"], chunks[-1]["usage"]) == ([], plain["usage"])
    assert not any("usage" in it for it in stream(client, route, body, base))
    assert {(it["id"], it["model"]) for it in [plain, *chunks]} == {(plain["id"], body["model"])}


@pytest.mark.parametrize("body", [CHAT, {**CHAT, "n": 3}, TOOL_RUN, {**CHAT, "logprobs": True}])
def test_loop_of_the_vendor_reads_every_chunk_until_the_end(client: httpx.Client, body: Any) -> None:
    plain = post(client, "chat/completions", body)
    chunks = stream(client, "chat/completions", {**body, "stream_options": {"include_usage": True}})
    text = ""
    for chunk in chunks:
        [choice] = chunk["choices"]
        if choice["finish_reason"]:
            break
        text += choice["delta"]["content"]

    assert text == (plain["choices"][0]["message"]["content"] or "")
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    assert choice["finish_reason"] == plain["choices"][0]["finish_reason"]
    assert chunk["choices"][0]["delta"] == {}


def test_joined_chunks_of_completions_are_the_plain_texts(client: httpx.Client) -> None:
    body = {**COMPLETION, "prompt": ["Once", "Twice "], "n": 2, "logprobs": 2, "echo": True, "stop": [" and"]}
    plain = post(client, "completions", body)["choices"]
    texts, offsets = [""] * 4, [list[int]() for _ in range(4)]
    for chunk in stream(client, "completions", body):
        [choice] = chunk["choices"]
        texts[choice["index"]] += choice["text"]
        if choice["logprobs"]:
            offsets[choice["index"]] += choice["logprobs"]["text_offset"]

    assert texts == [it["text"] for it in plain]
    assert offsets == [it["logprobs"]["text_offset"] for it in plain]
    assert [it.partition(" ")[0] for it in texts] == ["Once", "Once", "Twice", "Twice"]
    assert len({*texts}) == 4
    assert not any(" and" in it for it in texts)
    for more in ({}, {"return_full_text": False}):
        assert not post(client, "completions", COMPLETION | more)["choices"][0]["text"].startswith("Once")


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("value", ["Hello", [1, 2], ["Hello", "Bye"], [[1], [2, 3]]])
def test_embeddings_are_float_by_default_or_base64(client: httpx.Client, base: str, value: Any) -> None:
    body = {**EMBEDDING, "input": value}
    plain = post(client, "embeddings", body, base)
    encoded = post(client, "embeddings", {**body, "encoding_format": "base64"}, base)["data"]
    short = post(client, "embeddings", {**body, "dimensions": 3}, base)["data"]

    for number, (item, other) in enumerate(zip(plain["data"], encoded, strict=True)):
        data = base64.b64decode(other["embedding"])
        decoded = struct.unpack(f"<{len(data) // 4}f", data)
        assert decoded == pytest.approx(item["embedding"])
        assert item["index"] == other["index"] == number
    assert len(plain["data"]) == (1 if value in ("Hello", [1, 2]) else 2)
    assert all(len(it["embedding"]) == 3 for it in short)
    assert sum(it**2 for it in short[0]["embedding"]) == pytest.approx(1)
    assert plain["usage"] == {"prompt_tokens": plain["usage"]["total_tokens"]} | plain["usage"]
    refused = client.post(f"{base}/embeddings", json={**body, "dimensions": 769})
    assert error(refused, 422) == "body/dimensions: the model has 512 dimensions"


@pytest.mark.parametrize(
    "choice", ["auto", "required", {"type": "function", "function": {"name": "weather"}}]
)
@pytest.mark.parametrize("is_streamed", [False, True])
def test_loop_of_an_agent_ends(client: httpx.Client, choice: Any, is_streamed: bool) -> None:
    body = {**TOOL_RUN, "tool_choice": choice}
    if is_streamed:
        deltas = [it["choices"][0]["delta"] for it in stream(client, "chat/completions", body)]
        head, *rest = [call for it in deltas for call in it.get("tool_calls", [])]
        arguments = "".join(it["function"]["arguments"] for it in [head, *rest])
        message = {"role": "assistant", "content": None, "tool_calls": [head]}
    else:
        [answer] = post(client, "chat/completions", body)["choices"]
        message = answer["message"]
        [head] = message["tool_calls"]
        arguments = head["function"]["arguments"]
        assert (message["content"], answer["finish_reason"]) == (None, "tool_calls")
    result = {"role": "tool", "tool_call_id": head["id"], "content": "-3"}
    after = {**TOOL_RUN, "messages": [*CHAT["messages"], message, result]}

    assert (head["type"], head["function"]["name"]) == ("function", "weather")
    assert json.loads(arguments)["city"]
    assert post(client, "chat/completions", after)["choices"][0]["message"]["content"]


@pytest.mark.parametrize("tool", [TOOLS[0], {"type": "function", **TOOLS[0]["function"]}])
def test_tools_of_responses_may_be_nested_or_flat(client: httpx.Client, tool: Any) -> None:
    body = {**RESPONSE, "tools": [tool]}
    response = post(client, "responses", body)
    [call] = response["output"]
    result = {"type": "function_call_output", "call_id": call["call_id"], "output": "-3"}
    after = {**body, "input": [{"role": "user", "content": "Hello"}, call, result]}

    assert (call["type"], call["name"]) == ("function_call", "weather")
    assert response["tools"][0]["name"] == "weather"
    assert json.loads(call["arguments"])["city"]
    assert [it["type"] for it in post(client, "responses", after)["output"]] == ["message"]
    names = [it["type"].removeprefix("response.") for it in stream(client, "responses", body)]
    arguments = ["function_call_arguments.delta", "function_call_arguments.done"]
    assert names[2:] == ["output_item.added", *arguments, "output_item.done", "completed"]


def test_events_of_a_response_come_in_the_order_that_clients_need(client: httpx.Client) -> None:
    body = {**RESPONSE, "reasoning": {"summary": "auto"}, "max_output_tokens": 3, "top_logprobs": 2}
    plain = post(client, "responses", body)
    events = stream(client, "responses", body)
    deltas = [it for it in events if it["type"] == "response.output_text.delta"]

    assert [it["type"].removeprefix("response.") for it in events] == [
        *("created", "in_progress", "output_item.added", "reasoning_summary_part.added"),
        *("reasoning_summary_text.delta", "reasoning_summary_text.done", "reasoning_summary_part.done"),
        *("output_item.done", "output_item.added", "content_part.added", *["output_text.delta"] * 3),
        *("output_text.done", "content_part.done", "output_item.done", "completed"),
    ]
    assert [it["sequence_number"] for it in events] == [*range(len(events))]
    assert "".join(it["delta"] for it in deltas) == plain["output_text"]
    assert [it["logprobs"][0] for it in deltas] == plain["output"][1]["content"][0]["logprobs"]
    assert events[-1]["response"] == plain
    assert events[0]["response"]["status"] == "in_progress"
    assert plain["usage"]["output_tokens"] == 3 + plain["usage"]["output_tokens_details"]["reasoning_tokens"]


def test_formats_of_json_are_satisfied(client: httpx.Client) -> None:
    schema = {"type": "json_schema", "json_schema": {"name": "it", "schema": CITY}}
    for form, is_valid in ((schema, lambda it: [*it] == ["city"]), ({"type": "json_object"}, bool)):
        body = {**CHAT, "response_format": form}
        text = post(client, "chat/completions", body)["choices"][0]["message"]["content"]
        assert is_valid(json.loads(text))
        chunks = [it["choices"][0]["delta"] for it in stream(client, "chat/completions", body)]
        assert "".join(it.get("content", "") for it in chunks) == text
    flat = {"format": {"type": "json_schema", "name": "it", "schema": CITY}}
    assert json.loads(post(client, "responses", {**RESPONSE, "text": flat})["output_text"])["city"]


@pytest.mark.parametrize("model", [CHAT["model"], RESPONSE["model"]])
def test_equal_conversations_get_the_text_of_the_native_route(client: httpx.Client, model: str) -> None:
    text = {"type": "text", "text": "What is it?"}
    contents: list[tuple[Any, Any]] = [("Hello", "Hello")]
    for member, url in (("url", "https://example.com/cat.png"), ("base64", "Data:image/png;base64,iVBORw==")):
        image = {"type": "image_url", "image_url": {"url": url}}
        contents.append(([text, image], [text, {"type": "image", member: url}]))
    for sent, native in contents:
        body = {"model": model, "messages": [{"role": "user", "content": sent}], "max_tokens": 5}
        run = {"messages": [{"role": "user", "content": native}], "params": {"max_new_tokens": 5}}
        message = client.post(f"/models/v2/{model}", json=run).json()["output"]
        choice = post(client, "chat/completions", body)["choices"][0]
        assert (choice["message"], choice["finish_reason"]) == (message, "length")
