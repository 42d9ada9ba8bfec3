"""Probe of `langchain-bytez`: 0.0.5 and its copy `langchain-bytez-main` create clusters, 0.0.7 does not."""

import asyncio
from time import sleep

try:
    from langchain_bytez import BytezChatModel, BytezLLM
except ModuleNotFoundError:
    from langchain_bytez_main import BytezChatModel, BytezLLM

from scripts.interop.probes.report import (
    CHAT_MODEL,
    FIVE_WORDS,
    KEY,
    NOT_OFFERED,
    PROMPT,
    TEXT_MODEL,
    UNKNOWN_ERROR,
    UNKNOWN_MODEL,
    WORKS,
    Outcome,
    client_fault,
    expect,
    expect_five_words,
    not_offered,
    raised,
    report,
)

settings = {"api_key": KEY, "params": FIVE_WORDS, "debug": True}
text_model = BytezLLM(model_id=TEXT_MODEL, **settings)
chat = BytezChatModel(model_id=CHAT_MODEL, **settings)


def try_create() -> Outcome:
    """Create a cluster and wait like the client's own test."""
    if not hasattr(text_model, "start_cluster"):
        return not_offered(text_model, "start_cluster", "create", "load")
    text_model.start_cluster()
    while (status := text_model.get_cluster()["status"]) == "loading":
        sleep(0.1)
    expect(status, "on")
    return WORKS


def try_run() -> Outcome:
    """Run a text model and a chat model, synchronously and asynchronously."""
    expect_five_words(text_model.invoke(PROMPT))
    expect_five_words(asyncio.run(text_model.ainvoke(PROMPT)))
    message = chat.invoke("Hello")
    expect((type(message.content), "inference-cost" in message.response_metadata), (str, True))
    expect(asyncio.run(chat.ainvoke("Hello")).content, message.content)
    return WORKS


def try_text_stream() -> Outcome:
    """Stream texts with and without characters of several bytes."""
    expect("".join(text_model.stream("Once")), text_model.invoke("Once"))
    expect(asyncio.run(read(PROMPT)), text_model.invoke(PROMPT))
    error = raised(lambda: list(text_model.stream(PROMPT)))
    expect(type(error).__name__, "ValidationError")
    return client_fault("`ValidationError` at the first such character")


async def read(prompt: str) -> str:
    """Return the complete text of a stream."""
    return "".join([chunk async for chunk in text_model.astream(prompt)])


def try_error() -> Outcome:
    """Run and stream an unknown model."""
    unknown = BytezLLM(model_id=UNKNOWN_MODEL, **settings)
    expect(str(raised(lambda: unknown.invoke("Hello"))), UNKNOWN_ERROR)
    expect(str(raised(lambda: list(unknown.stream("Hello"))))[:3], "404")
    return WORKS


def try_stop() -> Outcome:
    """Delete the cluster."""
    if not hasattr(text_model, "shutdown_cluster"):
        return not_offered(text_model, "shutdown_cluster", "delete", "stop")
    text_model.shutdown_cluster()
    expect(str(raised(text_model.get_cluster)), "Cluster does not exist")
    return WORKS


report(
    {
        "list": lambda: not_offered(text_model, "list", "models", "list_models"),
        "create or load": try_create,
        "run": try_run,
        "text stream": try_text_stream,
        "media stream": lambda: NOT_OFFERED,
        "error": try_error,
        "stop": try_stop,
    }
)
