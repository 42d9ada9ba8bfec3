"""Bare aiohttp, with ordinary code for these requests."""

from collections.abc import AsyncIterator

import aiohttp

from benchmarks.payloads import HEADERS, RUN_BODY, STREAM_BODY, TEXT_MODEL, V2


class Async:
    def __init__(self, url: str) -> None:
        self._url = url + V2
        # With the default limit of 100 connections, most of 1,000 runs in flight wait.
        connector = aiohttp.TCPConnector(limit=0)
        self._session = aiohttp.ClientSession(connector=connector, headers=HEADERS)

    async def run(self) -> str:
        async with self._session.post(f"{self._url}/{TEXT_MODEL}", json=RUN_BODY) as response:
            response.raise_for_status()
            output: str = (await response.json())["output"]
            return output

    async def stream(self, model: str) -> AsyncIterator[str]:
        async with self._session.post(f"{self._url}/{model}", json=STREAM_BODY) as response:
            response.raise_for_status()
            async for chunk in response.content.iter_any():
                yield chunk.decode()
