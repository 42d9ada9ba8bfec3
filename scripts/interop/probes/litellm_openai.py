"""Probe of the provider `openai/` of LiteLLM, with synchronous and asynchronous calls."""

import asyncio
import json
import os
from functools import partial
from typing import Any

# Otherwise, the import downloads a list of prices.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm

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
    read,
    run_example,
)
from scripts.interop.probes.report import (
    CHAT_MODEL,
    IMAGE_URL,
    KEY,
    MESSAGES,
    NOT_OFFERED,
    TEXT_MODEL,
    UNKNOWN_MODEL,
    VISION_MODEL,
    WORKS,
    Outcome,
    expect,
    raised,
    report,
)

os.environ["BYTEZ_KEY"] = KEY
SETTINGS: dict[str, Any] = {"api_base": BASE_URL, "api_key": KEY}
# One event loop, since the package shares connections between calls.
RUNNER = asyncio.Runner()


def call_both(name: str, model: str, **arguments: Any) -> list[Any]:
    """Return the results of a synchronous and of an asynchronous call; of a stream, its chunks."""
    options = {"model": f"openai/{model}", **SETTINGS, **arguments}
    result = getattr(litellm, name)(**options)
    asynchronous = RUNNER.run(getattr(litellm, f"a{name}")(**options))
    if arguments.get("stream"):
        return [[*result], RUNNER.run(read(asynchronous))]
    return [result, asynchronous]


chat = partial(call_both, "completion", CHAT_MODEL, messages=MESSAGES, max_tokens=5)


def try_chat() -> Outcome:
    """Compare a plain and a streamed chat, and run the example of the guide."""
    run_example("LiteLLM")
    answers = [it.choices[0] for it in chat()]
    expect([it.finish_reason for it in answers], ["length"] * 2)
    for chunks in chat(stream=True):
        text = "".join(it.choices[0].delta.content or "" for it in chunks)
        expect((text, len({it.id for it in chunks})), (answers[0].message.content, 1))
        expect(chunks[-1].choices[0].finish_reason, "length")
    return WORKS


def try_usage() -> Outcome:
    """Compare the usage of a plain and a streamed chat."""
    total = chat()[0].usage.total_tokens
    for chunks in chat(stream=True, stream_options={"include_usage": True}):
        expect(chunks[-1].usage.total_tokens, total)
    return WORKS


def try_tools() -> Outcome:
    """Let the model call a tool, and return the result of the tool."""
    ask = partial(call_both, "completion", CLOSED_MODEL, tools=[TOOL])
    question: list[Any] = [{"role": "user", "content": QUESTION}]
    for choice in TOOL_CHOICES:
        for answer in ask(messages=question, tool_choice=choice):
            message = answer.choices[0].message
            [call] = message.tool_calls
            expect([*json.loads(call.function.arguments)], ["city"])
            result = {"role": "tool", "tool_call_id": call.id, "content": "20"}
            [last, _] = ask(messages=[*question, message, result])
            expect(last.choices[0].finish_reason, "stop")
    return WORKS


def try_structured() -> Outcome:
    """Ask for JSON of a schema, and for any object."""
    schema = {"type": "json_schema", "json_schema": {"name": "place", "schema": CITY}}
    for form in (schema, {"type": "json_object"}):
        for answer in call_both("completion", CLOSED_MODEL, messages=MESSAGES, response_format=form):
            value = json.loads(answer.choices[0].message.content)
            expect(type(value) if form is not schema else [*value], dict if form is not schema else ["city"])
    return WORKS


def try_images() -> Outcome:
    """Ask about the URL and the data of an image."""
    for url in (IMAGE_URL, PIXEL):
        parts = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": url}}]
        messages = [{"role": "user", "content": parts}]
        for answer in call_both("completion", VISION_MODEL, messages=messages, max_tokens=5):
            expect(len(answer.choices[0].message.content.split()), 5)
    return WORKS


def try_completions() -> Outcome:
    """Complete a prompt, plain and streamed, and two prompts."""
    complete = partial(call_both, "text_completion", TEXT_MODEL, max_tokens=5)
    [text, _] = [it.choices[0].text for it in complete(prompt="Once")]
    expect(len(text.split()), 5)
    for answer in complete(prompt=["Once", "Twice"]):
        expect(len(answer.choices), 2)
    for chunks in complete(prompt="Once", stream=True):
        expect("".join(it.choices[0].text or "" for it in chunks), text)
    return WORKS


def try_responses() -> Outcome:
    """Create a response, plain and streamed, and let the model call a tool."""
    create = partial(call_both, "responses", REASONING_MODEL, input=QUESTION, max_output_tokens=5)
    reasoning = {"effort": "low", "summary": "auto"}
    [response, _] = create(reasoning=reasoning)
    expect([it.type for it in response.output], ["reasoning", "message"])
    for events in create(reasoning=reasoning, stream=True):
        deltas = [it.delta for it in events if it.type == "response.output_text.delta"]
        expect("".join(deltas), response.output[1].content[0].text)
    for tool in ({"type": "function", **FUNCTION}, TOOL):
        for answer in create(tools=[tool], tool_choice="required"):
            expect([*json.loads(answer.output[0].arguments)], ["city"])
    return WORKS


def try_embeddings() -> Outcome:
    """Embed one and several texts."""
    for encoding in (None, "float"):
        embed = partial(call_both, "embedding", EMBEDDING_MODEL, encoding_format=encoding)
        one, several = embed(input="Once"), embed(input=["Once", "Twice"])
        for left, right in zip(one, several, strict=True):
            expect((len(right.data), right.data[0]["embedding"]), (2, left.data[0]["embedding"]))
    return WORKS


def try_errors() -> Outcome:
    """Send a wrong key, and ask for an unknown model."""
    for stream in (False, True):
        error = raised(partial(chat, api_key="wrong", stream=stream))
        expect(type(error).__name__, "AuthenticationError")
    error = raised(partial(call_both, "completion", UNKNOWN_MODEL, messages=MESSAGES))
    expect(type(error).__name__, "NotFoundError")
    return WORKS


report(
    {
        "chat": try_chat,
        "usage": try_usage,
        "tools": try_tools,
        "structured": try_structured,
        "images": try_images,
        "completions": try_completions,
        "responses": try_responses,
        "embeddings": try_embeddings,
        "models": lambda: NOT_OFFERED,
        "errors": try_errors,
    }
)
