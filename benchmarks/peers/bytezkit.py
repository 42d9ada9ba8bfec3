"""bytezkit. `Async` selects aiohttp in the environment that has it."""

from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from typing import Literal

from benchmarks.payloads import KEY, PROMPT, TEXT_MODEL
from bytezkit import AsyncBytez, Bytez


class Sync:
    def __init__(self, url: str) -> None:
        self._client = Bytez(KEY, base_url=url)
        self._model = self._client.model(TEXT_MODEL, task="text-generation")

    def run(self) -> str:
        return self._model.run(PROMPT).output

    def stream(self, model: str) -> Iterator[str]:
        with self._client.model(model, task="text-generation").stream(PROMPT) as stream:
            yield from stream


class Async:
    def __init__(self, url: str) -> None:
        http_client: Literal["aiohttp"] | None = "aiohttp" if find_spec("aiohttp") else None
        self._client = AsyncBytez(KEY, base_url=url, http_client=http_client)
        self._model = self._client.model(TEXT_MODEL, task="text-generation")

    async def run(self) -> str:
        return (await self._model.run(PROMPT)).output

    async def stream(self, model: str) -> AsyncIterator[str]:
        async with self._client.model(model, task="text-generation").stream(PROMPT) as stream:
            async for text in stream:
                yield text
