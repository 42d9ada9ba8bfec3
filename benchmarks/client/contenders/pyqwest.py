"""Bare pyqwest."""

# ruff: noqa: D102 - what the methods do stands with `Contender`.

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pyqwest  # type: ignore[import-not-found, unused-ignore]  # in an environment of its own

from benchmarks.client.answers import PAINTER, WRITER
from benchmarks.client.contenders import wire


class Sync(wire.Runs):
    """As `Contender`."""

    def __init__(self, url: str) -> None:
        self._url = url + wire.V2
        self._transport = pyqwest.SyncHTTPTransport()
        self._client = pyqwest.SyncClient(self._transport)

    def list_models(self) -> int:
        return len(self._client.get(f"{self._url}/list/models", wire.HEADERS).json()["output"])

    def texts(self, kind: str) -> Iterator[str]:
        content = wire.encoded(wire.TEXT_STREAM)
        with self._client.stream("POST", f"{self._url}/{kind}", wire.JSON_HEADERS, content) as response:
            for piece in response.content:
                yield bytes(piece).decode()

    def save(self, path: Path) -> None:
        content = wire.encoded(wire.MEDIA_STREAM)
        url = f"{self._url}/{PAINTER}"
        with (
            self._client.stream("POST", url, wire.JSON_HEADERS, content) as response,
            path.open("wb") as file,
        ):
            file.writelines(response.content)

    def close(self) -> None:
        self._transport.close()

    def _output(self, model: str, body: wire.Body) -> Any:
        response = self._client.post(f"{self._url}/{model}", wire.JSON_HEADERS, wire.encoded(body))
        return response.json()["output"]


class Async:
    """As `AsyncContender`."""

    def __init__(self, url: str) -> None:
        self._url = url + wire.V2
        self._transport = pyqwest.HTTPTransport()
        self._client = pyqwest.Client(self._transport)

    async def run(self) -> str:
        content = wire.encoded(wire.TEXT)
        response = await self._client.post(f"{self._url}/{WRITER}", wire.JSON_HEADERS, content)
        text: str = response.json()["output"]
        return text

    async def texts(self, kind: str) -> AsyncIterator[str]:
        content = wire.encoded(wire.TEXT_STREAM)
        async with self._client.stream("POST", f"{self._url}/{kind}", wire.JSON_HEADERS, content) as response:
            async for piece in response.content:
                yield bytes(piece).decode()

    async def close(self) -> None:
        await self._transport.aclose()
