"""Probe of the package `openai` for Python, with its synchronous and its asynchronous client."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from openai import AsyncOpenAI, AuthenticationError, NotFoundError, OpenAI

from scripts.interop.probes.openai_report import (
    BASE_URL,
    CITY,
    CLOSED_MODEL,
    EMBEDDING_MODEL,
    FUNCTION,
    PIXEL,
    QUESTION,
    REASONING_MODEL,
    TOOL,
    TOOL_CHOICES,
    raised_async,
    read,
    resolve,
)
from scripts.interop.probes.report import (
    CHAT_MODEL,
    IMAGE_URL,
    KEY,
    MESSAGES,
    TEXT_MODEL,
    UNKNOWN_ERROR,
    UNKNOWN_MODEL,
    VISION_MODEL,
    WORKS,
    Outcome,
    expect,
    report,
)


async def try_chat(client: Any) -> None:
    """Compare a plain and a streamed chat."""
    create = partial(client.chat.completions.create, model=CHAT_MODEL, messages=MESSAGES, max_tokens=5)
    [choice] = (await resolve(create())).choices
    expect(choice.finish_reason, "length")
    chunks = await read(create(stream=True))
    expect("".join(it.choices[0].delta.content or "" for it in chunks), choice.message.content)
    expect(len({it.id for it in chunks}), 1)
    expect([it.choices[0].finish_reason for it in chunks], [None] * (len(chunks) - 1) + ["length"])


async def try_usage(client: Any) -> None:
    """Compare the usage of a plain and a streamed chat."""
    create = partial(client.chat.completions.create, model=CHAT_MODEL, messages=MESSAGES, max_tokens=5)
    usage = (await resolve(create())).usage
    expect(usage.completion_tokens, 5)
    *parts, last = await read(create(stream=True, stream_options={"include_usage": True}))
    expect((last.choices, last.usage), ([], usage))
    expect({it.usage for it in parts}, {None})


async def try_tools(client: Any) -> None:
    """Let the model call a tool, plain and streamed, and return the result of the tool."""
    question = [{"role": "user", "content": QUESTION}]
    create = partial(client.chat.completions.create, model=CLOSED_MODEL, tools=[TOOL])
    for choice in TOOL_CHOICES:
        [answer] = (await resolve(create(messages=question, tool_choice=choice))).choices
        expect(answer.finish_reason, "tool_calls")
        [call] = answer.message.tool_calls
        expect((call.function.name, [*json.loads(call.function.arguments)]), ("temperature", ["city"]))
        chunks = await read(create(messages=question, tool_choice=choice, stream=True))
        parts = [part for it in chunks for part in it.choices[0].delta.tool_calls or []]
        expect("".join(it.function.arguments for it in parts), call.function.arguments)
        result = {"role": "tool", "tool_call_id": call.id, "content": "20"}
        [last] = (await resolve(create(messages=[*question, answer.message, result]))).choices
        expect((last.finish_reason, last.message.tool_calls), ("stop", None))


async def try_structured(client: Any) -> None:
    """Ask for JSON of a schema, and for any object."""
    create = partial(client.chat.completions.create, model=CLOSED_MODEL, messages=MESSAGES)
    schema = {"type": "json_schema", "json_schema": {"name": "place", "schema": CITY}}
    [choice] = (await resolve(create(response_format=schema))).choices
    expect([*json.loads(choice.message.content)], ["city"])
    [choice] = (await resolve(create(response_format={"type": "json_object"}))).choices
    expect(type(json.loads(choice.message.content)), dict)


async def try_images(client: Any) -> None:
    """Ask about the URL and the data of an image."""
    for url in (IMAGE_URL, PIXEL):
        parts = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": url}}]
        messages = [{"role": "user", "content": parts}]
        completion = await resolve(
            client.chat.completions.create(model=VISION_MODEL, messages=messages, max_tokens=5)
        )
        expect(len(completion.choices[0].message.content.split()), 5)


async def try_completions(client: Any) -> None:
    """Complete a prompt, plain and streamed, and two prompts."""
    create = partial(client.completions.create, model=TEXT_MODEL, max_tokens=5)
    [choice] = (await resolve(create(prompt="Once"))).choices
    expect(len(choice.text.split()), 5)
    chunks = await read(create(prompt="Once", stream=True))
    expect("".join(it.choices[0].text for it in chunks), choice.text)
    expect(chunks[-1].choices[0].finish_reason, "length")
    both = (await resolve(create(prompt=["Once", "Twice"]))).choices
    expect([it.index for it in both], [0, 1])
    expect(both[0].text, choice.text)


async def try_responses(client: Any) -> None:
    """Create a response, plain, as events and by the helper, and let the model call a tool."""
    create = partial(
        client.responses.create,
        model=REASONING_MODEL,
        input=QUESTION,
        max_output_tokens=5,
        reasoning={"effort": "low", "summary": "auto"},
    )
    response = await resolve(create())
    expect([it.type for it in response.output], ["reasoning", "message"])
    expect(len(response.output_text.split()), 5)
    events = await read(create(stream=True))
    deltas = [it.delta for it in events if it.type == "response.output_text.delta"]
    expect(("".join(deltas), events[-1].type), (response.output_text, "response.completed"))
    expect(await _streamed_by_helper(client), response.output_text)
    for tool in ({"type": "function", **FUNCTION}, TOOL):
        [call] = (await resolve(create(tools=[tool], tool_choice="required", reasoning=None))).output
        expect((call.type, [*json.loads(call.arguments)]), ("function_call", ["city"]))


async def _streamed_by_helper(client: Any) -> str:
    manager = client.responses.stream(
        model=REASONING_MODEL,
        input=QUESTION,
        max_output_tokens=5,
        reasoning={"effort": "low", "summary": "auto"},
    )
    if isinstance(client, AsyncOpenAI):
        async with manager as stream:
            response = await stream.get_final_response()
    else:
        with manager as stream:
            response = stream.get_final_response()
    text: str = response.output_text
    return text


async def try_embeddings(client: Any) -> None:
    """Compare the vectors of one and of several inputs, as numbers and in base64."""
    create = partial(client.embeddings.create, model=EMBEDDING_MODEL)
    # The client asks for base64 by default, and decodes it.
    [one] = (await resolve(create(input="Once"))).data
    several = (await resolve(create(input=["Once", "Twice"], encoding_format="float"))).data
    expect([it.index for it in several], [0, 1])
    expect(max(abs(a - b) for a, b in zip(one.embedding, several[0].embedding, strict=True)) < 1e-6, True)


async def try_models(client: Any) -> None:
    """List the models, and retrieve one."""
    expect(CHAT_MODEL in {it.id for it in (await resolve(client.models.list())).data}, True)
    expect((await resolve(client.models.retrieve(CHAT_MODEL))).id, CHAT_MODEL)


async def try_errors(client: Any) -> None:
    """Send a wrong key, and ask for an unknown model."""
    wrong = client.with_options(api_key="wrong")
    create = partial(wrong.chat.completions.create, model=CHAT_MODEL, messages=MESSAGES)
    error = await raised_async(create)
    expect((type(error), getattr(error, "body", None)), (AuthenticationError, "Unauthorized"))
    for stream in (False, True):
        call = partial(client.chat.completions.create, model=UNKNOWN_MODEL, messages=MESSAGES, stream=stream)
        error = await raised_async(call)
        expect((type(error), UNKNOWN_ERROR in str(getattr(error, "body", None))), (NotFoundError, True))


def both(check: Callable[[Any], Awaitable[None]]) -> Callable[[], Outcome]:
    """Return a probe that checks the synchronous and the asynchronous client."""

    def probe() -> Outcome:
        asyncio.run(_check_both(check))
        return WORKS

    return probe


async def _check_both(check: Callable[[Any], Awaitable[None]]) -> None:
    with OpenAI(base_url=BASE_URL, api_key=KEY) as client:
        await check(client)
    async with AsyncOpenAI(base_url=BASE_URL, api_key=KEY) as asynchronous:
        await check(asynchronous)


report(
    {
        "chat": both(try_chat),
        "usage": both(try_usage),
        "tools": both(try_tools),
        "structured": both(try_structured),
        "images": both(try_images),
        "completions": both(try_completions),
        "responses": both(try_responses),
        "embeddings": both(try_embeddings),
        "models": both(try_models),
        "errors": both(try_errors),
    }
)
