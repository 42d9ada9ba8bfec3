"""HTTP server with constant responses: `python -m benchmarks.stub_server PORT`.

It is a bare ASGI application on uvicorn, uvloop and httptools, so that the client takes most of the time.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import uvicorn

from benchmarks import payloads
from benchmarks.payloads import IMAGE_MODEL, SLOW_STREAM_MODEL, STREAM_MODEL, TEXT_MODEL, V2

Message: TypeAlias = MutableMapping[str, Any]

_CHUNKS: Final = [text.encode() for text in payloads.CHUNKS]
_EVENTS: Final = [*map(payloads.chat_event, payloads.CHUNKS), payloads.CHAT_END]


@dataclass(frozen=True, slots=True)
class _Response:
    """Response that is sent in chunks, with a pause in seconds before each."""

    media_type: str
    chunks: list[bytes]
    pause: float = 0

    async def send(self, send: Callable[[Message], Awaitable[None]]) -> None:
        headers = [(b"content-type", self.media_type.encode())]
        if len(self.chunks) == 1:
            headers.append((b"content-length", str(len(self.chunks[0])).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for number, chunk in enumerate(self.chunks, 1):
            if self.pause:
                await asyncio.sleep(self.pause)
            await send({"type": "http.response.body", "body": chunk, "more_body": number < len(self.chunks)})


_MODEL: Final = _Response("application/json", [payloads.MODEL_RESPONSE])
_RESPONSES: Final = {
    payloads.TASKS_PATH: _MODEL,
    f"{V2}/{TEXT_MODEL}": _Response("application/json", [payloads.RUN_RESPONSE]),
    f"{V2}/{IMAGE_MODEL}": _Response("image/png", [payloads.MEDIA_CHUNK] * payloads.MEDIA_CHUNKS),
    f"{V2}/{STREAM_MODEL}": _Response("text/plain; charset=utf-8", _CHUNKS),
    f"{V2}/{SLOW_STREAM_MODEL}": _Response("text/plain; charset=utf-8", _CHUNKS[:2], payloads.PAUSE_SECONDS),
    f"/{TEXT_MODEL}/v1/chat/completions": _Response("application/json", [payloads.CHAT_RESPONSE]),
    f"/{STREAM_MODEL}/v1/chat/completions": _Response("text/event-stream", _EVENTS),
    f"/{SLOW_STREAM_MODEL}/v1/chat/completions": _Response(
        "text/event-stream", [*_EVENTS[:2], payloads.CHAT_END], payloads.PAUSE_SECONDS
    ),
}


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Read the request, and respond by its path."""
    while (await receive()).get("more_body"):
        pass
    # `bytez` looks up the model, with a query, before the first run.
    await (_MODEL if scope["query_string"] else _RESPONSES[scope["path"]]).send(send)


if __name__ == "__main__":
    config = uvicorn.Config(app, port=int(sys.argv[1]), log_level="warning", access_log=False, lifespan="off")
    config.backlog, config.timeout_keep_alive = 2048, 3600
    uvicorn.Server(config).run()
