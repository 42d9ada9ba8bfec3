"""Texts, messages and vectors of the synthetic engine, and the examples of the canned engine."""

import hashlib
import json
import math
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from bytezkit_emulator import Emulator
from bytezkit_emulator._engines import ENGINES, Inputs, Job, Output
from bytezkit_emulator._openapi.contract import load_contract
from tests.emulator.clients import CHAT, GPT2, VECTOR, open_client, output
from tests.emulator.contract_check import DOCUMENT

PROMPT = "Once upon a time there was a"
PINNED_TEXT = (
    "Once upon a time there was a one curious question repaired every forest behind the quiet harbor until "
    "this curious kitchen crossed the kitchen under every hidden clock because one quiet"
)
PINNED_VECTOR = "b81d3f8d88c3a619cce356390a76476ccba2db1eb480287fa418330c3ae53745"
RUN = DOCUMENT["paths"]["/models/v2/{org}/{name}"]["post"]
REQUESTS = RUN["requestBody"]["content"]["application/json"]["examples"]
RESPONSES = RUN["responses"]["200"]["content"]["application/json"]["examples"]
EXAMPLES = [(task, name) for task, row in DOCUMENT["x-bytez-tasks"].items() for name in row["examples"]]


def streamed(client: httpx.Client, path: str, body: dict[str, Any]) -> str:
    response = client.post(path, json={**body, "stream": True})
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    return response.text


@pytest.mark.parametrize(
    ("params", "tokens"),
    [
        ({"temperature": 0, "top_k": 5}, 24),
        ({"max_new_tokens": 20.0}, 20),
        ({"max_new_tokens": 10**30}, 4096),
        ({"min_new_tokens": 10**30}, 4096),
        ({"min_new_tokens": 30}, 30),
        ({"min_length": 57}, 50),
        ({"max_length": 10}, 3),
        ({"max_length": 3, "max_new_tokens": 5}, 5),
        ({"min_length": 60, "min_new_tokens": 30}, 30),
    ],
)
def test_text_has_the_requested_length(client: httpx.Client, params: dict[str, Any], tokens: int) -> None:
    body = {"text": PROMPT, "params": params}
    text: str = output(client.post(GPT2, json=body))
    assert streamed(client, GPT2, body) == text
    words = text.removeprefix(PROMPT).split()
    assert len(words) == tokens
    assert all(word.isascii() and word.isalpha() for word in words)
    assert text == " ".join([PROMPT, *words])


def test_text_without_its_prompt(client: httpx.Client) -> None:
    whole = output(client.post(GPT2, json={"text": PROMPT}))
    body = {"text": PROMPT, "params": {"return_full_text": False}}
    assert PROMPT + output(client.post(GPT2, json=body)) == whole
    assert PROMPT + streamed(client, GPT2, body) == whole


@pytest.mark.parametrize(("params", "tokens"), [({}, 24), ({"max_length": 10}, 4), ({"max_length": 1}, 0)])
def test_length_of_a_message_counts_the_words_of_all_parts(
    client: httpx.Client, params: dict[str, Any], tokens: int
) -> None:
    parts = [{"type": "text", "text": "and three more"}, {"type": "image", "url": "https://a.b/c d"}]
    messages = [{"role": "system", "content": "three words here"}, {"role": "user", "content": parts}]
    body = {"messages": messages, "params": params}
    message = output(client.post(CHAT, json=body))
    assert message == {"role": "assistant", "content": streamed(client, CHAT, body)}
    assert len(message["content"].split()) == tokens


def test_equal_requests_have_equal_outputs_and_other_requests_have_others(client: httpx.Client) -> None:
    params = {"top_k": 5, "temperature": 0.5}
    equal: list[dict[str, Any]] = [
        {"text": PROMPT, "params": params},
        {"params": dict(reversed(params.items())), "text": PROMPT},
        {"input": PROMPT, "params": params, "autoScale": True, "json": True, "stream": False},
    ]
    assert len({output(client.post(GPT2, json=body)) for body in equal}) == 1
    others = [
        output(client.post(GPT2, json=equal[0])),
        output(client.post(GPT2, json={"text": PROMPT})),
        output(client.post("/models/v2/openai-community/gpt2-medium", json=equal[0])),
        PROMPT + output(client.post(GPT2, json={**equal[0], "text": "Other"})).removeprefix("Other"),
    ]
    assert len(set(others)) == len(others)


def test_outputs_are_equal_in_all_versions(client: httpx.Client) -> None:
    assert output(client.post(GPT2, json={"text": PROMPT})) == PINNED_TEXT
    vector = output(client.post(VECTOR, json={"text": "Hello world"}))
    assert math.isclose(math.fsum(number * number for number in vector), 1, rel_tol=1e-5)
    assert hashlib.sha256(json.dumps(vector).encode()).hexdigest() == PINNED_VECTOR


@pytest.mark.parametrize(("task", "name"), EXAMPLES)
def test_canned_engine_returns_the_examples(task: str, name: str) -> None:
    row, request = DOCUMENT["x-bytez-tasks"][task], REQUESTS[name]["value"]
    path = f"/models/v2/{row['model']}"
    expected, first = (RESPONSES[it]["value"]["output"] for it in (name, row["examples"][0]))
    with open_client(Emulator(engine="canned")) as client:
        assert output(client.post(path, json=request)) == expected
        other = {"max_new_tokens": 999} if row["stream"] == "text" else {"num_workers": 1}
        assert output(client.post(path, json={**request, "params": other})) == first
        if row["stream"] == "text":
            text = expected if isinstance(expected, str) else expected["content"]
            assert streamed(client, path, request) == text


def test_task_of_an_unknown_kind_returns_its_example() -> None:
    task = replace(load_contract().tasks["chat"], kind="unknown")
    job = Job(model_id="org/name", task=task, inputs=Inputs(members={}, media=None), params={})
    made = ENGINES["synthetic"](job)
    assert isinstance(made, Output)
    assert made.value == task.examples[0].output
    assert "".join(made.pieces) == RESPONSES["chat.weather"]["value"]["output"]["content"]
