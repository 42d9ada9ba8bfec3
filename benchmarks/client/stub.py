"""A server that does nothing but answer: `python -m benchmarks.client.stub`. It prints its port.

It is a bare ASGI application, in an environment of its own with the fastest parts there are, so that what is
measured against it is the client.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final, TypeAlias

import uvicorn

from benchmarks.client import answers

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Answer: TypeAlias = Callable[[Receive, Send], Awaitable[None]]

_BACKLOG: Final = 2048
_KEEP_ALIVE_SECONDS: Final = 3600
_TEXT: Final = b"text/plain; charset=utf-8"
_EVENTS: Final = b"text/event-stream"


def _whole(content: bytes) -> Answer:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    body = {"type": "http.response.body", "body": content}

    async def answer(_receive: Receive, send: Send) -> None:
        await send(start)
        await send(body)

    return answer


def _pieces(media_type: bytes, pieces: Iterable[bytes], pause: float = 0, *, held: bool = False) -> Answer:
    """Send piece by piece; after a pause each, if there is one; without an end, if the answer is held."""
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", media_type)]}
    bodies = [{"type": "http.response.body", "body": piece, "more_body": True} for piece in pieces]
    end = {"type": "http.response.body", "body": b""}

    async def answer(receive: Receive, send: Send) -> None:
        await send(start)
        for body in bodies:
            if pause:
                await asyncio.sleep(pause)
            await send(body)
        while held and (await receive())["type"] != "http.disconnect":
            pass
        await send(end)

    return answer


def _routes() -> dict[tuple[str, str], Answer]:
    v2 = "/models/v2"
    texts = [text.encode() for text in answers.CHUNKS]
    events = [answers.chat_event(text) for text in answers.CHUNKS]
    media = [answers.MEDIA_PIECE] * (answers.MEDIA_BYTES // len(answers.MEDIA_PIECE))
    media.append(bytes(answers.MEDIA_BYTES - len(answers.MEDIA_PIECE) * len(media)))
    pause = answers.PAUSE_SECONDS
    return {
        ("POST", f"{v2}/{answers.WRITER}"): _whole(answers.RUN),
        ("POST", f"{v2}/{answers.DETECTOR}"): _whole(answers.DETECTED),
        ("POST", f"{v2}/{answers.EMBEDDER}"): _whole(answers.EMBEDDED),
        ("POST", f"{v2}/{answers.PAINTER}"): _pieces(b"image/png", media),
        ("POST", f"{v2}/{answers.STREAM}"): _pieces(_TEXT, texts),
        ("POST", f"{v2}/{answers.PACED}"): _pieces(_TEXT, texts[:2], pause),
        ("POST", f"{v2}/{answers.HELD}"): _pieces(_TEXT, texts[9:10], held=True),
        ("GET", f"{v2}/list/models"): _whole(answers.MODEL_LIST),
        ("POST", "/run/v1/chat/completions"): _whole(answers.CHAT_RUN),
        ("POST", "/run/v1/embeddings"): _whole(answers.CHAT_EMBEDDED),
        ("GET", "/run/v1/models"): _whole(answers.CHAT_MODELS),
        ("POST", f"/{answers.STREAM}/v1/chat/completions"): _pieces(_EVENTS, [*events, answers.DONE]),
        ("POST", f"/{answers.PACED}/v1/chat/completions"): _pieces(
            _EVENTS, [*events[:2], answers.DONE], pause
        ),
        ("POST", f"/{answers.HELD}/v1/chat/completions"): _pieces(_EVENTS, events[9:10], held=True),
    }


_ROUTES: Final = _routes()
_ONE_MODEL: Final = _whole(answers.ONE_MODEL)


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Take what comes, and answer by method and path alone."""
    while (await receive()).get("more_body"):
        pass
    # The vendor's client looks a model up before its first run.
    answer = _ONE_MODEL if scope["query_string"] else _ROUTES[scope["method"], scope["path"]]
    await answer(receive, send)


def main() -> None:
    """Serve until the process is ended."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(
        app,
        access_log=False,
        backlog=_BACKLOG,
        lifespan="off",
        log_level="warning",
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
