"""Runs in the format of OpenAI's API behave like native runs, and the dialect has its errors."""

import math
from datetime import timedelta
from typing import Any, Final

import pytest

from bytezkit_emulator import Dialect, Emulator, Refused, Settings, Stub
from bytezkit_emulator._common.http_types import HttpError
from bytezkit_emulator._engines import Job, Output
from bytezkit_emulator._engines.live import LiveRun
from tests.emulator.clients import CHAT_ID, KEY, open_client, open_unchecked_client
from tests.emulator.engines.test_live import Engine
from tests.emulator.openai.session import BASE, BASES, CHAT, COMPLETION, EMBEDDING, RESPONSE, post, stream
from tests.emulator.session import Session

CHATS: Final = "chat/completions"
METERS: Final = {"inference-meter", "inference-meter-price", "inference-time", "inference-cost"}


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(
    ("route", "body"),
    [(CHATS, CHAT), ("completions", COMPLETION), ("responses", RESPONSE), ("embeddings", EMBEDDING)],
)
def test_run_is_metered_charged_and_recorded(base: str, route: str, body: Any) -> None:
    emulator = Emulator(credits=0.0000001)
    client = open_client(emulator)
    response = client.post(f"{base}/{route}", json=body)
    entry = emulator.journal.entries()[-1]
    is_closed = route == "responses"

    assert response.headers.keys() > METERS
    assert float(response.headers["inference-time"]) >= 0.05
    assert entry.model == body["model"]
    assert entry.operation is not None
    assert entry.operation.startswith("create")
    clusters = client.get("/models/v2/list/clusters").json()["output"]
    assert [it["modelId"] for it in clusters] == ([] if is_closed else [body["model"]])
    assert client.post(f"{base}/{route}", json=body).status_code == 402


def test_chunks_of_all_choices_come_at_their_time() -> None:
    settings = Settings(inference_time=timedelta(seconds=1), token_time=timedelta(seconds=2))
    chat = {**CHAT, "model": "openai/gpt-4o", "max_tokens": 2, "n": 2, "stream": True}
    response = {**RESPONSE, "max_output_tokens": 4, "stream": True}
    for route, body, marker in ((CHATS, chat, b'"content":'), ("responses", response, b'"delta":')):
        with Session(Emulator(clock="manual", settings=settings)) as session:
            events = session.send("POST", f"{BASE}/{route}", body)
            counts = []
            for _ in range(10):
                counts.append(events.content.count(marker))
                assert events.is_complete == (len(counts) == 10)
                session.advance(1)
        # The first chunk of a choice of a chat completion has no text.
        expected = [0, 1, 1, 2, 2, 4, 4, 5, 5, 6] if route == CHATS else [0, 0, 0, 1, 1, 2, 2, 3, 3, 4]
        assert counts == expected


def test_stub_answers_each_choice_in_turn() -> None:
    refusal = Stub(Refused(429, "Slow"), model="openai/gpt-4o")
    emulator = Emulator(stubs=[Stub("One two", "Three", model=CHAT_ID), refusal])
    client = open_client(emulator)
    choices = post(client, CHATS, {**CHAT, "n": 2, "stop": " two"})["choices"]
    assert [it["message"]["content"] for it in choices] == ["One", "Three"]
    assert [it["finish_reason"] for it in choices] == ["stop", "stop"]
    assert client.post(f"{BASE}/responses", json=RESPONSE).status_code == 429
    emulator.reset()
    deltas = [it["choices"][0]["delta"] for it in stream(client, CHATS, CHAT)]
    assert [it["content"] for it in deltas[:-1]] == ["", "One", " two"]


def test_log_probabilities_are_listed_from_the_likeliest_and_sum_below_one() -> None:
    client = open_client(Emulator())
    body = {**CHAT, "max_tokens": 4, "logprobs": True, "top_logprobs": 20}
    plain = post(client, CHATS, body)["choices"][0]
    items = plain["logprobs"]["content"]
    chunks = [it["choices"][0]["logprobs"] for it in stream(client, CHATS, body)]

    assert "".join(it["token"] for it in items) == plain["message"]["content"]
    assert [it["content"][0] for it in chunks if it] == items
    for item in items:
        top = [it["logprob"] for it in item["top_logprobs"]]
        assert top == sorted(top, reverse=True)
        assert len({it["token"] for it in item["top_logprobs"]}) == 20
        assert sum(map(math.exp, top)) <= 1
        assert bytes(item["bytes"]).decode() == item["token"]
        assert item["logprob"] == top[0]
    without = [
        post(client, CHATS, it)["choices"][0]["logprobs"] for it in ({**body, "top_logprobs": 0}, CHAT)
    ]
    assert (without[0]["content"][0]["top_logprobs"], without[1]) == ([], None)
    completion = post(client, "completions", {**COMPLETION, "logprobs": 0})["choices"][0]["logprobs"]
    assert completion["tokens"]


def test_arguments_and_choices_change_the_text() -> None:
    client = open_client(Emulator())
    changes: list[dict[str, Any]] = [{}, {"seed": 1}, {"seed": 2}, {"temperature": 0}]
    answers = [post(client, CHATS, {**CHAT, **it}) for it in [*changes, {"stop": None, "user": None}]]
    *texts, last = [it["choices"][0]["message"]["content"] for it in answers]
    choices = post(client, CHATS, {**CHAT, "n": 3})["choices"]
    assert len({*texts}) == 4
    assert last == texts[0]
    assert [it["index"] for it in choices] == [0, 1, 2]
    assert len({it["message"]["content"] for it in choices}) == 3
    assert choices[0]["message"]["content"] == texts[0]


def test_live_engine_makes_each_choice_before_the_response_begins() -> None:
    def work(job: Job, run: LiveRun) -> Output:
        if "max_new_tokens" in job.params:
            raise HttpError(502, "Unreachable")
        run.write("Hi")
        run.write(f" {job.choice}")
        return Output(value={"role": "assistant", "content": f"Hi {job.choice}"})

    client = open_client(Emulator(engine=Engine(work)))
    choices = post(client, CHATS, {**CHAT, "n": 2})["choices"]
    deltas = [it["choices"][0]["delta"] for it in stream(client, CHATS, CHAT)]
    assert [it["message"]["content"] for it in choices] == ["Hi 0", "Hi 1"]
    assert [it["content"] for it in deltas[:-1]] == ["", "Hi", " 0"]
    body = {**CHAT, "max_tokens": 1, "stream": True}
    assert client.post(f"{BASE}/{CHATS}", json=body).status_code == 502


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(
    ("model", "fault", "status", "kind"),
    [
        ("a/b", None, 404, "not_found_error"),
        (None, None, 400, "invalid_request_error"),
        (CHAT_ID, 401, 401, "authentication_error"),
        (CHAT_ID, 402, 402, "insufficient_quota"),
        (CHAT_ID, 429, 429, "rate_limit_error"),
        (CHAT_ID, 503, 503, "server_error"),
    ],
)
def test_dialect_has_the_error_object_of_openai(
    base: str, model: str | None, fault: int | None, *, status: int, kind: str
) -> None:
    match = {"operation": "createChatCompletionV2"}
    faults: Any = [] if fault is None else [{"name": "it", "match": match, "then": {"status": fault}}]
    emulator = Emulator(dialect=Dialect(openai_errors="openai"), faults=faults)
    client = open_unchecked_client(emulator, authorization=KEY)
    response = client.post(f"{base}/{CHATS}", json={**CHAT, "model": model})
    found = response.json()["error"]
    assert response.status_code == status
    assert found == {"message": found["message"], "type": kind, "param": None, "code": None}
    assert isinstance(client.post("/models/v2/a/b", json={"text": ""}).json()["error"], str)
