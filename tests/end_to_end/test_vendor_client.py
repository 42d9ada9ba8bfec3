"""The vendor's client, `bytez` 3.0.1 as published, against the emulator; only its host differs."""

import urllib.request

import pytest
from bytez import Bytez

from bytezkit_emulator import Emulator
from tests.end_to_end.conftest import KEY

PROMPT = "Once upon a time"
FIVE_WORDS = {"min_new_tokens": 5, "max_new_tokens": 5}
HELLO = [{"role": "user", "content": "Hello"}]


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
    response = gpt2.run(PROMPT, FIVE_WORDS)
    assert response.error is None
    assert response.output.startswith(PROMPT)
    assert len(response.output.split()) == len(PROMPT.split()) + 5
    assert gpt2.details["task"] == "text-generation"
    assert "".join(gpt2.run(PROMPT, FIVE_WORDS, stream=True)) == response.output


def test_run_accepts_messages_and_objects(vendor_client: Bytez) -> None:
    chat = vendor_client.model("Qwen/Qwen3-4B").run(HELLO)
    assert (chat.error, chat.output["role"]) == (None, "assistant")

    question = {"question": "Who wrote it?", "context": "Ron wrote it."}
    response = vendor_client.model("deepset/roberta-base-squad2").run(question)
    assert response.error is None
    assert response.output["answer"] in question["context"]


def test_url_of_an_image_can_be_fetched(vendor_client: Bytez) -> None:
    response = vendor_client.model("dreamlike-art/dreamlike-photoreal-2.0").run("A cat")

    assert response.error is None
    with urllib.request.urlopen(response.output) as image:
        assert image.read().startswith(b"\x89PNG\r\n\x1a\n")


def test_closed_model_has_the_response_of_its_provider_and_unknown_model_the_error(
    vendor_client: Bytez,
) -> None:
    response = vendor_client.model("openai/gpt-4o", "provider-key").run(HELLO)
    assert (response.error, response.output["role"]) == (None, "assistant")
    assert response.provider["object"] == "chat.completion"
    response = vendor_client.model("nobody/nothing").run(PROMPT)
    assert response.output is None
    assert response.error == "Model does not exist or has yet to be added to the Bytez catalog"
