"""Bad input to the emulator: each row with the answer that it gets, and nothing that changes by it."""

import json
from collections.abc import Mapping
from typing import Any, Final

import httpx
import pytest

from bytezkit_emulator import Emulator, Settings
from tests.emulator.clients import (
    CHAT,
    CLUSTERS,
    DELETE,
    DETR,
    GPT2,
    GPT2_ID,
    INSTANCES,
    JOB,
    LOAD,
    MODELS,
    STATUS,
    TASKS,
    V1_LIST,
    V1_RUN,
    VECTOR,
    VQA,
    error,
    open_client,
    output,
    v1_error,
    v1_output,
)

LIMIT: Final = 1000
MESSAGES: Final = [{"role": "user", "content": "Hi"}]
NO_MODEL: Final = "/models/v2/no/model"
URL: Final = "https://example.com/cat.jpg"
TEXT: Final = b'{"text": "a"}'
NAMED: Final = {"model": GPT2_ID}

NOTHING: Final = "path: there is nothing here"
UNKNOWN: Final = "Model does not exist or has yet to be added to the Bytez catalog"
TOO_LARGE: Final = f"body: larger than {LIMIT} bytes"
MEDIA_TYPE: Final = "header/content-type: expected application/json"
NOT_BASE64: Final = "must be base64 or a data URL in base64"
ONE_OF_MEDIA: Final = "one of url, image_url, image or base64"
PART: Final = '"^[A-Za-z0-9][A-Za-z0-9._-]*$"'
ID: Final = '"^[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*$"'
NO_TASK: Final = 'query/task: "Juggling" does not match "^[a-z0-9]+(-[a-z0-9]+)*$"'
NO_FORM: Final = "Additional properties are not allowed"

# What is no JSON, for every operation that reads a body.
GARBLED: list[tuple[bytes, str]] = [
    (b"{", "not JSON: Expecting property name enclosed in double quotes at character 1"),
    (b"{'text': 'a'}", "not JSON: Expecting property name enclosed in double quotes at character 1"),
    (b'{"text": "a"', "not JSON: Expecting ',' delimiter at character 12"),
    (b'{"text": "a"} x', "not JSON: Extra data at character 14"),
    (b'{"text": "a', "not JSON: Unterminated string starting at character 9"),
    (b'{"text": "a\x01"}', "not JSON: Invalid control character at character 11"),
    (b'{"text": NaN}', "not JSON: NaN is not a JSON value"),
    (b'{"text": 1e999}', "not JSON: a number is out of range"),
    (b'\xef\xbb\xbf{"text": "a"}', "not JSON: Unexpected UTF-8 BOM (decode using utf-8-sig) at character 0"),
    (b"\xff", "not UTF-8 at byte 0"),
    (b'{"text": "caf\xe9"}', "not UTF-8 at byte 13"),
    ('{"text": "a"}'.encode("utf-16-be"), "not JSON: Expecting value at character 0"),
    (b'{"text": "\\ud800"}', "a string contains an unpaired surrogate"),
    (b'{"\\udc00": "a"}', "a string contains an unpaired surrogate"),
    (b"[" * 200 + b"]" * 200, "nested deeper than 128 levels"),
    (b" ", "not JSON: Expecting value at character 1"),
]

# Method, path, body, status, text.
ROWS: list[tuple[str, str, object, int, str]] = [
    # Paths that are none.
    *[
        ("POST", path, None, 404, NOTHING)
        for path in (
            *("/", "/models", "/models/v2", "/models/v2/", "/models/v2/org", "/models/v2//gpt2"),
            *("/models/v2/org/", "/models/v2/org/name/", "/models/v2/list/models/", "/models/v3/org/name"),
            *(
                "/models/v2/request/org/name/more",
                "/models/v2/a/b/c",
                "/models/v2/../gpt2",
                "/models/v2/a/..",
            ),
            *("/models/v2/a%2F..%2Fb", "/model", "/%0A", "/models/list"),
        )
    ],
    # Methods.
    ("OPTIONS", GPT2, None, 405, "method: OPTIONS is not allowed here"),
    ("TRACE", GPT2, None, 405, "method: TRACE is not allowed here"),
    ("BREW", GPT2, None, 405, "method: BREW is not allowed here"),
    ("POST", MODELS, None, 405, "method: POST is not allowed here"),
    ("PUT", CLUSTERS, None, 405, "method: PUT is not allowed here"),
    ("GET", "/models/v2/request/org/name", None, 405, "method: GET is not allowed here"),
    ("POST", TASKS, None, 405, "method: POST is not allowed here"),
    # Ids.
    ("POST", "/models/v2/list/anything", TEXT, 400, "path/org: 'list' is reserved"),
    ("POST", "/models/v2/request/gpt2", TEXT, 400, "path/org: 'request' is reserved"),
    ("POST", "/models/v2/a%2Fb/c", TEXT, 400, f'path/org: "a/b" does not match {PART}'),
    ("PUT", "/models/v2/%2E%2E/gpt2", None, 400, f'path/org: ".." does not match {PART}'),
    ("POST", "/models/v2/org/%2E%2E", TEXT, 400, f'path/name: ".." does not match {PART}'),
    ("POST", "/models/v2/org/a%20b", TEXT, 400, f'path/name: "a b" does not match {PART}'),
    ("POST", "/models/v2/org/%FF", TEXT, 400, f'path/name: "\ufffd" does not match {PART}'),
    (
        "POST",
        f"/models/v2/org/{'a' * 97}",
        TEXT,
        400,
        f'path/name: "{"a" * 97}" is longer than 96 characters',
    ),
    ("POST", "/models/v2/request/org/%2E%2E", None, 400, f'path/name: ".." does not match {PART}'),
    ("GET", f"{MODELS}?modelId=gpt2", None, 400, f'query/modelId: "gpt2" does not match {ID}'),
    ("GET", f"{MODELS}?modelId=a/../b", None, 400, f'query/modelId: "a/../b" does not match {ID}'),
    # Models and tasks that are unknown.
    *[(method, NO_MODEL, None, 404, UNKNOWN) for method in ("GET", "PUT", "PATCH", "DELETE")],
    ("POST", NO_MODEL, TEXT, 404, UNKNOWN),
    ("GET", f"{MODELS}?task=Juggling", None, 400, NO_TASK),
    ("GET", f"{MODELS}?task=a&task=b", None, 400, "query/task: is given twice"),
    # Bodies.
    ("POST", GPT2, None, 400, "body: is required"),
    *[("POST", GPT2, body, 400, f"body: {reason}") for body, reason in GARBLED],
    *[("PUT", CHAT, body, 400, f"body: {reason}") for body, reason in GARBLED],
    *[("PATCH", GPT2, body, 400, f"body: {reason}") for body, reason in GARBLED],
    *[(method, GPT2, TEXT.ljust(LIMIT + 1), 413, TOO_LARGE) for method in ("POST", "PUT", "PATCH")],
    # Clusters.
    ("PUT", GPT2, {}, 409, "Cluster already exists"),
    *[
        (method, path, body, 400, reason)
        for method, path in (("PUT", CHAT), ("PATCH", GPT2))
        for body, reason in (
            ({"capacity": {"max": 11}}, "body/capacity/max: 11 is greater than the maximum of 10"),
            ({"capacity": {"min": -1}}, "body/capacity/min: -1 is less than the minimum of 0"),
            ({"capacity": {"max": 1.5}}, 'body/capacity/max: 1.5 is not of type "integer"'),
            ({"capacity": {"max": True}}, 'body/capacity/max: true is not of type "integer"'),
            ({"capacity": {"desired": "1"}}, 'body/capacity/desired: "1" is not of type "integer"'),
            ({"capacity": {"maximum": 1}}, f"body/capacity: {NO_FORM} ('maximum' was unexpected)"),
            ({"capacity": None}, 'body/capacity: null is not of type "object"'),
            ({"timeout": 0}, "body/timeout: 0 is less than the minimum of 1"),
            ({"timeout": "5"}, 'body/timeout: "5" is not of types "null", "integer"'),
            (b"null", 'body: null is not of type "object"'),
            ([], 'body: [] is not of type "object"'),
        )
    ],
    ("PUT", CHAT, {"status": "on"}, 400, f"body: {NO_FORM} ('status' was unexpected)"),
    ("PUT", CHAT, {"config": []}, 400, 'body/config: [] is not of type "object"'),
    ("PATCH", GPT2, {"config": {}}, 400, f"body: {NO_FORM} ('config' was unexpected)"),
    ("PATCH", GPT2, {"status": "paused"}, 400, 'body/status: "paused" is not one of "on" or "off"'),
    ("PATCH", GPT2, {"status": True}, 400, 'body/status: true is not of type "string"'),
    *[
        (method, path, {"capacity": capacity}, 422, f"body/capacity: {reason}")
        for method, path in (("PUT", CHAT), ("PATCH", GPT2))
        for capacity, reason in (
            ({"min": 3, "max": 2}, "min 3 is above max 2"),
            ({"min": 2, "desired": 1}, "min 2 is above desired 1"),
            ({"desired": 3, "max": 2, "min": 0}, "desired 3 is above max 2"),
        )
    ],
    (
        "PATCH",
        GPT2,
        {"capacity": {"min": 3, "max": 2}, "timeout": 9, "status": "off"},
        422,
        "body/capacity: min 3 is above max 2",
    ),
    *[(method, CHAT, None, 404, "Cluster does not exist") for method in ("GET", "PATCH", "DELETE")],
    # Runs against the contract.
    ("POST", GPT2, {"text": 5}, 400, 'body/text: 5 is not of type "string"'),
    ("POST", GPT2, {"text": "a", "stream": 1}, 400, 'body/stream: 1 is not of type "boolean"'),
    ("POST", GPT2, {"text": "a", "params": []}, 400, 'body/params: [] is not of type "object"'),
    ("POST", GPT2, {"messages": []}, 400, 'body: "text" is a required property'),
    ("POST", GPT2, [], 400, 'body: [] is not of type "object"'),
    ("POST", GPT2, b"null", 400, 'body: null is not of type "object"'),
    ("POST", GPT2, {"input": "a", "more": 1}, 400, f"body: {NO_FORM} ('more' was unexpected)"),
    ("POST", CHAT, {"messages": []}, 400, "body/messages: [] has less than 1 item"),
    (
        "POST",
        CHAT,
        {"messages": [{"content": "a"}]},
        400,
        'body/messages/0: "role" is a required property',
    ),
    (
        "POST",
        CHAT,
        {"messages": [{"role": "user", "content": 5}]},
        400,
        'body/messages/0/content: 5 is not of type "string" or 5 is not of type "array"',
    ),
    (
        "POST",
        CHAT,
        {"messages": [{"role": "user", "content": [{"type": 1}]}]},
        400,
        'body/messages/0/content/0/type: 1 is not of type "string"',
    ),
    ("POST", DETR, {"foo": 1}, 400, f"body: {ONE_OF_MEDIA} is required"),
    ("POST", DETR, {"url": ""}, 400, 'body/url: "" is shorter than 1 character'),
    ("POST", DETR, {"url": "u", "more": 1}, 400, f"body: {NO_FORM} ('more' was unexpected)"),
    ("POST", DETR, [], 400, 'body: [] is not of type "object"'),
    ("POST", VQA, {"question": "q"}, 400, f"body: {ONE_OF_MEDIA} is required"),
    ("POST", VQA, {"question": 5, "url": "u"}, 400, 'body/question: 5 is not of type "string"'),
    ("POST", VQA, {"text": 5, "url": "u"}, 400, 'body/text: 5 is not of type "string"'),
    ("POST", NO_MODEL, {"messages": 1}, 400, 'body/messages: 1 is not of type "array"'),
    ("POST", NO_MODEL, {"stream": 1}, 400, 'body/stream: 1 is not of type "boolean"'),
    ("POST", NO_MODEL, {"foo": 1}, 400, f"body: {NO_FORM} ('foo' was unexpected)"),
    ("POST", NO_MODEL, {"url": 5}, 400, 'body/url: 5 is not of type "string"'),
    (
        "POST",
        NO_MODEL,
        {"candidate_labels": [], "url": "u"},
        400,
        "body/candidate_labels: [] has less than 1 item",
    ),
    (
        "POST",
        NO_MODEL,
        {"text": "a", "messages": MESSAGES},
        400,
        f"body: {NO_FORM} ('messages' was unexpected)",
    ),
    # Runs that do not fit the task.
    (
        "POST",
        VECTOR,
        {"messages": MESSAGES},
        422,
        "body: the task feature-extraction takes text, not messages",
    ),
    ("POST", CHAT, {"text": "a"}, 422, "body: the task chat takes messages, not text"),
    ("POST", CHAT, {"input": "a"}, 422, "body: the task chat takes messages, not text"),
    ("POST", CHAT, {"input": {}}, 422, "body: the task chat takes messages"),
    ("POST", CHAT, {"input": []}, 422, "body/messages: [] has less than 1 item"),
    ("POST", GPT2, {}, 422, "body: the task text-generation takes text"),
    (
        "POST",
        GPT2,
        {"input": {"text": "a", "more": 1}},
        422,
        "body: the task text-generation takes text, not more",
    ),
    ("POST", GPT2, {"input": {"text": 5}}, 422, 'body/text: 5 is not of type "string"'),
    ("POST", GPT2, {"input": 5}, 422, "body/input: expected a string, a list or an object"),
    ("POST", GPT2, {"input": None}, 422, "body/input: expected a string, a list or an object"),
    (
        "POST",
        GPT2,
        {"text": "a", "params": {"temperature": "hot"}},
        422,
        'body/params/temperature: "hot" is not of type "number"',
    ),
    (
        "POST",
        GPT2,
        {"text": "a", "params": {"min_new_tokens": 5, "max_new_tokens": 3}},
        422,
        "body/params: min_new_tokens 5 is greater than max_new_tokens 3",
    ),
    (
        "POST",
        CHAT,
        {"messages": MESSAGES, "params": {"min_length": 5, "max_length": 3}},
        422,
        "body/params: min_length 5 is greater than max_length 3",
    ),
    *[
        ("POST", DETR, body, 422, f"body/{name}: {NOT_BASE64}")
        for body, name in (
            ({"base64": "%"}, "base64"),
            ({"base64": "abc"}, "base64"),
            ({"base64": "data:image/png;base64,iVBORw0KGg"}, "base64"),
            ({"base64": "ab=c"}, "base64"),
            ({"base64": "a-_b"}, "base64"),
            ({"base64": "data:text/plain,abcd"}, "base64"),
            ({"base64": URL}, "base64"),
            ({"image": "ftp://example.com"}, "image"),
            ({"input": "a dog!"}, "base64"),
        )
    ],
    ("POST", DETR, {"base64": "data:image/png;base64,"}, 422, "body/base64: must not be empty"),
    ("POST", DETR, {"base64": " "}, 422, "body/base64: must not be empty"),
]

# The same for the v1 API, whose models are named in the body.
V1_ROWS: list[tuple[str, str, object, int, str]] = [
    *[("GET", path, None, 404, NOTHING) for path in ("/model/", "/model/get/gpt2", "/model/list/")],
    ("GET", "/%6Dodel/nothing", None, 404, NOTHING),
    *[
        (method, path, None, 405, f"method: {method} is not allowed here")
        for path, methods in (
            (V1_LIST, ("PUT", "DELETE")),
            (INSTANCES, ("PUT", "DELETE")),
            *((path, ("GET", "PUT", "DELETE")) for path in (JOB, LOAD, STATUS, V1_RUN, DELETE)),
        )
        for method in methods
    ],
    *[
        ("POST", path, body, status, reason)
        for path in (JOB, LOAD, STATUS, V1_RUN, DELETE)
        for body, status, reason in (
            (None, 400, "body: is required"),
            (b" " * (LIMIT + 1), 413, TOO_LARGE),
            ([], 400, 'body: [] is not of type "object"'),
            ({}, 400, 'body: "model" is a required property'),
            ({"model": 5}, 400, 'body/model: 5 is not of type "string"'),
            ({"model": "gpt2"}, 400, f'body/model: "gpt2" does not match {ID}'),
            ({"model": "a/.."}, 400, f'body/model: "a/.." does not match {ID}'),
            ({"model": "../b"}, 400, f'body/model: "../b" does not match {ID}'),
            ({**NAMED, "modelId": "a/b/c"}, 400, f'body/modelId: "a/b/c" does not match {ID}'),
            ({**NAMED, "key": 5}, 400, "body/key: expected a string"),
        )
    ],
    *[("POST", LOAD, body, 400, f"body: {reason}") for body, reason in GARBLED],
    *[("POST", V1_RUN, body, 400, f"body: {reason}") for body, reason in GARBLED],
    *[("POST", path, {"model": "no/such"}, 404, UNKNOWN) for path in (LOAD, STATUS, V1_RUN, DELETE)],
    *[(method, f"{V1_LIST}?task=Juggling", None, 400, NO_TASK) for method in ("GET", "POST")],
    ("POST", V1_LIST, {"more": 1}, 400, f"body: {NO_FORM} ('more' was unexpected)"),
    ("POST", INSTANCES, [], 400, 'body: [] is not of type "object"'),
    ("POST", LOAD, {**NAMED, "concurrency": 0}, 400, "body/concurrency: 0 is less than the minimum of 1"),
    ("POST", LOAD, {**NAMED, "concurrency": -1}, 400, "body/concurrency: -1 is less than the minimum of 1"),
    (
        "POST",
        LOAD,
        {**NAMED, "concurrency": 1001},
        400,
        "body/concurrency: 1001 is greater than the maximum of 1000",
    ),
    ("POST", LOAD, {**NAMED, "concurrency": 1.5}, 400, 'body/concurrency: 1.5 is not of type "integer"'),
    ("POST", LOAD, {**NAMED, "timeout": None}, 400, 'body/timeout: null is not of type "integer"'),
    (
        "POST",
        LOAD,
        {**NAMED, "expirationPeriodSeconds": -5},
        400,
        "body/expirationPeriodSeconds: -5 is less than the minimum of 1",
    ),
    ("POST", LOAD, {**NAMED, "text": "a"}, 400, f"body: {NO_FORM} ('text' was unexpected)"),
    (
        "POST",
        LOAD,
        {"modelId": f"a/{'b' * 192}"},
        400,
        f'body/modelId: "a/{"b" * 192}" is longer than 193 characters',
    ),
    ("POST", LOAD, NAMED, 409, f"Model {GPT2_ID} is already loaded"),
    (
        "POST",
        LOAD,
        {"model": "openai/gpt-4o"},
        422,
        "body/model: the model runs at openai; use /models/v2/openai/gpt-4o",
    ),
    ("POST", DELETE, {**NAMED, "concurrency": 1}, 400, f"body: {NO_FORM} ('concurrency' was unexpected)"),
    ("POST", DELETE, {"model": "Qwen/Qwen3-4B"}, 404, "Model Qwen/Qwen3-4B is not loaded"),
    ("POST", V1_RUN, {"model": "Qwen/Qwen3-4B"}, 409, "Model Qwen/Qwen3-4B is not loaded"),
    ("POST", V1_RUN, {**NAMED, "prompt": 5}, 400, 'body/prompt: 5 is not of type "string"'),
    ("POST", V1_RUN, {**NAMED, "stream": "yes"}, 400, 'body/stream: "yes" is not of type "boolean"'),
    ("POST", V1_RUN, {**NAMED, "params": None}, 400, 'body/params: null is not of type "object"'),
    ("POST", V1_RUN, {**NAMED, "messages": []}, 400, "body/messages: [] has less than 1 item"),
    ("POST", V1_RUN, NAMED, 422, "body: the task text-generation takes text"),
]

# Headers, status, text.
HEADERS: list[tuple[Mapping[str, str | None], int, str]] = [
    *[
        ({"authorization": value}, 401, "Unauthorized")
        for value in (
            *(
                None,
                "",
                "Key",
                "Key ",
                "Bearer",
                "Key wrong",
                "wrong",
                "Basic test-key",
                "Key test-key test-key",
            ),
            *("Key, test-key", "Key caf\xe9", "x" * 257, f"Key {'x' * 257}", "Key test-key\\", "Key test-ke"),
        )
    ],
    *[
        ({"content-type": value}, 415, MEDIA_TYPE)
        for value in (
            *("text/plain", "application/x-www-form-urlencoded", "application/problem+json", "json"),
            *("multipart/form-data; boundary=a", "application/json, text/plain"),
        )
    ],
]


@pytest.fixture
def emulator() -> Emulator:
    # A run that were charged would leave no credits for the one that follows.
    return Emulator(keys=["test-key"], settings=Settings(body_limit=LIMIT), credits=1e-9)


@pytest.fixture
def client(client: httpx.Client) -> httpx.Client:
    """Have a cluster and a loaded model that a refusal could spoil."""
    capacity = {"min": 1, "desired": 1, "max": 3}
    assert client.put(GPT2, json={"capacity": capacity, "timeout": 7}).status_code == 202
    v1_output(client.post(LOAD, json=NAMED))
    return client


def state(client: httpx.Client) -> list[Any]:
    return [
        output(client.get(CLUSTERS)),
        output(client.get(MODELS)),
        v1_output(client.get(INSTANCES)),
        v1_output(client.get(V1_LIST)),
    ]


def written(body: object) -> bytes | None:
    return body if body is None or isinstance(body, bytes) else json.dumps(body).encode()


def identities(rows: list[tuple[str, str, object, int, str]]) -> list[str]:
    return [f"{method} {path} {status} {text}" for method, path, _, status, text in rows]


@pytest.mark.parametrize(("method", "path", "body", "status", "text"), ROWS, ids=identities(ROWS))
def test_a_request_is_refused_and_changes_nothing(
    client: httpx.Client, *, method: str, path: str, body: object, status: int, text: str
) -> None:
    before = state(client)
    response = client.request(method, path, content=written(body))
    assert error(response, status) == text
    assert state(client) == before
    assert output(client.post(GPT2, content=TEXT))


@pytest.mark.parametrize(("method", "path", "body", "status", "text"), V1_ROWS, ids=identities(V1_ROWS))
def test_a_request_to_the_v1_api_is_refused_and_changes_nothing(
    client: httpx.Client, *, method: str, path: str, body: object, status: int, text: str
) -> None:
    before = state(client)
    response = client.request(method, path, content=written(body))
    assert v1_error(response, status) == text
    assert state(client) == before
    assert v1_output(client.post(V1_RUN, json={**NAMED, "text": "a"}))


@pytest.mark.parametrize(("headers", "status", "text"), HEADERS)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", GPT2, TEXT),
        ("PUT", CHAT, b"{}"),
        ("PATCH", GPT2, b'{"timeout": 9}'),
        ("POST", LOAD, b'{"model": "Qwen/Qwen3-4B"}'),
        ("POST", V1_RUN, b'{"model": "openai-community/gpt2", "text": "a"}'),
        ("POST", DELETE, b'{"model": "openai-community/gpt2"}'),
    ],
)
def test_headers_are_refused_and_change_nothing(
    emulator: Emulator,
    client: httpx.Client,
    *,
    method: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str | None],
    status: int,
    text: str,
) -> None:
    before = state(client)
    sent = {"authorization": "Key test-key", **headers}
    raw = [(name.encode(), value.encode("latin-1")) for name, value in sent.items() if value is not None]
    with open_client(emulator, None) as bare:
        response = bare.request(method, path, content=body, headers=raw)
    assert (error if path.startswith("/models/") else v1_error)(response, status) == text
    assert state(client) == before


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("OPTIONS", GPT2, "DELETE, GET, PATCH, POST, PUT"),
        ("POST", MODELS, "GET"),
        ("GET", "/models/v2/request/org/name", "POST"),
        ("PUT", V1_LIST, "GET, POST"),
        ("PUT", INSTANCES, "GET, POST"),
        ("GET", LOAD, "POST"),
        ("HEAD", TASKS, "GET"),
        ("HEAD", V1_RUN, "POST"),
    ],
)
def test_a_method_that_is_not_allowed_is_answered_with_those_that_are(
    client: httpx.Client, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, allowed)
    assert (response.content == b"") == (method == "HEAD")
