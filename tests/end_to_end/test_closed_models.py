"""Closed-source models: no task is needed, the provider's answer comes too, and its key goes with runs."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bytezkit import AsyncBytez, Bytez
from bytezkit.errors import AuthenticationError, UnprocessableContentError
from bytezkit_emulator import Emulator

HELLO = [{"role": "user", "content": "Hello"}]
PROVIDER_KEY = "key-at-the-provider"
WITHOUT_KEY = "openai/gpt-4o"
WITH_KEY = "cohere/command-r-plus"


@pytest.fixture
def seen() -> list[httpx.Request]:
    return []


@pytest.fixture
def keyed_client(emulator: Emulator, seen: list[httpx.Request]) -> Iterator[Bytez]:
    with httpx.Client(event_hooks={"request": [seen.append]}) as http:
        yield Bytez("test-key", base_url=emulator.url, provider_key=PROVIDER_KEY, http_client=http)


def test_the_answer_of_the_provider_comes_with_the_output(client: Bytez) -> None:
    result = client.model(WITHOUT_KEY).run(HELLO)

    provider: Any = result.provider
    said: Any = result.output
    assert said == provider["choices"][0]["message"]
    assert provider["model"] == "gpt-4o"
    raw: Any = result.raw
    assert raw["provider"] == provider
    assert said["role"] == "assistant"


@pytest.mark.anyio
async def test_asynchronous(async_client: AsyncBytez) -> None:
    result = await async_client.model(WITHOUT_KEY).run({"messages": HELLO})

    provider: Any = result.provider
    said: Any = result.output
    assert said == provider["choices"][0]["message"]
    async with async_client.model(WITHOUT_KEY).stream(HELLO) as stream:
        assert await stream.read() == provider["choices"][0]["message"]["content"]


def test_an_open_model_has_no_provider(client: Bytez) -> None:
    assert client.model("openai-community/gpt2").run("Hello").provider is None


def test_the_task_can_be_given(client: Bytez) -> None:
    result = client.model(WITHOUT_KEY, task="chat").run([{"role": "user", "content": "Hello"}])

    assert result.output.role == "assistant"
    assert result.provider is not None


def test_a_provider_may_ask_for_its_key(client: Bytez, keyed_client: Bytez) -> None:
    with pytest.raises(AuthenticationError, match="provider-key: is required for models of cohere"):
        client.model(WITH_KEY).run(HELLO)

    result = keyed_client.model(WITH_KEY).run(HELLO)
    provider: Any = result.provider
    assert provider["message"]["role"] == "assistant"


def test_the_key_of_the_provider_goes_with_runs_alone(keyed_client: Bytez, seen: list[httpx.Request]) -> None:
    client = keyed_client
    model = client.model(WITH_KEY)
    client.tasks.list()
    client.models.list()
    client.clusters.list()
    model.details()
    with pytest.raises(UnprocessableContentError, match="runs at cohere and has no cluster"):
        model.cluster.create()
    picture = client.model("dreamlike-art/dreamlike-photoreal-2.0", task="text-to-image")
    media = picture.run("A cat").output
    media.download()
    model.run(HELLO)
    with model.stream(HELLO) as stream:
        assert stream.read()

    assert [request.headers.get("provider-key") for request in seen] == [
        *[None] * 5,
        PROVIDER_KEY,
        None,
        PROVIDER_KEY,
        PROVIDER_KEY,
    ]
    assert str(seen[6].url) == media.url
    assert "authorization" not in seen[6].headers
