"""Probe of the provider `bytez/` of LiteLLM."""

import asyncio
import os
from functools import partial
from typing import Any

# Otherwise, the import downloads a list of prices.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

import litellm
from litellm.llms.bytez.chat import transformation

from scripts.interop.probes.report import (
    CHAT_MODEL,
    FIVE_WORDS,
    IMAGE_URL,
    KEY,
    MESSAGES,
    NOT_OFFERED,
    TOOLS,
    UNKNOWN_ERROR,
    UNKNOWN_MODEL,
    VISION_MODEL,
    WORKS,
    Outcome,
    client_fault,
    expect,
    raised,
    report,
)

transformation.API_BASE = "http://localhost:8080/models/v2"
settings: dict[str, Any] = {"api_key": KEY, **FIVE_WORDS}


def complete(model: str = CHAT_MODEL, messages: object = MESSAGES, **arguments: object) -> Any:
    """Run a chat."""
    return litellm.completion(f"bytez/{model}", messages=messages, **settings, **arguments)


async def complete_async(**arguments: object) -> Any:
    """Run a chat, and return the response and the text of a stream."""
    response = await litellm.acompletion(f"bytez/{CHAT_MODEL}", messages=MESSAGES, **settings, **arguments)
    return joined([it async for it in response]) if "stream" in arguments else content(response)


def content(response: Any) -> str:
    """Return the text of a response."""
    text: str = response.choices[0].message.content
    return text


def joined(chunks: list[Any]) -> str:
    """Return the text of a stream."""
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)


def try_chat() -> Outcome:
    """Run a chat, synchronously and asynchronously."""
    text = content(complete())
    expect(len(text.split()), 5)
    expect(asyncio.run(complete_async()), text)
    return WORKS


def try_stream() -> Outcome:
    """Stream a chat, synchronously and asynchronously."""
    text = content(complete())
    expect(joined(list(complete(stream=True))), text)
    expect(asyncio.run(complete_async(stream=True)), text)
    return WORKS


def try_image() -> Outcome:
    """Ask about an image in OpenAI's form and in the provider's own."""
    question = {"type": "text", "text": "What is this?"}
    own = [{"role": "user", "content": [question, {"type": "image_url", "url": IMAGE_URL}]}]
    expect(len(content(complete(VISION_MODEL, own)).split()), 5)
    image = {"type": "image_url", "image_url": {"url": IMAGE_URL}}
    error = raised(lambda: complete(VISION_MODEL, [{"role": "user", "content": [question, image]}]))
    expect("Prop `url` is not a string" in str(error), True)
    return client_fault(f"`{type(error).__name__}`: Prop `url` is not a string")


def try_tools() -> Outcome:
    """Offer a tool."""
    error = raised(lambda: complete("openai/gpt-4o", tools=TOOLS))
    expect(type(error).__name__, "UnsupportedParamsError")
    return NOT_OFFERED


def try_error() -> Outcome:
    """Run and stream an unknown model."""
    for stream in (False, True):
        error = raised(partial(complete, UNKNOWN_MODEL, stream=stream))
        expect((type(error).__name__, UNKNOWN_ERROR in str(error)), ("NotFoundError", True))
    return WORKS


report({"chat": try_chat, "stream": try_stream, "image": try_image, "tools": try_tools, "error": try_error})
