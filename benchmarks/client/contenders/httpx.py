"""Bare httpx, as one would write it for these requests."""

# ruff: noqa: D102 - what the methods do stands with `Contender`.

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final

import httpx

from benchmarks.client.answers import DETECTOR, EMBEDDER, PAINTER, WRITER
from benchmarks.client.contenders import wire

_TIMEOUT: Final = 60.0
# As many as our own client has: of its 100, most of 1,000 calls would be refused.
_LIMITS: Final = httpx.Limits(max_connections=1000, max_keepalive_connections=1000)


def _output(response: httpx.Response) -> Any:
    response.raise_for_status()
    return response.json()["output"]


class Sync:
    """As `Contender`."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=f"{url}{wire.V2}", headers=wire.HEADERS, timeout=_TIMEOUT)

    def run(self) -> str:
        text: str = _output(self._client.post(f"/{WRITER}", json=wire.TEXT))
        return text

    def detect(self) -> int:
        return len(_output(self._client.post(f"/{DETECTOR}", json=wire.PICTURE_BODY)))

    def embed(self) -> int:
        return len(_output(self._client.post(f"/{EMBEDDER}", json=wire.TEXT)))

    def list_models(self) -> int:
        return len(_output(self._client.get("/list/models")))

    def texts(self, kind: str) -> Iterator[str]:
        with self._client.stream("POST", f"/{kind}", json=wire.TEXT_STREAM) as response:
            response.raise_for_status()
            yield from response.iter_text()

    def save(self, path: Path) -> None:
        with self._client.stream("POST", f"/{PAINTER}", json=wire.MEDIA_STREAM) as response:
            response.raise_for_status()
            with path.open("wb") as file:
                file.writelines(response.iter_bytes())

    def close(self) -> None:
        self._client.close()


class Async:
    """As `AsyncContender`."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=f"{url}{wire.V2}", headers=wire.HEADERS, timeout=_TIMEOUT, limits=_LIMITS
        )

    async def run(self) -> str:
        text: str = _output(await self._client.post(f"/{WRITER}", json=wire.TEXT))
        return text

    async def texts(self, kind: str) -> AsyncIterator[str]:
        async with self._client.stream("POST", f"/{kind}", json=wire.TEXT_STREAM) as response:
            response.raise_for_status()
            async for text in response.aiter_text():
                yield text

    async def close(self) -> None:
        await self._client.aclose()
