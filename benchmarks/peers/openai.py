"""The package `openai`. The model is part of the base URL, because the stub server responds by path."""

from collections.abc import AsyncIterator, Iterator
from typing import cast

from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionMessageParam

from benchmarks import payloads
from benchmarks.payloads import KEY, TEXT_MODEL

MESSAGES = cast("list[ChatCompletionMessageParam]", payloads.MESSAGES)


class Sync:
    def __init__(self, url: str) -> None:
        self._url = url
        self._client = OpenAI(api_key=KEY, base_url=f"{url}/{TEXT_MODEL}/v1")

    def run(self) -> str:
        completion = self._client.chat.completions.create(model=TEXT_MODEL, messages=MESSAGES)
        return completion.choices[0].message.content or ""

    def stream(self, model: str) -> Iterator[str]:
        client = self._client.with_options(base_url=f"{self._url}/{model}/v1")
        for chunk in client.chat.completions.create(model=model, messages=MESSAGES, stream=True):
            yield chunk.choices[0].delta.content or ""


class Async:
    def __init__(self, url: str) -> None:
        self._url = url
        self._client = AsyncOpenAI(api_key=KEY, base_url=f"{url}/{TEXT_MODEL}/v1")

    async def run(self) -> str:
        completion = await self._client.chat.completions.create(model=TEXT_MODEL, messages=MESSAGES)
        return completion.choices[0].message.content or ""

    async def stream(self, model: str) -> AsyncIterator[str]:
        client = self._client.with_options(base_url=f"{self._url}/{model}/v1")
        async for chunk in await client.chat.completions.create(model=model, messages=MESSAGES, stream=True):
            yield chunk.choices[0].delta.content or ""
