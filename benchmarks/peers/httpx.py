"""Bare httpx, with ordinary code for these requests."""

from collections.abc import AsyncIterator, Iterator
from typing import Final

import httpx

from benchmarks.payloads import HEADERS, RUN_BODY, STREAM_BODY, TEXT_MODEL, V2

# The limit of bytezkit. With httpx's default of 100, most of 1,000 runs in flight fail.
_LIMITS: Final = httpx.Limits(max_connections=1000, max_keepalive_connections=1000)


def _output(response: httpx.Response) -> str:
    response.raise_for_status()
    output: str = response.json()["output"]
    return output


class Sync:
    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url + V2, headers=HEADERS, timeout=60)

    def run(self) -> str:
        return _output(self._client.post(f"/{TEXT_MODEL}", json=RUN_BODY))

    def stream(self, model: str) -> Iterator[str]:
        with self._client.stream("POST", f"/{model}", json=STREAM_BODY) as response:
            response.raise_for_status()
            yield from response.iter_text()


class Async:
    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(base_url=url + V2, headers=HEADERS, timeout=60, limits=_LIMITS)

    async def run(self) -> str:
        return _output(await self._client.post(f"/{TEXT_MODEL}", json=RUN_BODY))

    async def stream(self, model: str) -> AsyncIterator[str]:
        async with self._client.stream("POST", f"/{model}", json=STREAM_BODY) as response:
            response.raise_for_status()
            async for text in response.aiter_text():
                yield text
