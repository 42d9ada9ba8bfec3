"""Probe of the package `llm`, with a synchronous and an asynchronous model of OpenAI's API."""

import asyncio
import base64
import json
from typing import Any

import llm
from llm.default_plugins.openai_models import AsyncChat, Chat, Completion

from scripts.interop.probes.openai_report import BASE_URL, CITY, CLOSED_MODEL, PIXEL, QUESTION, raised_async
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

FEATURES: Any = {"vision": True, "supports_tools": True, "supports_schema": True}


def model(kind: Any, name: str, key: str = KEY, **features: Any) -> Any:
    """Return a model."""
    made = kind(model_id=f"bytez/{name}", model_name=name, api_base=BASE_URL, **features)
    made.key = key
    return made


async def ask(name: str, text: str, *, stream: bool, key: str = KEY, **arguments: Any) -> list[Any]:
    """Return the responses of both models, completed."""
    response = model(Chat, name, key, **FEATURES).prompt(text, stream=stream, **arguments)
    response.text()
    asynchronous = model(AsyncChat, name, key, **FEATURES).prompt(text, stream=stream, **arguments)
    return [response, await asynchronous]


def texts(name: str, text: str, *, stream: bool, **arguments: Any) -> list[str]:
    """Return the texts of both models."""

    async def run() -> list[str]:
        first, second = await ask(name, text, stream=stream, **arguments)
        return [first.text(), await second.text()]

    return asyncio.run(run())


def try_chat() -> Outcome:
    """Compare a plain and a streamed chat."""
    plain = texts(CHAT_MODEL, "Hello", stream=False, max_tokens=5)
    expect(len(plain[0].split()), 5)
    expect([*plain, *texts(CHAT_MODEL, "Hello", stream=True, max_tokens=5)], [plain[0]] * 4)
    return WORKS


def try_usage() -> Outcome:
    """Compare the usage of a plain and a streamed chat; the package asks for it."""
    for stream in (False, True):
        [response, _] = asyncio.run(ask(CHAT_MODEL, "Hello", stream=stream, max_tokens=5))
        expect(response.usage().output, 5)
    return WORKS


def try_tools() -> Outcome:
    """Let the model call a tool; the chain goes on with its result."""
    cities = []

    def temperature(city: str) -> str:
        """Return the temperature of a city."""
        cities.append(city)
        return "20"

    for stream in (False, True):
        used = model(Chat, CLOSED_MODEL, **FEATURES)
        expect(len(used.chain(QUESTION, tools=[temperature], stream=stream).text()) > 0, True)
    expect(len(cities), 2)
    return WORKS


def try_structured() -> Outcome:
    """Ask for JSON of a schema."""
    for text in texts(CLOSED_MODEL, QUESTION, stream=False, schema=CITY):
        expect([*json.loads(text)], ["city"])
    return WORKS


def try_images() -> Outcome:
    """Ask about the URL and the data of an image."""
    for image in (
        llm.Attachment(type="image/jpeg", url=IMAGE_URL),
        llm.Attachment(type="image/png", content=base64.b64decode(PIXEL.partition(",")[2])),
    ):
        for text in texts(VISION_MODEL, "What is it?", stream=False, attachments=[image], max_tokens=5):
            expect(len(text.split()), 5)
    return WORKS


def try_completions() -> Outcome:
    """Complete a prompt, plain and streamed."""
    found = [
        model(Completion, TEXT_MODEL).prompt("Once", stream=stream, max_tokens=5).text()
        for stream in (False, True)
    ]
    expect((len(found[0].split()), found[1]), (5, found[0]))
    return WORKS


def try_errors() -> Outcome:
    """Send a wrong key, and ask for an unknown model."""
    wrong = raised(lambda: texts(CHAT_MODEL, "Hello", stream=False, key="wrong"))
    expect(type(wrong).__name__, "AuthenticationError")
    unknown: Any = asyncio.run(raised_async(lambda: ask(UNKNOWN_MODEL, "Hello", stream=True)))
    expect((type(unknown).__name__, UNKNOWN_ERROR in str(unknown.body)), ("NotFoundError", True))
    return WORKS


report(
    {
        "chat": try_chat,
        "usage": try_usage,
        "tools": try_tools,
        "structured": try_structured,
        "images": try_images,
        "completions": try_completions,
        "responses": lambda: NOT_OFFERED,
        "embeddings": lambda: NOT_OFFERED,
        "models": lambda: NOT_OFFERED,
        "errors": try_errors,
    }
)
