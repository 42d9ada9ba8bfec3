"""Replies of a scripted service."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Final, TypeAlias

import httpx

MODEL: Final = "openai-community/gpt2"
RUN_PATH: Final = f"/models/v2/{MODEL}"
Reply: TypeAlias = Callable[[httpx.Request], httpx.Response] | Exception


class Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """Response body in chunks. An exception among them is raised in its turn."""

    def __init__(self, chunks: Sequence[bytes | Exception]) -> None:
        self._chunks = chunks
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.close()


def reply(status: int, body: object = None, **headers: str) -> Reply:
    """Reply with bytes, chunks, or any other value as JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def respond(request: httpx.Request) -> httpx.Response:
        if isinstance(body, bytes):
            return httpx.Response(status, headers=named, content=body)
        if isinstance(body, Chunks):
            return httpx.Response(status, headers={"content-type": "text/plain", **named}, stream=body)
        return httpx.Response(status, headers=named, json=body)

    return respond


def output(value: object, **headers: str) -> Reply:
    return reply(200, {"error": None, "output": value}, **headers)


def error_reply(status: int, text: str = "no", **headers: str) -> Reply:
    return reply(status, {"error": text, "output": None}, **headers)


def text(*chunks: bytes | Exception) -> Reply:
    return reply(200, Chunks(chunks))


def cluster(status: str = "running", instances: int = 1) -> dict[str, object]:
    """Return the JSON form of a cluster."""
    return {
        "modelId": MODEL,
        "status": status,
        "capacity": {"min": 0, "desired": 1, "max": 2},
        "timeout": 5,
        "instances": instances,
        "created": "2025-08-01T10:00:00.000Z",
    }
