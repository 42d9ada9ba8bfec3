"""Clients as others published them, and media of the interface that is compatible with the vendor's."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

import httpx
import pytest
from bytez import Bytez as VendorBytez
from openai import AsyncOpenAI, AuthenticationError, NotFoundError, OpenAI

from bytezkit import AsyncBytez, Bytez, compat
from bytezkit_emulator import Emulator
from tests.end_to_end.conftest import KEY
from tests.overlay.scripted_service import resolve

pytestmark = pytest.mark.anyio

HELLO: Final = {"model": "Qwen/Qwen3-4B", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 5}
SCHEMA: Final = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
FUNCTION: Final = {"name": "temperature", "parameters": SCHEMA}


async def read(stream: Any) -> list[Any]:
    return [it async for it in stream] if hasattr(stream, "__aiter__") else list(stream)


async def chat(client: Any) -> None:
    plain = await resolve(client.chat.completions.create(**HELLO))
    options = {"stream": True, "stream_options": {"include_usage": True}}
    *chunks, last = await read(await resolve(client.chat.completions.create(**HELLO, **options)))
    assert "".join(it.choices[0].delta.content or "" for it in chunks) == plain.choices[0].message.content
    assert {it.id for it in chunks} == {last.id}
    assert (last.choices, last.usage) == ([], plain.usage)


async def tools(client: Any) -> None:
    request: dict[str, Any] = {**HELLO, "tools": [{"type": "function", "function": FUNCTION}]}
    [choice] = (await resolve(client.chat.completions.create(**request))).choices
    [call] = choice.message.tool_calls
    assert [*json.loads(call.function.arguments)] == ["city"]
    answer = {"role": "tool", "tool_call_id": call.id, "content": "20"}
    request["messages"] = [*request["messages"], choice.message, answer]
    [last] = (await resolve(client.chat.completions.create(**request))).choices
    assert (last.message.tool_calls, len(last.message.content.split())) == (None, 5)


async def responses(client: Any) -> None:
    request = {"model": "openai/gpt-5.1", "input": "Hello", "reasoning": {"summary": "auto"}}
    plain = await resolve(client.responses.create(**request))
    assert [it.type for it in plain.output] == ["reasoning", "message"]
    events = await read(await resolve(client.responses.create(**request, stream=True)))
    assert events[-1].response.output_text == plain.output_text
    deltas = [it.delta for it in events if it.type == "response.output_text.delta"]
    assert "".join(deltas) == plain.output_text


async def models(client: Any) -> None:
    assert "Qwen/Qwen3-4B" in {it.id for it in await read(client.models.list())}
    assert (await resolve(client.models.retrieve("Qwen/Qwen3-4B"))).id == "Qwen/Qwen3-4B"


async def errors(client: Any) -> None:
    with pytest.raises(AuthenticationError):
        await resolve(client.with_options(api_key="wrong").chat.completions.create(**HELLO))
    for stream in (False, True):
        request: dict[str, Any] = {**HELLO, "model": "nobody/nothing", "stream": stream}
        with pytest.raises(NotFoundError) as caught:
            await resolve(client.chat.completions.create(**request))
        assert "Model does not exist" in str(caught.value.body)


@pytest.mark.parametrize("check", [chat, tools, responses, models, errors])
@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_openai_client(emulator: Emulator, kind: str, check: Callable[[Any], Awaitable[None]]) -> None:
    if kind == "sync":
        with OpenAI(**Bytez(KEY, base_url=emulator.url).openai_options()) as client:
            await check(client)
    else:
        options = AsyncBytez(KEY, base_url=emulator.url).openai_options()
        async with AsyncOpenAI(**options) as asynchronous:
            await check(asynchronous)


FIVE_WORDS = {"min_new_tokens": 5, "max_new_tokens": 5}


@pytest.fixture
def vendor_client(emulator: Emulator) -> VendorBytez:
    client = VendorBytez(KEY)
    client._client.host = f"{emulator.url}/models/v2/"
    return client


def test_lists_runs_and_streams(vendor_client: VendorBytez) -> None:
    models, tasks = vendor_client.list.models({"task": "chat"}), vendor_client.list.tasks()
    assert (models.error, tasks.error) == (None, None)
    assert {model["task"] for model in models.output} == {"chat"}
    assert "chat" in tasks.output
    gpt2 = vendor_client.model("openai-community/gpt2")
    response = gpt2.run("Once upon a time", FIVE_WORDS)
    assert (response.error, len(response.output.split())) == (None, 9)
    assert gpt2.details["task"] == "text-generation"
    assert "".join(gpt2.run("Once upon a time", FIVE_WORDS, stream=True)) == response.output


def test_objects_media_providers_and_errors(vendor_client: VendorBytez) -> None:
    question = {"question": "Who wrote it?", "context": "Ron wrote it."}
    answer = vendor_client.model("deepset/roberta-base-squad2").run(question).output["answer"]
    assert answer in question["context"]
    image = vendor_client.model("dreamlike-art/dreamlike-photoreal-2.0").run("A cat")
    assert httpx.get(image.output).content.startswith(b"\x89PNG")
    response = vendor_client.model("openai/gpt-4o", "provider-key").run([{"role": "user", "content": "Hi"}])
    assert (response.error, response.output["role"]) == (None, "assistant")
    assert response.provider["object"] == "chat.completion"
    response = vendor_client.model("nobody/nothing").run("Once")
    error = "Model does not exist or has yet to be added to the Bytez catalog"
    assert (response.output, response.error) == (None, error)


@pytest.mark.parametrize(
    ("model", "input"),
    [("dreamlike-art/dreamlike-photoreal-2.0", ("A cat in a hat",)), ("afshr/cam_finetune", ())],
)
def test_compat_run_returns_a_url_and_its_stream_the_bytes(
    emulator: Emulator, model: str, input: tuple[str, ...]
) -> None:
    with compat.Bytez(KEY, base_url=emulator.url) as client:
        run: Any = client.model(model).run
        assert b"".join(run(*input, stream=True)) == httpx.get(run(*input).output).content
