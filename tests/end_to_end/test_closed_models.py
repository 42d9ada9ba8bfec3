"""Closed-source models: untyped output, response of the provider, and the provider's key."""

from typing import Any

import httpx
import pytest

from bytezkit import Bytez
from bytezkit.errors import AuthenticationError, UnprocessableContentError
from bytezkit_emulator import Emulator
from tests.end_to_end.conftest import KEY
from tests.overlay.scripted_service import resolve

HELLO = [{"role": "user", "content": "Hello"}]
PROVIDER_KEY = "key-of-the-provider"
KEYLESS_MODEL = "openai/gpt-4o"
KEYED_MODEL = "cohere/command-r-plus"


@pytest.mark.anyio
async def test_run_and_stream_return_the_message_of_the_provider(any_client: Any) -> None:
    model = any_client.model(KEYLESS_MODEL)
    result = await resolve(model.run({"messages": HELLO}))

    message = result.provider["choices"][0]["message"]
    assert result.output == message
    assert message["role"] == "assistant"
    assert result.provider["model"] == "gpt-4o"
    assert result.raw["provider"] == result.provider
    assert await resolve(model.stream(HELLO).read()) == message["content"]


def test_task_types_the_output_of_a_closed_model(client: Bytez) -> None:
    result = client.model(KEYLESS_MODEL, task="chat").run([{"role": "user", "content": "Hello"}])

    assert result.output.role == "assistant"
    assert result.provider is not None
    assert client.model("openai-community/gpt2").run("Hello").provider is None


def test_provider_key_is_sent_with_runs_only(client: Bytez, emulator: Emulator) -> None:
    with pytest.raises(AuthenticationError, match="provider-key: is required for models of cohere"):
        client.model(KEYED_MODEL).run(HELLO)

    sent: list[httpx.Request] = []
    with httpx.Client(event_hooks={"request": [sent.append]}) as http:
        client = Bytez(KEY, base_url=emulator.url, provider_key=PROVIDER_KEY, http_client=http)
        model = client.model(KEYED_MODEL)
        client.tasks.list()
        client.models.list()
        client.clusters.list()
        model.details()
        with pytest.raises(UnprocessableContentError, match="runs at cohere and has no cluster"):
            model.cluster.create()
        image = (
            client.model("dreamlike-art/dreamlike-photoreal-2.0", task="text-to-image").run("A cat").output
        )
        image.download()
        provider: Any = model.run(HELLO).provider
        assert model.stream(HELLO).read()

    assert provider["message"]["role"] == "assistant"
    keys = [request.headers.get("provider-key") for request in sent]
    assert keys == [*[None] * 5, PROVIDER_KEY, None, PROVIDER_KEY, PROVIDER_KEY]
    assert str(sent[6].url) == image.url
    assert "authorization" not in sent[6].headers
