"""What the engines make: always the same, as long as asked for, the same in a stream and without."""

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


def joined(client: httpx.Client, path: str, body: dict[str, Any]) -> str:
    with client.stream("POST", path, json={**body, "stream": True}) as response:
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        return "".join(response.iter_text())


def continuation(client: httpx.Client, params: dict[str, Any], text: str = PROMPT) -> str:
    body = {"text": text, "params": params}
    whole: str = output(client.post(GPT2, json=body))
    assert joined(client, GPT2, body) == whole
    assert whole.startswith(text)
    return whole.removeprefix(text)


def message(client: httpx.Client, messages: list[Any], params: dict[str, Any]) -> str:
    body = {"messages": messages, "params": params}
    answer = output(client.post(CHAT, json=body))
    assert answer["role"] == "assistant"
    text: str = answer["content"]
    assert joined(client, CHAT, body) == text
    return text


@pytest.mark.parametrize(
    ("params", "tokens"),
    [
        ({}, 24),
        ({"max_new_tokens": 1, "min_new_tokens": 1}, 1),
        ({"max_new_tokens": 20}, 20),
        ({"max_new_tokens": 20.0}, 20),
        ({"max_new_tokens": 10**30}, 4096),
        ({"min_new_tokens": 3}, 24),
        ({"min_new_tokens": 40}, 40),
        ({"min_new_tokens": 10**30}, 4096),
        ({"max_length": 50}, 43),
        ({"max_length": 7}, 0),
        ({"max_length": 3}, 0),
        ({"min_length": 10, "max_length": 50}, 43),
        ({"min_length": 57}, 50),
        ({"max_length": 3, "max_new_tokens": 5}, 5),
        ({"min_length": 60, "min_new_tokens": 30}, 30),
        ({"min_new_tokens": 30, "max_length": 10}, 3),
        ({"min_length": 30, "max_new_tokens": 5}, 5),
        ({"temperature": 0, "top_k": 5, "unknown": None}, 24),
    ],
)
def test_how_many_words_a_text_goes_on(client: httpx.Client, params: dict[str, Any], tokens: int) -> None:
    added = continuation(client, params)
    assert len(added.split()) == tokens
    assert added == "".join(f" {word}" for word in added.split())


@pytest.mark.parametrize("text", ["", " ", "ends with a space ", "two\nlines", "\N{GRINNING FACE}"])
def test_any_text_goes_on(client: httpx.Client, text: str) -> None:
    assert len(continuation(client, {"max_new_tokens": 2}, text).split()) == 2


def test_words_are_plain(client: httpx.Client) -> None:
    assert all(word.isascii() and word.isalpha() for word in continuation(client, {}).split())


@pytest.mark.parametrize(
    ("params", "tokens"),
    [({}, 24), ({"max_new_tokens": 1}, 1), ({"max_length": 10}, 4), ({"max_length": 1}, 0)],
)
def test_how_many_words_a_message_has(client: httpx.Client, params: dict[str, Any], tokens: int) -> None:
    parts = [{"type": "text", "text": "and three more"}, {"type": "image", "url": "https://a.b/c d"}]
    messages = [{"role": "system", "content": "three words here"}, {"role": "user", "content": parts}]
    text = message(client, messages, params)
    assert text == " ".join(text.split())
    assert len(text.split()) == tokens


def test_a_vector_has_one_length_and_follows_the_text(client: httpx.Client) -> None:
    first, second = (output(client.post(VECTOR, json={"text": text})) for text in "ab")
    assert len(first) == len(second) >= 2
    assert first != second
    for vector in (first, second):
        assert math.isclose(math.fsum(number * number for number in vector), 1, rel_tol=1e-5)
        assert all(round(number, 7) == number for number in vector)


def test_equal_requests_have_equal_answers_everywhere() -> None:
    body = {"text": PROMPT, "params": {"top_k": 5, "temperature": 0.5}}
    answers: set[str] = set()
    for key in ("one", "two"):
        with open_client(Emulator(), key) as client:
            client.put(GPT2, json={"capacity": {"max": 3}})
            turned = {"params": {"temperature": 0.5, "top_k": 5}, "text": PROMPT}
            for sent in (body, turned, {**body, "autoScale": True, "json": True, "stream": False}):
                answers.add(output(client.post(GPT2, json=sent)))
            answers.add(joined(client, GPT2, body))
            shorthand = {"input": PROMPT, "params": body["params"]}
            answers.add(output(client.post(GPT2, json=shorthand)))
    assert len(answers) == 1


def test_other_requests_have_other_answers(client: httpx.Client) -> None:
    other_model = "/models/v2/openai-community/gpt2-medium"
    answers = [
        output(client.post(GPT2, json={"text": PROMPT})),
        output(client.post(GPT2, json={"text": PROMPT, "params": {"top_k": 1}})),
        output(client.post(other_model, json={"text": PROMPT})),
        PROMPT + output(client.post(GPT2, json={"text": "Other"})).removeprefix("Other"),
    ]
    assert len(set(answers)) == len(answers)


def test_answers_stay_the_same_over_versions(client: httpx.Client) -> None:
    text = output(client.post(GPT2, json={"text": PROMPT}))
    assert text == PINNED_TEXT
    vector = output(client.post(VECTOR, json={"text": "Hello world"}))
    assert hashlib.sha256(json.dumps(vector).encode()).hexdigest() == PINNED_VECTOR


EXAMPLES = {
    name: (task, request["value"])
    for task, row in DOCUMENT["x-bytez-tasks"].items()
    for name, request in DOCUMENT["paths"]["/models/v2/{org}/{name}"]["post"]["requestBody"]["content"][
        "application/json"
    ]["examples"].items()
    if name in row["examples"]
}
ANSWERS = DOCUMENT["paths"]["/models/v2/{org}/{name}"]["post"]["responses"]["200"]["content"][
    "application/json"
]["examples"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_canned_engine_answers_with_the_examples(name: str) -> None:
    task, request = EXAMPLES[name]
    path = f"/models/v2/{DOCUMENT['x-bytez-tasks'][task]['model']}"
    expected = ANSWERS[name]["value"]["output"]
    with open_client(Emulator(engine="canned")) as client:
        assert output(client.post(path, json=request)) == expected
        other = {**request, "params": {"unknown": 1}}
        first = DOCUMENT["x-bytez-tasks"][task]["examples"][0]
        assert output(client.post(path, json=other)) == ANSWERS[first]["value"]["output"]
        if DOCUMENT["x-bytez-tasks"][task]["stream"] == "text":
            text = expected if isinstance(expected, str) else expected["content"]
            assert joined(client, path, request) == text


def test_a_task_of_an_unknown_kind_answers_with_its_example() -> None:
    known = load_contract().tasks["chat"]
    task = replace(known, kind="mind-reading")
    inputs = Inputs(members={}, media=None)
    made = ENGINES["synthetic"](Job(model_id="org/name", task=task, inputs=inputs, params={}))
    assert isinstance(made, Output)
    assert made.value == known.examples[0].output
    assert "".join(made.pieces) == ANSWERS["chat.weather"]["value"]["output"]["content"]
