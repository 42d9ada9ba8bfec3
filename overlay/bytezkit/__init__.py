"""Unofficial, strictly typed client for the Bytez model API.

    from bytezkit import Bytez

    with Bytez() as client:
        gpt2 = client.model("openai-community/gpt2", task="text-generation")
        print(gpt2.run("Once upon a time", params={"max_new_tokens": 20}).output)

Not affiliated with or endorsed by Bytez.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bytezkit import errors, handles, messages, types
    from bytezkit._api.async_handles import AsyncHandle
    from bytezkit._api.handles import Handle
    from bytezkit._async_client import AsyncBytez
    from bytezkit._client import Bytez
    from bytezkit._core.clock import Clock
    from bytezkit._core.model_id import is_model_id
    from bytezkit._core.polling import Progress
    from bytezkit._core.results import Metadata, Result
    from bytezkit._core.tracing import Attempt
    from bytezkit._map.async_driver import AsyncOutcomes
    from bytezkit._map.driver import Outcomes
    from bytezkit._map.outcomes import Failure, Success
    from bytezkit._media.streams import (
        AsyncMediaStream,
        AsyncStream,
        AsyncTextStream,
        MediaStream,
        Stream,
        TextStream,
    )
    from bytezkit._transport.httpx import DeadlineTransport
    from bytezkit._v1.models import V1Result

__version__ = "0.1.0"

__all__ = [
    "AsyncBytez",
    "AsyncHandle",
    "AsyncMediaStream",
    "AsyncOutcomes",
    "AsyncStream",
    "AsyncTextStream",
    "Attempt",
    "Bytez",
    "Clock",
    "DeadlineTransport",
    "Failure",
    "Handle",
    "MediaStream",
    "Metadata",
    "Outcomes",
    "Progress",
    "Result",
    "Stream",
    "Success",
    "TextStream",
    "V1Result",
    "errors",
    "handles",
    "is_model_id",
    "messages",
    "types",
]

_MODULES = {
    "AsyncBytez": "_async_client",
    "AsyncHandle": "_api.async_handles",
    "AsyncMediaStream": "_media.streams",
    "AsyncOutcomes": "_map.async_driver",
    "AsyncStream": "_media.streams",
    "AsyncTextStream": "_media.streams",
    "Attempt": "_core.tracing",
    "Bytez": "_client",
    "Clock": "_core.clock",
    "DeadlineTransport": "_transport.httpx",
    "Failure": "_map.outcomes",
    "Handle": "_api.handles",
    "MediaStream": "_media.streams",
    "Metadata": "_core.results",
    "Outcomes": "_map.driver",
    "Progress": "_core.polling",
    "Result": "_core.results",
    "Stream": "_media.streams",
    "Success": "_map.outcomes",
    "TextStream": "_media.streams",
    "V1Result": "_v1.models",
    "is_model_id": "_core.model_id",
}


# Each name is imported when it is first used, so that importing the package takes milliseconds. Type checkers
# must not see `__getattr__`: they would accept every name.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name in _MODULES:
            return getattr(import_module(f"bytezkit.{_MODULES[name]}"), name)
        if name in ("errors", "handles", "messages", "types"):
            return import_module(f"bytezkit.{name}")
        raise AttributeError(f"module 'bytezkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
