"""OpenAI's own library, as published, against the emulator; `make interop` runs more of its functions."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest
from openai import AsyncOpenAI, AuthenticationError, NotFoundError, OpenAI

from bytezkit import AsyncBytez, Bytez
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
