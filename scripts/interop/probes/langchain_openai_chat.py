"""Probe of the package `langchain-openai`, with synchronous and asynchronous calls."""

import asyncio
import os
from functools import partial
from typing import Any

from langchain_core.messages import ToolMessage
from langchain_openai import ChatOpenAI, OpenAI, OpenAIEmbeddings
from openai import AuthenticationError, NotFoundError

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
    run_example,
)
from scripts.interop.probes.report import (
    CHAT_MODEL,
    IMAGE_URL,
    KEY,
    NOT_OFFERED,
    TEXT_MODEL,
    UNKNOWN_ERROR,
    UNKNOWN_MODEL,
    VISION_MODEL,
    WORKS,
    Outcome,
    expect,
    raised,
    report,
)

os.environ["BYTEZ_KEY"] = KEY
SETTINGS: dict[str, Any] = {"base_url": BASE_URL, "api_key": KEY, "max_tokens": 5}
SCHEMA = {"title": "place", **CITY}
# One event loop, since the package shares connections between its objects.
RUNNER = asyncio.Runner()


async def invoke_both(runnable: Any, value: Any) -> list[Any]:
    """Return the outputs of a synchronous and of an asynchronous call."""
    return [runnable.invoke(value), await runnable.ainvoke(value)]


async def stream_both(runnable: Any, value: Any) -> list[Any]:
    """Return the chunks of a synchronous and of an asynchronous stream."""
    return [[*runnable.stream(value)], [it async for it in runnable.astream(value)]]


def both(outputs: Any) -> Any:
    """Return the outputs of two calls."""
    return RUNNER.run(outputs)


def try_chat() -> Outcome:
    """Compare a plain and a streamed chat, and run the example of the guide."""
    run_example("LangChain")
    chat = ChatOpenAI(model=CHAT_MODEL, **SETTINGS)
    answers = both(invoke_both(chat, "Hello"))
    expect({it.response_metadata["finish_reason"] for it in answers}, {"length"})
    for chunks in both(stream_both(chat, "Hello")):
        expect("".join(it.content for it in chunks), answers[0].content)
    return WORKS


def try_usage() -> Outcome:
    """Compare the usage of a plain and a streamed chat."""
    chat = ChatOpenAI(model=CHAT_MODEL, stream_usage=True, **SETTINGS)
    usage = chat.invoke("Hello").usage_metadata
    expect(usage is None or usage["output_tokens"], 5)
    for chunks in both(stream_both(chat, "Hello")):
        [streamed] = [it.usage_metadata for it in chunks if it.usage_metadata]
        expect(streamed["total_tokens"], usage and usage["total_tokens"])
    return WORKS


def try_tools() -> Outcome:
    """Let the model call a tool, and return the result of the tool."""
    chat = ChatOpenAI(model=CLOSED_MODEL, **SETTINGS)
    for choice in TOOL_CHOICES:
        bound = chat.bind_tools([TOOL], tool_choice=choice)
        for answer in both(invoke_both(bound, QUESTION)):
            [call] = answer.tool_calls
            expect((call["name"], [*call["args"]]), ("temperature", ["city"]))
            result = ToolMessage("20", tool_call_id=call["id"])
            [last, _] = both(invoke_both(chat.bind_tools([TOOL]), [("user", QUESTION), answer, result]))
            expect((last.tool_calls, len(last.content.split())), ([], 5))
    return WORKS


def try_structured() -> Outcome:
    """Ask for a value of a schema, and for any object."""
    chat = ChatOpenAI(model=CLOSED_MODEL, base_url=BASE_URL, api_key=KEY)
    for value in both(invoke_both(chat.with_structured_output(SCHEMA, method="json_schema"), "Invent")):
        expect([*value], ["city"])
    for value in both(invoke_both(chat.with_structured_output(None, method="json_mode"), "Invent")):
        expect(type(value), dict)
    return WORKS


def try_images() -> Outcome:
    """Ask about the URL and the data of an image."""
    chat = ChatOpenAI(model=VISION_MODEL, **SETTINGS)
    for url in (IMAGE_URL, PIXEL):
        parts = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": url}}]
        for answer in both(invoke_both(chat, [("user", parts)])):
            expect(len(answer.content.split()), 5)
    return WORKS


def try_completions() -> Outcome:
    """Complete a prompt, plain and streamed, and two prompts."""
    model = OpenAI(model=TEXT_MODEL, **SETTINGS)
    [text, _] = both(invoke_both(model, "Once"))
    expect(len(text.split()), 5)
    for chunks in both(stream_both(model, "Once")):
        expect("".join(chunks), text)
    expect(len(model.generate(["Once", "Twice"]).generations), 2)
    return WORKS


def try_responses() -> Outcome:
    """Create a response, plain and streamed, and let the model call a tool."""
    chat = ChatOpenAI(
        model=REASONING_MODEL,
        use_responses_api=True,
        reasoning={"effort": "low", "summary": "auto"},
        **SETTINGS,
    )
    answers = both(invoke_both(chat, QUESTION))
    expect(len(answers[0].text.split()), 5)
    for chunks in both(stream_both(chat, QUESTION)):
        expect("".join(it.text for it in chunks), answers[0].text)
    calling = ChatOpenAI(model=REASONING_MODEL, use_responses_api=True, **SETTINGS)
    for tool in ({"type": "function", **FUNCTION}, TOOL):
        for answer in both(invoke_both(calling.bind_tools([tool], tool_choice="required"), QUESTION)):
            expect([*answer.tool_calls[0]["args"]], ["city"])
    return WORKS


def try_embeddings() -> Outcome:
    """Embed one and several texts."""
    model = OpenAIEmbeddings(
        model=EMBEDDING_MODEL,
        base_url=BASE_URL,
        api_key=KEY,
        check_embedding_ctx_length=False,
    )
    one, several = model.embed_query("Once"), model.embed_documents(["Once", "Twice"])
    expect((len(several), several[0]), (2, one))
    expect(RUNNER.run(model.aembed_documents(["Once", "Twice"])), several)
    return WORKS


def try_models() -> Outcome:
    """List the models, which the package does not offer."""
    return NOT_OFFERED


def try_errors() -> Outcome:
    """Send a wrong key, and ask for an unknown model."""
    wrong = ChatOpenAI(model=CHAT_MODEL, base_url=BASE_URL, api_key="wrong")
    expect(isinstance(raised(partial(wrong.invoke, "Hello")), AuthenticationError), True)
    unknown = ChatOpenAI(model=UNKNOWN_MODEL, **SETTINGS)
    for call in (unknown.invoke, lambda text: [*unknown.stream(text)]):
        error = raised(partial(call, "Hello"))
        expect(
            (isinstance(error, NotFoundError), UNKNOWN_ERROR in str(getattr(error, "body", ""))), (True, True)
        )
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
        "models": try_models,
        "errors": try_errors,
    }
)
