"""`langchain-bytez` 0.0.5, which creates clusters, and 0.0.7, which does not."""

import asyncio
from time import sleep

from langchain_bytez import BytezChatModel, BytezLLM

from scripts.interop.probes.report import (
    CHAT,
    FIVE_WORDS,
    KEY,
    LLM,
    NOT_OFFERED,
    PROMPT,
    UNKNOWN,
    UNKNOWN_ERROR,
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
llm = BytezLLM(model_id=LLM, **settings)
chat = BytezChatModel(model_id=CHAT, **settings)


def try_create() -> Outcome:
    """Create a cluster and wait as the client's own test does."""
    if not hasattr(llm, "start_cluster"):
        return not_offered(llm, "start_cluster", "create", "load")
    llm.start_cluster()
    while (status := llm.get_cluster()["status"]) == "loading":
        sleep(0.1)
    expect(status, "on")
    return WORKS


def try_run() -> Outcome:
    """Run a text and a chat model, and wait for a chat model."""
    expect_five_words(llm.invoke(PROMPT))
    expect_five_words(asyncio.run(llm.ainvoke(PROMPT)))
    message = chat.invoke("Hello")
    expect((type(message.content), "inference-cost" in message.response_metadata), (str, True))
    expect(asyncio.run(chat.ainvoke("Hello")).content, message.content)
    return WORKS


def try_text_stream() -> Outcome:
    """Stream texts with and without letters of more than one byte."""
    expect("".join(llm.stream("Once")), llm.invoke("Once"))
    expect(asyncio.run(read(PROMPT)), llm.invoke(PROMPT))
    error = raised(lambda: list(llm.stream(PROMPT)))
    expect(type(error).__name__, "ValidationError")
    return client_fault("`ValidationError` at the first such letter")


async def read(prompt: str) -> str:
    """Read a stream to its end."""
    return "".join([piece async for piece in llm.astream(prompt)])


def try_error() -> Outcome:
    """Run and stream a model that is not there."""
    unknown = BytezLLM(model_id=UNKNOWN, **settings)
    expect(str(raised(lambda: unknown.invoke("Hello"))), UNKNOWN_ERROR)
    expect(str(raised(lambda: list(unknown.stream("Hello"))))[:3], "404")
    return WORKS


def try_stop() -> Outcome:
    """Delete the cluster."""
    if not hasattr(llm, "shutdown_cluster"):
        return not_offered(llm, "shutdown_cluster", "delete", "stop")
    llm.shutdown_cluster()
    expect(str(raised(llm.get_cluster)), "Cluster does not exist")
    return WORKS


report(
    {
        "list": lambda: not_offered(llm, "list", "models", "list_models"),
        "create or load": try_create,
        "run": try_run,
        "text stream": try_text_stream,
        "media stream": lambda: NOT_OFFERED,
        "error": try_error,
        "stop": try_stop,
    }
)
