"""Values and helpers of the Python probes of clients of OpenAI's API."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from scripts.interop.probes.report import expect

BASE_URL: Final = "http://localhost:8080/models/v2/openai/v1"
CLOSED_MODEL: Final = "openai/gpt-4o"
REASONING_MODEL: Final = "openai/gpt-5.1"
EMBEDDING_MODEL: Final = "nomic-ai/nomic-embed-text-v1.5"
QUESTION: Final = "How warm is it in Oslo?"
CITY: Final = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
FUNCTION: Final = {"name": "temperature", "description": "Temperature of a city", "parameters": CITY}
TOOL: Final = {"type": "function", "function": FUNCTION}
TOOL_CHOICES: Final = ("required", "auto", {"type": "function", "function": {"name": "temperature"}})
# A picture of one pixel.
PIXEL: Final = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    "RU5ErkJggg=="
)
_PAGE: Final = Path("docs/guides/openai.md")


async def resolve(value: Any) -> Any:
    """Return the result of a synchronous or an asynchronous call."""
    return await value if inspect.isawaitable(value) else value


async def read(stream: Any) -> list[Any]:
    """Return the items of a synchronous or an asynchronous stream."""
    stream = await resolve(stream)
    return [it async for it in stream] if hasattr(stream, "__aiter__") else list(stream)


async def raised_async(call: Callable[[], Any]) -> Exception:
    """Return the exception that a synchronous or an asynchronous call raises.

    Raises:
        AssertionError: The call raises no exception.
    """
    try:
        await resolve(call())
    except Exception as error:  # noqa: BLE001  # the caller checks the exception
        return error
    raise AssertionError("the call raised no exception")


def run_example(title: str) -> None:
    """Run an example of the guide, which must not raise."""
    text = _PAGE.read_text(encoding="utf-8")
    [code] = re.findall(rf'^```python title="{title}"\n(.*?)^```', text, re.DOTALL | re.MULTILINE)
    expect(code.count("https://api.bytez.com"), 1)
    exec(code.replace("https://api.bytez.com", "http://localhost:8080"), {})  # noqa: S102  # our own page
