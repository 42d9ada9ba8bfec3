"""The package `huggingface_hub`, which takes the URL of a server with the OpenAI API as the model."""

from collections.abc import AsyncIterator, Iterator

from huggingface_hub import AsyncInferenceClient, InferenceClient

from benchmarks.payloads import KEY, MESSAGES, TEXT_MODEL


class Sync:
    def __init__(self, url: str) -> None:
        self._url = url
        self._client = InferenceClient(api_key=KEY)

    def run(self) -> str:
        completion = self._client.chat_completion(MESSAGES, model=f"{self._url}/{TEXT_MODEL}/v1")
        return completion.choices[0].message.content or ""

    def stream(self, model: str) -> Iterator[str]:
        for chunk in self._client.chat_completion(MESSAGES, model=f"{self._url}/{model}/v1", stream=True):
            yield chunk.choices[0].delta.content or ""


class Async:
    def __init__(self, url: str) -> None:
        self._url = url
        self._client = AsyncInferenceClient(api_key=KEY)

    async def run(self) -> str:
        completion = await self._client.chat_completion(MESSAGES, model=f"{self._url}/{TEXT_MODEL}/v1")
        return completion.choices[0].message.content or ""

    async def stream(self, model: str) -> AsyncIterator[str]:
        url = f"{self._url}/{model}/v1"
        async for chunk in await self._client.chat_completion(MESSAGES, model=url, stream=True):
            yield chunk.choices[0].delta.content or ""
