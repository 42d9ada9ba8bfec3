"""Closed-source models: they run at their providers, and say so."""

import re
from datetime import timedelta
from functools import partial
from typing import Any, Final

import anyio
import httpx
import pytest

from bytezkit_emulator import Emulator
from tests.emulator.clients import CLUSTERS, MODELS, error, open_async_client, open_client, output

BODY: Final = {"messages": [{"role": "user", "content": "three words here"}]}
KEY: Final = {"provider-key": "my-provider-key"}
OPENAI: Final = "/models/v2/openai/gpt-4o"
CLAUDE: Final = "/models/v2/anthropic/claude-sonnet-4-0"
COHERE: Final = "/models/v2/cohere/command-r-plus"


def openai(raw: Any) -> tuple[str, str, int, int]:
    (choice,) = raw["choices"]
    assert raw["object"] == "chat.completion"
    assert raw["usage"]["total_tokens"] == 27
    return (
        raw["model"],
        choice["message"]["content"],
        raw["usage"]["prompt_tokens"],
        raw["usage"]["completion_tokens"],
    )


def google(raw: Any) -> tuple[str, str, int, int]:
    (candidate,) = raw["candidates"]
    usage = raw["usageMetadata"]
    text = candidate["content"]["parts"][0]["text"]
    return raw["modelVersion"], text, usage["promptTokenCount"], usage["candidatesTokenCount"]


def anthropic(raw: Any) -> tuple[str, str, int, int]:
    usage = raw["usage"]
    return raw["model"], raw["content"][0]["text"], usage["input_tokens"], usage["output_tokens"]


def cohere(raw: Any) -> tuple[str, str, int, int]:
    usage = raw["usage"]["tokens"]
    text = raw["message"]["content"][0]["text"]
    return "command-r-plus", text, usage["input_tokens"], usage["output_tokens"]


@pytest.mark.parametrize(
    ("model_id", "read"),
    [
        ("openai/gpt-4o", openai),
        ("mistral/mistral-large-latest", openai),
        ("google/gemini-2.0-flash", google),
        ("anthropic/claude-sonnet-4-0", anthropic),
        ("cohere/command-r-plus", cohere),
    ],
)
def test_the_answer_holds_the_providers_own(model_id: str, read: Any) -> None:
    with open_client(Emulator()) as client:
        answer = client.post(f"/models/v2/{model_id}", json=BODY, headers=KEY)
        assert list(answer.json()) == ["error", "output", "provider"]
        text = output(answer)["content"]
        assert read(answer.json()["provider"]) == (model_id.partition("/")[2], text, 3, 24)
        assert KEY["provider-key"] not in answer.text + str(answer.headers)
        streamed = client.post(f"/models/v2/{model_id}", json={**BODY, "stream": True}, headers=KEY)
        assert streamed.text == text
        again = client.post(f"/models/v2/{model_id}", json=BODY, headers={"provider-key": "other"})
        assert again.json() == answer.json()
        (listed,) = output(client.get(f"{MODELS}?modelId={model_id}"))
        assert (listed["task"], listed["params"], listed["ramRequired"]) == ("chat", None, None)


@pytest.mark.parametrize(
    ("path", "prefix"),
    [(OPENAI, "chatcmpl-"), (CLAUDE, "msg_"), (COHERE, "")],
    ids=["openai", "anthropic", "cohere"],
)
def test_each_answer_of_a_provider_has_an_id(client: httpx.Client, path: str, prefix: str) -> None:
    bodies = [{"messages": [{"role": "user", "content": text}]} for text in ("one", "two")]
    ids = [client.post(path, json=body, headers=KEY).json()["provider"]["id"] for body in bodies]
    assert len(set(ids)) == 2
    assert all(re.fullmatch(f"{prefix}[0-9a-f]{{24}}", it) for it in ids)


def test_the_canned_engine_has_it_too() -> None:
    with open_client(Emulator(engine="canned")) as client:
        answer = client.post(OPENAI, json=BODY)
    text = output(answer)["content"]
    assert text.startswith("I can not see the sky")
    assert answer.json()["provider"]["choices"][0]["message"] == {"role": "assistant", "content": text}


def test_it_needs_no_cluster() -> None:
    emulator = Emulator()
    with open_client(emulator) as client:
        before = emulator.clock.now
        response = client.post(OPENAI, json=BODY)
        assert emulator.clock.now - before == timedelta(seconds=0.53)
        assert response.headers["inference-time"] == "0.53"
        assert response.headers["ratelimit-limit"] == response.headers["ratelimit-remaining"] == "16"
        assert output(client.get(CLUSTERS)) == []
        assert error(client.put(OPENAI), 422) == "path: the model runs at openai and has no cluster"
        for method in ("GET", "PATCH", "DELETE"):
            assert error(client.request(method, OPENAI), 404) == "Cluster does not exist"


def test_it_is_paid_for() -> None:
    with open_client(Emulator(credits=1e-6)) as client:
        assert client.post(OPENAI, json=BODY).status_code == 200
        assert error(client.post(OPENAI, json=BODY), 402) == "Payment Required"


def test_a_stream_can_be_left() -> None:
    emulator = Emulator(clock="manual")
    with open_client(emulator) as client:
        with client.stream("POST", OPENAI, json={**BODY, "stream": True}) as response:
            assert response.status_code == 200
        with client.stream("POST", OPENAI, json={**BODY, "stream": True}) as response:
            emulator.clock.advance(timedelta(seconds=1))
            assert len(response.read().split()) == 24


@pytest.mark.anyio
async def test_a_request_can_be_left() -> None:
    emulator = Emulator(clock="manual", credits=1e-6)
    async with open_async_client(emulator) as client:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(partial(client.post, OPENAI, json=BODY))
            await anyio.wait_all_tasks_blocked()
            tasks.cancel_scope.cancel()
        assert error(await client.post(OPENAI, json=BODY), 402)


def test_cohere_wants_a_key_of_its_own(client: httpx.Client) -> None:
    reason = "header/provider-key: is required for models of cohere"
    assert error(client.post(COHERE, json=BODY), 401) == reason
    assert error(client.post(COHERE, json={"text": "a"}), 401) == reason
    assert error(client.post(COHERE, json={"text": 1}), 400)
    assert error(client.post(COHERE, json={"text": "a"}, headers=KEY), 422)
    assert error(client.post(COHERE, json=BODY, headers={"provider-key": ""}), 400)
    assert output(client.post(COHERE, json=BODY, headers=KEY))
    # It is not kept.
    assert error(client.post(COHERE, json=BODY), 401) == reason
