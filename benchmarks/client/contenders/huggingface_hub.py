"""The clients of `huggingface_hub`, at the routes of the stub that speak the API of `openai`."""

# ruff: noqa: D102 - what the methods do stands with `Contender`.

from collections.abc import AsyncIterator, Iterator

from huggingface_hub import (  # type: ignore[import-not-found, unused-ignore]  # in an environment of its own
    AsyncInferenceClient,
    InferenceClient,
)

from benchmarks.client.answers import KEY, MESSAGES


class Sync:
    """As `Contender`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client = InferenceClient(base_url=f"{url}/run/v1", api_key=KEY)

    def run(self) -> str:
        return self._client.chat_completion(MESSAGES).choices[0].message.content or ""

    def texts(self, kind: str) -> Iterator[str]:
        client = InferenceClient(base_url=f"{self._url}/{kind}/v1", api_key=KEY)
        with client:
            for chunk in client.chat_completion(MESSAGES, stream=True):
                yield chunk.choices[0].delta.content or ""

    def close(self) -> None:
        self._client.close()


class Async:
    """As `AsyncContender`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._clients: dict[str, AsyncInferenceClient] = {}

    async def run(self) -> str:
        return (await self._client("run").chat_completion(MESSAGES)).choices[0].message.content or ""

    async def texts(self, kind: str) -> AsyncIterator[str]:
        async for chunk in await self._client(kind).chat_completion(MESSAGES, stream=True):
            yield chunk.choices[0].delta.content or ""

    async def close(self) -> None:
        for client in self._clients.values():
            await client.close()

    def _client(self, kind: str) -> AsyncInferenceClient:
        if kind not in self._clients:
            self._clients[kind] = AsyncInferenceClient(base_url=f"{self._url}/{kind}/v1", api_key=KEY)
        return self._clients[kind]
