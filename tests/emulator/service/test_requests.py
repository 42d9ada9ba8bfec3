"""What is refused, why, in which order and in which words."""

import json
from typing import Any, Final

import httpx
import pytest

from bytezkit_emulator import Emulator, Fault, Settings, Then
from bytezkit_emulator._openapi.validation import Schema
from tests.emulator.clients import (
    CHAT,
    GPT2,
    STATUS,
    TASKS,
    VECTOR,
    error,
    open_client,
    output,
)
from tests.emulator.contract_check import DOCUMENT

MESSAGES: Final = [{"role": "user", "content": "Hi"}]
LIMIT: Final = 1000


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(keys=["test-key"], settings=Settings(body_limit=LIMIT))


def test_both_spellings_of_a_model(client: httpx.Client) -> None:
    assert client.put("/models/v2/openai-community%2Fgpt2").status_code == 202
    assert output(client.get(GPT2))["modelId"] == "openai-community/gpt2"


def test_pointers_are_escaped_and_long_reasons_cut(client: httpx.Client) -> None:
    output(client.post(GPT2, json={"text": "a", "params": {"a/b~c": 1}}))
    reason = error(client.put(GPT2, json={"x" * 600: 1}), 400)
    assert " ... " in reason
    assert 300 < len(reason) < 320
    schema = Schema({"additionalProperties": {"type": "string"}})
    assert (schema.error_message({"a/b~c": 1}, "body") or "").startswith("body/a~1b~0c: ")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (GPT2, {"input": "a"}),
        (GPT2, {"input": {"text": "a"}}),
        (GPT2, {"input": {"text": "a", "params": {"temperature": "hot"}}, "params": {}}),
        (GPT2, {"text": "a", "json": False}),
        (GPT2, {"text": "a", "params": {"unknown": {"deep": [1]}}}),
        (GPT2, {"text": "a", "params": {"max_new_tokens": 3.0}}),
        (VECTOR, {"text": "a", "params": {"min_length": 5, "max_length": 3}}),
        (CHAT, {"input": MESSAGES}),
        (CHAT, {"messages": [{"role": "tool", "content": [{"type": "image", "url": "u"}]}]}),
    ],
)
def test_runs_that_are_served(client: httpx.Client, path: str, body: Any) -> None:
    assert output(client.post(path, json=body))


@pytest.mark.parametrize(
    ("body", "streams"),
    [
        ({"stream": True}, True),
        ({"params": {"stream": True}}, True),
        ({"stream": False, "params": {"stream": True}}, False),
        ({"stream": True, "params": {"stream": False}}, True),
        ({"params": {"stream": "yes"}}, False),
        ({"json": False}, False),
    ],
)
def test_where_stream_may_stand(client: httpx.Client, body: Any, streams: bool) -> None:
    response = client.post(GPT2, json={"text": "a", **body})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain" if streams else "application/json")


def test_stream_inside_params_is_no_argument(client: httpx.Client) -> None:
    plain = client.post(GPT2, json={"text": "a", "params": {}})
    lifted = client.post(GPT2, json={"text": "a", "params": {"stream": False}})
    assert output(plain) == output(lifted)


def test_a_task_without_a_stream_answers_plainly(client: httpx.Client) -> None:
    response = client.post(VECTOR, json={"text": "a", "stream": True})
    assert response.headers["content-type"] == "application/json"
    assert output(response)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        (None, 202),
        ("", 202),
        ("application/json", 202),
        ("Application/JSON; charset=latin-1", 202),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/problem+json", 415),
    ],
)
def test_content_types(client: httpx.Client, content_type: str | None, status: int) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    response = client.put(GPT2, content=b"{}", headers=headers)
    assert response.status_code == status
    if status == 415:
        assert error(response, 415) == "header/content-type: expected application/json"


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_an_empty_body_is_none(client: httpx.Client, content_type: str) -> None:
    headers = {"content-type": content_type}
    assert client.put(GPT2, headers=headers).status_code == 202
    assert error(client.post(GPT2, headers=headers), 400) == "body: is required"


def test_a_body_is_ignored_where_there_is_none(client: httpx.Client) -> None:
    wrong: dict[str, Any] = {"content": b"{" * 2 * LIMIT, "headers": {"content-type": "text/csv"}}
    assert client.put(GPT2).status_code == 202
    assert client.request("GET", GPT2, **wrong).status_code == 200
    assert client.request("DELETE", GPT2, **wrong).status_code == 200
    assert client.request("GET", TASKS, **wrong).status_code == 200


def test_the_limit_of_a_body(client: httpx.Client) -> None:
    body = b'{"text": "a"}'
    assert client.post(GPT2, content=body.ljust(LIMIT)).status_code == 200
    response = client.post(GPT2, content=body.ljust(LIMIT + 1))
    assert error(response, 413) == f"body: larger than {LIMIT} bytes"


FAULTS: Final[list[tuple[int, dict[str, Any]]]] = [
    (404, {"path": "/nothing"}),
    (405, {"method": "TRACE"}),
    (401, {"key": "wrong"}),
    (413, {"size": LIMIT + 1}),
    (415, {"content_type": "text/plain"}),
    (400, {"body": {"text": 1}}),
    (404, {"path": "/models/v2/no/model"}),
    (409, {"is_off": True}),
    (422, {"body": {"text": "a", "params": {"min_length": 2, "max_length": 1}}}),
    (402, {"is_broke": True}),
]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        pytest.param(first, second, id=f"{first}-{second}")
        for first in range(len(FAULTS))
        for second in range(first + 1, len(FAULTS))
        if not FAULTS[first][1].keys() & FAULTS[second][1].keys()
        # A model that does not exist has no cluster.
        if (first, second) != (6, 7)
    ],
)
def test_the_order_of_refusal(earlier: int, later: int) -> None:
    faults = {**FAULTS[earlier][1], **FAULTS[later][1]}
    is_broke = "is_broke" in faults
    emulator = Emulator(
        keys=["test-key"], settings=Settings(body_limit=LIMIT), credits=1e-6 if is_broke else None
    )
    with open_client(emulator) as client:
        if "is_off" in faults:
            assert client.put(GPT2).status_code == 202
        if is_broke:
            output(client.post(CHAT, json={"messages": MESSAGES}))
        if "is_off" in faults:
            assert client.patch(GPT2, json={"status": "off"}).status_code == 200
        response = client.request(
            faults.get("method", "POST"),
            faults.get("path", GPT2),
            content=json.dumps(faults.get("body", {"text": "a"})).encode().ljust(faults.get("size", 0)),
            headers={
                "authorization": f"Key {faults.get('key', 'test-key')}",
                "content-type": faults.get("content_type", "application/json"),
            },
        )
    assert response.status_code == FAULTS[earlier][0]


def test_the_order_of_refusal_of_a_cluster() -> None:
    with open_client(Emulator(credits=0)) as client:
        contradiction = {"capacity": {"min": 3, "max": 2}}
        reason = error(client.put(GPT2, json=contradiction), 422)
        assert reason == "body/capacity: min 3 is above max 2"
        assert client.put(GPT2).status_code == 402
        assert error(client.put("/models/v2/no/model", json=contradiction), 404)
    with open_client(Emulator()) as client:
        assert client.put(GPT2).status_code == 202
        assert error(client.put(GPT2, json=contradiction), 409)
        assert error(client.patch(GPT2, json=contradiction), 422)
        assert output(client.get(GPT2))["capacity"] == {"min": 0, "desired": 1, "max": 1}
        assert error(client.patch(VECTOR, json=contradiction), 404)
        assert error(client.get("/models/v2/no/model"), 404).startswith("Model does not exist")


@pytest.mark.parametrize(
    ("path", "body", "content_type"),
    [
        (GPT2, b'{"text": 1, "stream": true}', "application/json; charset=utf-8"),
        (GPT2, b'{"text": 1, "json": false}', "application/json; charset=utf-8"),
        (GPT2, b'{"text": 1, "params": {"stream": true}}', "application/json; charset=utf-8"),
        (GPT2, b'{"text": 1, "stream": false}', "application/json"),
        (GPT2, b"[]", "application/json"),
        (GPT2, b"{", "application/json"),
        ("/nothing", b'{"stream": true}', "application/json"),
    ],
)
def test_the_content_type_of_errors(client: httpx.Client, path: str, body: bytes, content_type: str) -> None:
    response = client.post(path, content=body)
    assert response.is_client_error
    assert response.headers["content-type"] == content_type


def test_a_refused_stream_has_a_charset_even_without_a_key(emulator: Emulator) -> None:
    with open_client(emulator, None) as client:
        response = client.post(GPT2, json={"text": "a", "stream": True})
    assert error(response, 401)
    assert response.headers["content-type"] == "application/json; charset=utf-8"


def test_who_would_come_again_in_vain_is_not_asked_to(client: httpx.Client) -> None:
    refused = [
        client.get("/nothing"),
        client.get(GPT2),
        client.put(TASKS),
        client.put(GPT2, json={"timeout": 0}),
        client.post(GPT2, json={"question": "a", "context": "b"}),
        client.get(TASKS, headers={"authorization": "Key wrong"}),
        client.post(STATUS, json={}),
    ]
    assert [it.status_code for it in refused] == [404, 404, 405, 400, 422, 401, 400]
    assert not any("retry-after" in it.headers for it in refused)


def test_request_ids_are_counted(client: httpx.Client) -> None:
    ids = [client.get(TASKS).headers["x-request-id"] for _ in range(3)]
    assert ids == ["req-000001", "req-000002", "req-000003"]


def _examples(method: str, template: str) -> dict[str, Any]:
    body = DOCUMENT["paths"][template][method]["requestBody"]
    return {name: it["value"] for name, it in body["content"]["application/json"]["examples"].items()}


@pytest.mark.parametrize("name", _examples("put", "/models/v2/{org}/{name}"))
def test_the_examples_of_creating_are_served(client: httpx.Client, name: str) -> None:
    body = _examples("put", "/models/v2/{org}/{name}")[name]
    assert client.put(GPT2, json=body).status_code == 202


@pytest.mark.parametrize("name", _examples("patch", "/models/v2/{org}/{name}"))
def test_the_examples_of_updating_are_served(client: httpx.Client, name: str) -> None:
    assert client.put(GPT2, json={"capacity": {"max": 5, "desired": 3}}).status_code == 202
    body = _examples("patch", "/models/v2/{org}/{name}")[name]
    assert client.patch(GPT2, json=body).status_code == 200


OPERATIONS: Final = [
    (method.upper(), template.format(org="openai-community", name="gpt2"), "requestBody" in operation)
    for template, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method != "parameters"
]


@pytest.mark.parametrize(("method", "path"), [it[:2] for it in OPERATIONS if it[1].startswith("/models/")])
def test_all_but_to_ask_for_a_model_wants_a_key(emulator: Emulator, method: str, path: str) -> None:
    with open_client(emulator, None) as client:
        status = client.request(method, path).status_code
    assert status == (200 if path.startswith("/models/v2/request/") else 401)


@pytest.mark.parametrize(("method", "path", "has_body"), OPERATIONS)
class TestEveryOperation:
    """The clients hold each answer against the contract, which is to document its status."""

    def test_it_can_be_called_too_often(
        self, emulator: Emulator, method: str, path: str, has_body: bool
    ) -> None:
        emulator.faults.add(Fault("busy", Then(status=429, error="Rate limit exceeded", retry_after=1)))
        with open_client(emulator) as client:
            assert client.request(method, path).status_code == 429

    def test_it_ends_with_the_emulator(
        self, emulator: Emulator, method: str, path: str, has_body: bool
    ) -> None:
        emulator.close()
        with open_client(emulator) as client:
            response = client.request(method, path)
            assert response.status_code == 503
            assert response.json()["error"] == "The emulator is shutting down"

    def test_its_body_is_json_of_some_size(
        self, emulator: Emulator, method: str, path: str, has_body: bool
    ) -> None:
        with open_client(emulator) as client:
            other = client.request(method, path, content="a", headers={"content-type": "text/plain"})
            large = client.request(method, path, json={"text": "a" * LIMIT})
        assert ((other.status_code, large.status_code) == (415, 413)) == has_body
