"""Ours. The asynchronous client sends over aiohttp in the environment that has it."""

# ruff: noqa: D102 - what the methods do stands with `Contender`.

from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from benchmarks.client.answers import DETECTOR, EMBEDDER, KEY, PAINTER, PICTURE, PROMPT, WRITER
from bytezkit import AsyncBytez, Bytez, Success


class Sync:
    """As `Contender`."""

    def __init__(self, url: str) -> None:
        self._client = Bytez(KEY, base_url=url)
        self._writer = self._client.model(WRITER, task="text-generation")

    def run(self) -> str:
        return self._writer.run(PROMPT).output

    def detect(self) -> int:
        return len(self._client.model(DETECTOR, task="object-detection").run(PICTURE).output)

    def embed(self) -> int:
        return len(self._client.model(EMBEDDER, task="feature-extraction").run(PROMPT).output)

    def list_models(self) -> int:
        return len(self._client.models.list())

    def texts(self, kind: str) -> Iterator[str]:
        with self._client.model(kind, task="text-generation").stream(PROMPT) as stream:
            yield from stream

    def save(self, path: Path) -> None:
        self._client.model(PAINTER, task="text-to-image").stream(PROMPT).save(path)

    def close(self) -> None:
        self._client.close()


class Async:
    """As `AsyncContender`."""

    def __init__(self, url: str) -> None:
        http_client: Literal["aiohttp"] | None = "aiohttp" if find_spec("aiohttp") else None
        self._client = AsyncBytez(KEY, base_url=url, http_client=http_client)
        self._writer = self._client.model(WRITER, task="text-generation")

    async def run(self) -> str:
        return (await self._writer.run(PROMPT)).output

    async def texts(self, kind: str) -> AsyncIterator[str]:
        async with self._client.model(kind, task="text-generation").stream(PROMPT) as stream:
            async for text in stream:
                yield text

    async def close(self) -> None:
        await self._client.aclose()

    async def map(self, inputs: int, concurrency: int) -> AsyncIterator[bool]:
        """Map over so many inputs, and say of each whether it succeeded."""
        texts = (f"{PROMPT} {number}" for number in range(inputs))
        async with self._writer.map(texts, concurrency=concurrency, ordered=False) as outcomes:
            async for outcome in outcomes:
                yield isinstance(outcome, Success)
