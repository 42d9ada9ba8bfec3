"""The standard library: as little as can stand between a caller and the server. It is the floor."""

# ruff: noqa: D102 - what the methods do stands with `Contender`.

import asyncio
import http.client
import json
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from benchmarks.client.answers import PAINTER, WRITER
from benchmarks.client.contenders import wire

_MOST_BYTES: Final = 65536
_LAST_CHUNK: Final = b"\r\n0\r\n\r\n"


class Sync(wire.Runs):
    """As `Contender`."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port)

    def list_models(self) -> int:
        self._connection.request("GET", wire.LIST, headers=wire.HEADERS)
        return len(json.loads(self._response().read())["output"])

    def texts(self, kind: str) -> Iterator[str]:
        response = self._post(kind, wire.TEXT_STREAM)
        while piece := response.read1(_MOST_BYTES):
            yield piece.decode()

    def save(self, path: Path) -> None:
        with path.open("wb") as file:
            shutil.copyfileobj(self._post(PAINTER, wire.MEDIA_STREAM), file)

    def close(self) -> None:
        self._connection.close()

    def _output(self, model: str, body: wire.Body) -> Any:
        return json.loads(self._post(model, body).read())["output"]

    def _post(self, model: str, body: wire.Body) -> http.client.HTTPResponse:
        self._connection.request("POST", f"{wire.V2}/{model}", wire.encoded(body), wire.JSON_HEADERS)
        return self._response()

    def _response(self) -> http.client.HTTPResponse:
        response = self._connection.getresponse()
        if response.status != 200:
            raise RuntimeError(f"status {response.status}")
        return response


class Async:
    """As `AsyncContender`, for one call at a time: the streams of asyncio, and no parser but this."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname, parts.port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def run(self) -> str:
        reader, head = await self._post(WRITER, wire.TEXT)
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        text: str = json.loads(await reader.readexactly(length))["output"]
        return text

    async def texts(self, kind: str) -> AsyncIterator[str]:
        reader, _ = await self._post(kind, wire.TEXT_STREAM)
        received = b""
        while not received.endswith(_LAST_CHUNK):
            piece = await reader.read(_MOST_BYTES)
            received = received[-len(_LAST_CHUNK) :] + piece
            # The odd lines are the lengths of chunks.
            yield piece.decode()

    async def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            await self._streams[1].wait_closed()

    async def _post(self, model: str, body: wire.Body) -> tuple[asyncio.StreamReader, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        content = wire.encoded(body)
        headers = {"host": f"{self._host}:{self._port}", **wire.JSON_HEADERS, "content-length": len(content)}
        lines = [f"POST {wire.V2}/{model} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode() + content)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"the server refuses: {head!r}")
        return reader, head
