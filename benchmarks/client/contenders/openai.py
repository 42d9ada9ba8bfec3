"""The client `openai`, at the routes of the stub that speak its API."""

# ruff: noqa: D102 - what the methods do stands with `Contender`.

from collections.abc import AsyncIterator, Iterator

from openai import (  # type: ignore[import-not-found, unused-ignore]  # in an environment of its own
    AsyncOpenAI,
    OpenAI,
)

from benchmarks.client.answers import EMBEDDER, KEY, MESSAGES, PROMPT, WRITER


class Sync:
    """As `Contender`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = OpenAI(api_key=KEY, base_url=f"{url}/run/v1")

    def run(self) -> str:
        completion = self._client.chat.completions.create(model=WRITER, messages=MESSAGES)
        return completion.choices[0].message.content or ""

    def embed(self) -> int:
        made = self._client.embeddings.create(model=EMBEDDER, input=PROMPT, encoding_format="float")
        return len(made.data[0].embedding)

    def list_models(self) -> int:
        return len(self._client.models.list().data)

    def texts(self, kind: str) -> Iterator[str]:
        client = self._client.with_options(base_url=f"{self._url}/{kind}/v1")
        with client.chat.completions.create(model=WRITER, messages=MESSAGES, stream=True) as stream:
            for chunk in stream:
                yield chunk.choices[0].delta.content or ""

    def close(self) -> None:
        self._client.close()


class Async:
    """As `AsyncContender`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = AsyncOpenAI(api_key=KEY, base_url=f"{url}/run/v1")

    async def run(self) -> str:
        completion = await self._client.chat.completions.create(model=WRITER, messages=MESSAGES)
        return completion.choices[0].message.content or ""

    async def texts(self, kind: str) -> AsyncIterator[str]:
        client = self._client.with_options(base_url=f"{self._url}/{kind}/v1")
        stream = await client.chat.completions.create(model=WRITER, messages=MESSAGES, stream=True)
        async with stream:
            async for chunk in stream:
                yield chunk.choices[0].delta.content or ""

    async def close(self) -> None:
        await self._client.close()
