"""The vendor's own client, `bytez` 3.0.1 as published, against the emulator; only its host is another."""

import urllib.request

import pytest
from bytez import Bytez

from bytezkit_emulator import Emulator
from tests.end_to_end.conftest import KEY

PROMPT = "Once upon a time"
FIVE_WORDS = {"min_new_tokens": 5, "max_new_tokens": 5}


@pytest.fixture
def vendor_client(emulator: Emulator) -> Bytez:
    client = Bytez(KEY)
    client._client.host = f"{emulator.url}/models/v2/"
    return client


def test_lists(vendor_client: Bytez) -> None:
    models = vendor_client.list.models({"task": "chat"})
    assert models.error is None
    assert {model["task"] for model in models.output} == {"chat"}

    tasks = vendor_client.list.tasks()
    assert tasks.error is None
    assert "chat" in tasks.output


def test_text_comes_whole_and_streamed(vendor_client: Bytez) -> None:
    gpt2 = vendor_client.model("openai-community/gpt2")

    answer = gpt2.run(PROMPT, FIVE_WORDS)

    assert answer.error is None
    assert answer.output.startswith(PROMPT)
    assert len(answer.output.split()) == len(PROMPT.split()) + 5
    assert gpt2.details["task"] == "text-generation"
    assert "".join(gpt2.run(PROMPT, FIVE_WORDS, stream=True)) == answer.output


def test_messages_and_members_go_in(vendor_client: Bytez) -> None:
    chat = vendor_client.model("Qwen/Qwen3-4B").run([{"role": "user", "content": "Hello"}])
    assert (chat.error, chat.output["role"]) == (None, "assistant")

    question = {"question": "Who wrote it?", "context": "Ron wrote it."}
    answer = vendor_client.model("deepset/roberta-base-squad2").run(question)
    assert answer.error is None
    assert answer.output["answer"] in question["context"]


def test_picture_can_be_fetched(vendor_client: Bytez) -> None:
    picture = vendor_client.model("dreamlike-art/dreamlike-photoreal-2.0").run("A cat")

    assert picture.error is None
    with urllib.request.urlopen(picture.output) as response:
        assert response.read().startswith(b"\x89PNG\r\n\x1a\n")


def test_closed_model_answers_with_its_provider(vendor_client: Bytez) -> None:
    answer = vendor_client.model("openai/gpt-4o", "provider-key").run([{"role": "user", "content": "Hello"}])

    assert (answer.error, answer.output["role"]) == (None, "assistant")
    assert answer.provider["object"] == "chat.completion"


def test_errors_come_as_text(vendor_client: Bytez) -> None:
    answer = vendor_client.model("nobody/nothing").run(PROMPT)

    assert answer.output is None
    assert answer.error == "Model does not exist or has yet to be added to the Bytez catalog"
