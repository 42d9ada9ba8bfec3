"""Bare aiohttp."""

# ruff: noqa: D102 - what the methods do stands with `Contender`.

from collections.abc import AsyncIterator

import aiohttp  # type: ignore[import-not-found, unused-ignore]  # in an environment of its own

from benchmarks.client.answers import WRITER
from benchmarks.client.contenders import wire


class Async:
    """As `AsyncContender`."""

    def __init__(self, url: str) -> None:
        self._url = url + wire.V2
        # Of its 100 connections, most of 1,000 calls would have to wait.
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(connector=connector, headers=wire.HEADERS)

    async def run(self) -> str:
        async with self._session.post(f"{self._url}/{WRITER}", json=wire.TEXT) as response:
            response.raise_for_status()
            text: str = (await response.json())["output"]
            return text

    async def texts(self, kind: str) -> AsyncIterator[str]:
        async with self._session.post(f"{self._url}/{kind}", json=wire.TEXT_STREAM) as response:
            response.raise_for_status()
            async for piece in response.content.iter_any():
                yield piece.decode()

    async def close(self) -> None:
        await self._session.close()
