"""Closed-source models: provider responses, provider keys, charges and missing clusters."""

import base64
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from bytezkit_emulator import Emulator
from tests.emulator.clients import CLUSTERS, error, open_client, output
from tests.emulator.session import Session

BODY: Final = {"messages": [{"role": "user", "content": "three words here"}]}
TEXT: Final = {"text": "one two"}
MEDIA: Final = {"url": "https://example.com/file"}
GOOGLE_PART: Final = "candidates/0/content/parts/0"
KEY: Final = {"provider-key": "my-provider-key"}
OPENAI: Final = "/models/v2/openai/gpt-4o"
COHERE: Final = "/models/v2/cohere/command-r-plus"
OPENAI_USAGE: Final = {"prompt_tokens": 3, "completion_tokens": 24, "total_tokens": 27}
GOOGLE_USAGE: Final = {"promptTokenCount": 3, "candidatesTokenCount": 24, "totalTokenCount": 27}
USAGE: Final = {"input_tokens": 3, "output_tokens": 24}


def in_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def as_text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)


def member(value: Any, path: str) -> Any:
    """Return the member of a JSON value at a path."""
    for step in filter(None, path.split("/")):
        value = value[int(step) if step.isdigit() else step]
    return value


@pytest.mark.parametrize(
    ("model_id", "id_pattern", "path_to_text", "expected"),
    [
        (
            "openai/gpt-4o",
            "chatcmpl-[0-9a-f]{24}",
            "choices/0/message/content",
            {"object": "chat.completion", "model": "gpt-4o", "usage": OPENAI_USAGE},
        ),
        (
            "mistral/mistral-large-latest",
            "chatcmpl-[0-9a-f]{24}",
            "choices/0/message/content",
            {"object": "chat.completion", "model": "mistral-large-latest", "usage": OPENAI_USAGE},
        ),
        (
            "google/gemini-2.0-flash",
            "",
            f"{GOOGLE_PART}/text",
            {"modelVersion": "gemini-2.0-flash", "usageMetadata": GOOGLE_USAGE},
        ),
        (
            "anthropic/claude-sonnet-4-0",
            "msg_[0-9a-f]{24}",
            "content/0/text",
            {"model": "claude-sonnet-4-0", "usage": USAGE},
        ),
        (
            "cohere/command-r-plus",
            "[0-9a-f]{24}",
            "message/content/0/text",
            {"usage": {"billed_units": USAGE, "tokens": USAGE}},
        ),
    ],
)
def test_response_has_provider_response(
    model_id: str, id_pattern: str, path_to_text: str, expected: dict[str, Any]
) -> None:
    path = f"/models/v2/{model_id}"
    with open_client(Emulator()) as client:
        response = client.post(path, json=BODY, headers=KEY)
        assert list(response.json()) == ["error", "output", "provider"]
        provider = response.json()["provider"]
        text = member(provider, path_to_text)
        assert text == output(response)["content"]
        assert {name: provider[name] for name in expected} == expected
        assert KEY["provider-key"] not in response.text + str(response.headers)
        assert client.post(path, json={**BODY, "stream": True}, headers=KEY).text == text
        assert client.post(path, json=BODY, headers={"provider-key": "other"}).json() == response.json()
        other = {"messages": [{"role": "user", "content": "other"}]}
        second = client.post(path, json=other, headers=KEY).json()["provider"]
        ids = [it.get("id", "") for it in (provider, second)]
        assert all(re.fullmatch(id_pattern, it) for it in ids)
        assert (ids[0] == ids[1]) == (id_pattern == "")


@pytest.mark.parametrize(
    ("model", "body", "path", "expected"),
    [
        ("openai/text-generation", TEXT, "choices/0/text", lambda it: it.removeprefix("one two")),
        ("openai/text-generation", TEXT, "usage/prompt_tokens", lambda _: 2),
        ("openai/automatic-speech-recognition", MEDIA, "", lambda it: {"text": it}),
        ("openai/text-to-image", TEXT, "data/0/b64_json", in_base64),
        ("openai/text-to-video", TEXT, "status", lambda _: "completed"),
        ("openai/audio-text-to-text", BODY, "choices/0/message", dict),
        ("google/text-to-video", TEXT, f"{GOOGLE_PART}/inlineData/mimeType", lambda _: "video/mp4"),
        ("google/text-to-image", TEXT, f"{GOOGLE_PART}/inlineData/data", in_base64),
        ("google/text-classification", TEXT, f"{GOOGLE_PART}/text", as_text),
        ("mistral/feature-extraction", TEXT, "data/0/embedding", list),
        ("mistral/image-to-text", MEDIA, "pages/0/markdown", str),
        ("mistral/automatic-speech-recognition", MEDIA, "text", str),
        ("mistral/audio-text-to-text", BODY, "text", lambda it: it["content"]),
    ],
)
def test_provider_response_has_format_of_endpoint(
    tmp_path: Path, model: str, body: dict[str, Any], path: str, expected: Callable[[Any], Any]
) -> None:
    provider, _, task = model.partition("/")
    row = {"modelId": model, "task": task, "params": None, "ramRequired": None, "provider": provider}
    (tmp_path / "models.json").write_text(json.dumps([row]))
    with open_client(Emulator(catalog=tmp_path / "models.json")) as client:
        response = client.post(f"/models/v2/{model}", json=body)
        value = output(response)
        if task in {"text-to-image", "text-to-video"}:
            value = client.get(value).content
    assert member(response.json()["provider"], path) == expected(value)


def test_closed_model_has_no_cluster_and_no_boot() -> None:
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


@pytest.mark.parametrize("seconds", [0, 1])
def test_run_is_charged_even_if_disconnected(seconds: int) -> None:
    with Session(Emulator(clock="manual", credits=1e-6)) as session:
        run = session.send("POST", OPENAI, BODY)
        session.advance(seconds)
        session.disconnect(run)
        assert error(session.request("POST", OPENAI, BODY), 402) == "Payment Required"


def test_cohere_needs_provider_key_in_each_request(client: httpx.Client) -> None:
    media = {"url": "https://example.com/a.png"}
    for body, headers, status in (
        (BODY, {}, 401),
        (media, {}, 401),
        ({"text": 1}, {}, 400),
        (media, KEY, 422),
        (BODY, {"provider-key": ""}, 400),
        (BODY, KEY, 200),
        (BODY, {}, 401),
    ):
        response = client.post(COHERE, json=body, headers=headers)
        assert response.status_code == status
        if status == 401:
            assert error(response, 401) == "header/provider-key: is required for models of cohere"
