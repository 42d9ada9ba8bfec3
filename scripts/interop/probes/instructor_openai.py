"""Probe of the package `instructor` over the package `openai`, synchronously and asynchronously."""

import asyncio
from typing import Any

import instructor
from instructor import Mode
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

from scripts.interop.probes.openai_report import BASE_URL, CLOSED_MODEL, QUESTION, raised_async, resolve
from scripts.interop.probes.report import (
    KEY,
    NOT_OFFERED,
    UNKNOWN_ERROR,
    UNKNOWN_MODEL,
    WORKS,
    Outcome,
    expect,
    report,
)


class Place(BaseModel):
    """The value that the model returns."""

    city: str


async def create(client: Any, model: str = CLOSED_MODEL) -> Any:
    """Ask for a value."""
    messages = [{"role": "user", "content": QUESTION}]
    return await resolve(client.create(model=model, response_model=Place, messages=messages, max_retries=0))


async def create_both(mode: Mode, *, api_key: str = KEY, model: str = CLOSED_MODEL) -> list[Any]:
    """Return the values of a synchronous and of an asynchronous client."""
    found = []
    with OpenAI(base_url=BASE_URL, api_key=api_key) as client:
        found.append(await create(instructor.from_openai(client, mode=mode), model))
    async with AsyncOpenAI(base_url=BASE_URL, api_key=api_key) as asynchronous:
        found.append(await create(instructor.from_openai(asynchronous, mode=mode), model))
    return found


def try_modes(*modes: Mode) -> Outcome:
    """Ask for a value in each mode."""
    for mode in modes:
        expect([isinstance(it, Place) for it in asyncio.run(create_both(mode))], [True, True])
    return WORKS


def try_errors() -> Outcome:
    """Send a wrong key, and ask for an unknown model."""
    for options, text in (({"api_key": "wrong"}, "Unauthorized"), ({"model": UNKNOWN_MODEL}, UNKNOWN_ERROR)):
        error: Any = asyncio.run(raised_async(lambda options=options: create_both(Mode.TOOLS, **options)))  # type: ignore[misc]
        expect(text in str(error) or text in str(error.__cause__), True)
    return WORKS


report(
    {
        "chat": lambda: NOT_OFFERED,
        "usage": lambda: NOT_OFFERED,
        "tools": lambda: try_modes(Mode.TOOLS),
        "structured": lambda: try_modes(Mode.JSON_SCHEMA),
        "images": lambda: NOT_OFFERED,
        "completions": lambda: NOT_OFFERED,
        "responses": lambda: try_modes(Mode.RESPONSES_TOOLS),
        "embeddings": lambda: NOT_OFFERED,
        "models": lambda: NOT_OFFERED,
        "errors": try_errors,
    }
)
