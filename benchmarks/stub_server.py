"""HTTP server with constant responses: `python -m benchmarks.stub_server PORT`.

It is a bare ASGI application on uvicorn, uvloop and httptools, so that the client takes most of the time.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias

import uvicorn

from benchmarks import payloads
from benchmarks.payloads import CHAT_END, LATENCY_MODEL, STREAM_MODEL, TEXT_MODEL, V2

Message: TypeAlias = MutableMapping[str, Any]

_JSON: Final = "application/json"
_TEXT: Final = "text/plain; charset=utf-8"
_EVENTS: Final = "text/event-stream"
_CHAT: Final = "v1/chat/completions"
_CHUNKS: Final = [text.encode() for text in payloads.CHUNKS]
_CHAT_CHUNKS: Final = [payloads.chat_event(text) for text in payloads.CHUNKS]
# Media type and chunks by path.
_TIMES: Final[list[float]] = []
_RESPONSES: Final = {
    payloads.TASKS_PATH: (_JSON, [payloads.MODEL_RESPONSE]),
    f"{V2}/{TEXT_MODEL}": (_JSON, [payloads.RUN_RESPONSE]),
    f"{V2}/{LATENCY_MODEL}": (_JSON, [payloads.RUN_RESPONSE]),
    f"{V2}/{STREAM_MODEL}": (_TEXT, _CHUNKS),
    f"/{TEXT_MODEL}/{_CHAT}": (_JSON, [payloads.CHAT_RESPONSE]),
    f"/{STREAM_MODEL}/{_CHAT}": (_EVENTS, [*_CHAT_CHUNKS, CHAT_END]),
}


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Read the request, and respond by its path."""
    while (await receive()).get("more_body"):
        pass
    # `bytez` looks up the model, with a query, before the first run.
    path = payloads.TASKS_PATH if scope["query_string"] else scope["path"]
    if LATENCY_MODEL in path:
        _TIMES.append(time.monotonic())
        await asyncio.sleep(payloads.LATENCY_SECONDS)
    elif path == payloads.TIMES_PATH:
        _RESPONSES[path] = (_JSON, [json.dumps(_TIMES).encode()])
        _TIMES.clear()
    media_type, chunks = _RESPONSES[path]
    headers = [(b"content-type", media_type.encode())]
    if len(chunks) == 1:
        headers.append((b"content-length", str(len(chunks[0])).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for number, chunk in enumerate(chunks, 1):
        await send({"type": "http.response.body", "body": chunk, "more_body": number < len(chunks)})


if __name__ == "__main__":
    config = uvicorn.Config(app, port=int(sys.argv[1]), log_level="warning", access_log=False, lifespan="off")
    config.backlog, config.timeout_keep_alive = 2048, 3600
    uvicorn.Server(config).run()
