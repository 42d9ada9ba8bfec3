"""The vendor's client, `bytez` 3.0.1 as published, with another host; and media of `bytezkit.compat`."""

from typing import Any

import httpx
import pytest
from bytez import Bytez

from bytezkit import compat
from bytezkit_emulator import Emulator
from tests.end_to_end.conftest import KEY

FIVE_WORDS = {"min_new_tokens": 5, "max_new_tokens": 5}


@pytest.fixture
def vendor_client(emulator: Emulator) -> Bytez:
    client = Bytez(KEY)
    client._client.host = f"{emulator.url}/models/v2/"
    return client


def test_lists_runs_and_streams(vendor_client: Bytez) -> None:
    models, tasks = vendor_client.list.models({"task": "chat"}), vendor_client.list.tasks()
    assert (models.error, tasks.error) == (None, None)
    assert {model["task"] for model in models.output} == {"chat"}
    assert "chat" in tasks.output
    gpt2 = vendor_client.model("openai-community/gpt2")
    response = gpt2.run("Once upon a time", FIVE_WORDS)
    assert (response.error, len(response.output.split())) == (None, 9)
    assert gpt2.details["task"] == "text-generation"
    assert "".join(gpt2.run("Once upon a time", FIVE_WORDS, stream=True)) == response.output


def test_objects_media_providers_and_errors(vendor_client: Bytez) -> None:
    question = {"question": "Who wrote it?", "context": "Ron wrote it."}
    answer = vendor_client.model("deepset/roberta-base-squad2").run(question).output["answer"]
    assert answer in question["context"]
    image = vendor_client.model("dreamlike-art/dreamlike-photoreal-2.0").run("A cat")
    assert httpx.get(image.output).content.startswith(b"\x89PNG")
    response = vendor_client.model("openai/gpt-4o", "provider-key").run([{"role": "user", "content": "Hi"}])
    assert (response.error, response.output["role"]) == (None, "assistant")
    assert response.provider["object"] == "chat.completion"
    response = vendor_client.model("nobody/nothing").run("Once")
    error = "Model does not exist or has yet to be added to the Bytez catalog"
    assert (response.output, response.error) == (None, error)


@pytest.mark.parametrize(
    ("model", "input"),
    [("dreamlike-art/dreamlike-photoreal-2.0", ("A cat in a hat",)), ("afshr/cam_finetune", ())],
)
def test_compat_run_returns_a_url_and_its_stream_the_bytes(
    emulator: Emulator, model: str, input: tuple[str, ...]
) -> None:
    with compat.Bytez(KEY, base_url=emulator.url) as client:
        run: Any = client.model(model).run
        assert b"".join(run(*input, stream=True)) == httpx.get(run(*input).output).content
