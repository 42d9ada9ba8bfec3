"""Requests to the v1 API: keys, names of models, the list of models and the form of errors."""

from typing import Any, Final

import httpx
import pytest

from bytezkit_emulator import Emulator
from tests.emulator.clients import (
    DELETE,
    GPT2_ID,
    INSTANCES,
    JOB,
    LOAD,
    STATUS,
    V1_LIST,
    V1_RUN,
    open_client,
    v1_error,
    v1_output,
)
from tests.emulator.contract_check import DOCUMENT

NAMED: Final = {"model": GPT2_ID}
POSTS: Final = [V1_LIST, INSTANCES, JOB, LOAD, STATUS, V1_RUN, DELETE]
OPERATIONS: Final = [("GET", V1_LIST), ("GET", INSTANCES), *(("POST", path) for path in POSTS)]


def call(client: httpx.Client, method: str, path: str, **members: Any) -> httpx.Response:
    """Send a valid request with further members in the body."""
    model = {} if path in (V1_LIST, INSTANCES) else NAMED
    text = {"text": "a"} if path == V1_RUN else {}
    return client.request(method, path, json={**model, **text, **members})


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_operation_needs_key(emulator: Emulator, method: str, path: str) -> None:
    with open_client(emulator) as client, open_client(emulator, None) as keyless:
        assert v1_error(call(keyless, method, path), 401) == "Unauthorized"
        assert v1_error(call(keyless, method, path, key="wrong"), 401) == "Unauthorized"
        if method == "GET":
            assert v1_error(call(keyless, method, path, key="test-key"), 401) == "Unauthorized"
        in_body = {"key": "test-key"} if method == "POST" else {}
        if path in (V1_RUN, DELETE):
            v1_output(client.post(LOAD, json=NAMED))
        v1_output(call(keyless if in_body else client, method, path, **in_body))
    with open_client(Emulator(), None) as keyless:
        assert v1_error(call(keyless, method, path), 401) == "Unauthorized"


@pytest.mark.parametrize(
    "key", ["", "wrong", "Key test-key", " test-key", "two words", "x" * 257, "caf\xe9", "line\n"]
)
def test_wrong_or_malformed_key_in_body_returns_401(emulator: Emulator, key: str) -> None:
    with open_client(emulator, None) as client:
        response = call(client, "POST", STATUS, key=key)
        assert v1_error(response, 401) == "Unauthorized"
    if key != "wrong":
        with open_client(Emulator(), None) as client:
            assert v1_output(call(client, "POST", STATUS, key="anything"))
            assert call(client, "POST", STATUS, key=key).status_code == 401


def test_key_in_header_takes_precedence_over_body(emulator: Emulator) -> None:
    with open_client(emulator) as client:
        assert v1_output(call(client, "POST", STATUS, key="wrong"))
        client.headers["authorization"] = "Key wrong"
        assert v1_error(call(client, "POST", STATUS, key="test-key"), 401) == "Unauthorized"


def test_key_in_header_and_body_identify_the_same_tenant() -> None:
    emulator = Emulator()
    with open_client(emulator, None) as keyless, open_client(emulator, "one") as one:
        v1_output(call(keyless, "POST", LOAD, key="one"))
        assert v1_output(one.post(STATUS, json=NAMED))["status"] == "RUNNING"
        assert v1_output(call(keyless, "POST", INSTANCES, key="two")) == []


@pytest.mark.parametrize("member", ["model", "modelId"])
def test_response_names_model_like_request(member: str) -> None:
    with open_client(Emulator()) as client:
        for path in (JOB, LOAD, STATUS, DELETE, STATUS):
            body = v1_output(client.post(path, json={member: GPT2_ID}))
            assert next(iter(body.items())) == (member, GPT2_ID)
            assert ("model" in body) != ("modelId" in body)


def test_instances_name_the_model_like_the_page_of_the_key(client: httpx.Client) -> None:
    v1_output(client.post(LOAD, json=NAMED))
    for body, member in [({"key": "test-key"}, "modelId"), ({}, "model"), (None, "model")]:
        [item] = v1_output(client.post(INSTANCES, json=body))
        assert next(iter(item.items())) == (member, GPT2_ID)


def test_list_begins_with_the_documented_sample(client: httpx.Client) -> None:
    assert [(row["name"], row["benchmarked"]) for row in v1_output(client.get(V1_LIST))[:2]] == [
        ("EleutherAI/gpt-neo-2.7B", True),
        ("Gustavosta/MagicPrompt-Stable-Diffusion", True),
    ]


def test_model_takes_precedence_over_model_id(client: httpx.Client) -> None:
    both = {"modelId": "no/model", **NAMED}
    assert v1_output(client.post(STATUS, json=both)) == {**NAMED, "status": "STOPPED"}


def test_list_has_models_of_the_v1_tasks_filtered_by_task(client: httpx.Client) -> None:
    rows = v1_output(client.get(V1_LIST))
    tasks = {task for task, row in DOCUMENT["x-bytez-tasks"].items() if row.get("v1")}
    assert {row["task"] for row in rows} == tasks
    assert not [row for row in rows if row["name"].startswith("openai/")]
    for method in ("GET", "POST"):
        queries = (("task=video-classification", 1), ("task=image-text-to-text", 0), ("unknown=1", len(rows)))
        for query, count in queries:
            assert len(v1_output(client.request(method, f"{V1_LIST}?{query}"))) == count
    ignored = client.request("GET", V1_LIST, content=b"{" * 2000, headers={"content-type": "text/csv"})
    assert v1_output(ignored) == v1_output(client.get("/model%2Flist")) == rows


def test_internal_error_has_form_of_v1_api(monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = Emulator()

    def fail(_: object, __: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(emulator._runtime._service._world), "model", fail)
    with open_client(emulator) as client:
        assert v1_error(client.post(STATUS, json=NAMED), 500) == "Internal server error"


@pytest.mark.parametrize("key", ["test-key", None])
def test_serverless_profile_has_no_v1_api(key: str | None) -> None:
    with open_client(Emulator(profile="serverless"), key) as client:
        for method, path in OPERATIONS:
            assert v1_error(call(client, method, path), 404) == "path: there is nothing here"
        assert (client.get("/models/v2/list/tasks").status_code == 200) == (key is not None)
