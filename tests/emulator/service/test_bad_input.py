"""Rejected requests: status and message, precedence of errors, and unchanged state."""

import json
from itertools import combinations
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
OPENAI: Final = "/models/v2/openai/gpt-4o"
NO_VALUE: Final = "no value was found that satisfies the schema:"
NOT_CLOSED: Final = (
    "only closed-source models take parameters of their provider; the task chat has others, in params:"
)
NO_PARAMETER: Final = "is no parameter of the task"
UNKNOWN_MODEL: Final = "/models/v2/no/model"
CHAT_ID: Final = "Qwen/Qwen3-4B"
TEXT: Final = b'{"text": "a"}'
NAMED: Final = {"model": GPT2_ID}
CONTRADICTION: Final = {"capacity": {"min": 3, "max": 2}}
LONG: Final = "a" * 97
BAD_BASE64: Final = (
    *("%", "abc", "ab=c", "a-_b", "data:image/png;base64,iVBORw0KGg", "data:text/plain,abcd"),
    "https://example.com/cat.jpg",
)
V1_OPERATIONS: Final = (JOB, LOAD, STATUS, V1_RUN, DELETE)

TOO_LARGE: Final = (b" " * (LIMIT + 1), f"body: larger than {LIMIT} bytes")
UNKNOWN: Final = "Model does not exist or has yet to be added to the Bytez catalog"
NOT_BASE64: Final = "must be base64 or a data URL in base64"
MEDIA: Final = "one of url, image_url, image or base64"
PART: Final = '"^[A-Za-z0-9][A-Za-z0-9._-]*$"'
ID: Final = '"^[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*$"'
TASK: Final = '"^[a-z0-9]+(-[a-z0-9]+)*$"'
EXTRA: Final = "Additional properties are not allowed"

# For each operation that reads a body. `test_json.py` has more invalid JSON.
MALFORMED: Final[list[tuple[object, str]]] = [
    (b'{"text": "a"', "body: not JSON: Expecting ',' delimiter at character 12"),
    (b'{"text": NaN}', "body: not JSON: NaN is not a JSON value"),
    (b'{"text": "caf\xe9"}', "body: not UTF-8 at byte 13"),
    (b'{"text": "\\ud800"}', "body: a string contains an unpaired surrogate"),
    (b"[" * 200 + b"]" * 200, "body: nested deeper than 128 levels"),
    (b"null", 'body: null is not of type "object"'),
    ([], 'body: [] is not of type "object"'),
]
CLUSTER_SETTINGS: Final[list[tuple[object, str]]] = [
    ({"capacity": {"max": 11}}, "body/capacity/max: 11 is greater than the maximum of 10"),
    ({"capacity": {"min": -1}}, "body/capacity/min: -1 is less than the minimum of 0"),
    ({"capacity": {"max": 1.5}}, 'body/capacity/max: 1.5 is not of type "integer"'),
    ({"capacity": {"max": True}}, 'body/capacity/max: true is not of type "integer"'),
    ({"capacity": {"maximum": 1}}, f"body/capacity: {EXTRA} ('maximum' was unexpected)"),
    ({"capacity": None}, 'body/capacity: null is not of type "object"'),
    ({"timeout": 0}, "body/timeout: 0 is less than the minimum of 1"),
    ({"timeout": "5"}, 'body/timeout: "5" is not of types "null", "integer"'),
]
NO_MODEL: Final[list[tuple[object, str]]] = [
    (None, "body: is required"),
    ({}, 'body: "model" is a required property'),
    ({"model": 5}, 'body/model: 5 is not of type "string"'),
    ({"model": "gpt2"}, f'body/model: "gpt2" does not match {ID}'),
    ({"model": "../b"}, f'body/model: "../b" does not match {ID}'),
    ({**NAMED, "modelId": "a/b/c"}, f'body/modelId: "a/b/c" does not match {ID}'),
    ({**NAMED, "key": 5}, "body/key: expected a string"),
]

# Bodies and messages by target and status.
REJECTED: Final[dict[tuple[str, int], list[tuple[object, str]]]] = {
    **{
        (f"POST {path}", 404): [(None, "path: there is nothing here")]
        for path in (
            *("/", "/models", "/models/v2", "/models/v2/", "/models/v2/org", "/models/v2//gpt2"),
            *("/models/v2/org/", "/models/v2/org/name/", "/models/v2/list/models/", "/models/v3/org/name"),
            *("/models/v2/request/org/name/more", "/models/v2/a/b/c", "/models/v2/../gpt2", "/%0A"),
            *("/models/v2/a/..", "/models/v2/a%2F..%2Fb", "/models/list", "/model", "/model/"),
            *("/model/get/gpt2", "/model/list/", "/%6Dodel/nothing"),
        )
    },
    ("POST /models/v2/list/anything", 400): [(TEXT, "path/org: 'list' is reserved")],
    ("POST /models/v2/request/gpt2", 400): [(TEXT, "path/org: 'request' is reserved")],
    ("POST /models/v2/a%2Fb/c", 400): [(TEXT, f'path/org: "a/b" does not match {PART}')],
    ("PUT /models/v2/%2E%2E/gpt2", 400): [(None, f'path/org: ".." does not match {PART}')],
    ("POST /models/v2/org/%2E%2E", 400): [(TEXT, f'path/name: ".." does not match {PART}')],
    ("POST /models/v2/org/%FF", 400): [(TEXT, f'path/name: "\ufffd" does not match {PART}')],
    (f"GET /models/v2/org/{LONG}", 400): [(None, f'path/name: "{LONG}" is longer than 96 characters')],
    ("POST /models/v2/request/org/%2E%2E", 400): [(None, f'path/name: ".." does not match {PART}')],
    (f"GET {MODELS}?modelId=gpt2", 400): [(None, f'query/modelId: "gpt2" does not match {ID}')],
    (f"GET {MODELS}?modelId=a/../b", 400): [(None, f'query/modelId: "a/../b" does not match {ID}')],
    (f"GET {MODELS}?task=Juggling", 400): [(None, f'query/task: "Juggling" does not match {TASK}')],
    (f"GET {MODELS}?task=", 400): [(None, f'query/task: "" does not match {TASK}')],
    (f"GET {MODELS}?task=a&task=b", 400): [(None, "query/task: is given twice")],
    (f"GET {MODELS}?task=chat?task=chat", 400): [(None, "query/task: is given twice")],
    **{(f"{method} {UNKNOWN_MODEL}", 404): [(None, UNKNOWN)] for method in ("GET", "PUT", "PATCH", "DELETE")},
    (f"POST {UNKNOWN_MODEL}", 404): [(TEXT, UNKNOWN)],
    **{(f"{it} {CHAT}", 404): [(None, "Cluster does not exist")] for it in ("GET", "PATCH", "DELETE")},
    **{(f"{it} {GPT2}", 413): [TOO_LARGE] for it in ("POST", "PUT", "PATCH")},
    (f"PUT {GPT2}", 409): [({}, "Cluster already exists")],
    (f"PUT {CHAT}", 400): [
        *MALFORMED,
        *CLUSTER_SETTINGS,
        ({"status": "on"}, f"body: {EXTRA} ('status' was unexpected)"),
        ({"config": []}, 'body/config: [] is not of type "object"'),
    ],
    (f"PATCH {GPT2}", 400): [
        *MALFORMED,
        *CLUSTER_SETTINGS,
        ({"config": {}}, f"body: {EXTRA} ('config' was unexpected)"),
        ({"status": "paused"}, 'body/status: "paused" is not one of "on" or "off"'),
        ({"status": True}, 'body/status: true is not of type "string"'),
    ],
    (f"PUT {CHAT}", 422): [(CONTRADICTION, "body/capacity: min 3 is above max 2")],
    (f"PATCH {GPT2}", 422): [
        ({"capacity": {"min": 2, "desired": 1}}, "body/capacity: min 2 is above desired 1"),
        ({**CONTRADICTION, "timeout": 9, "status": "off"}, "body/capacity: min 3 is above max 2"),
    ],
    # Runs that do not match the contract.
    (f"POST {GPT2}", 400): [
        *MALFORMED,
        (None, "body: is required"),
        ({"text": 5}, 'body/text: 5 is not of type "string"'),
        ({"text": "a", "stream": 1}, 'body/stream: 1 is not of type "boolean"'),
        ({"text": "a", "params": []}, 'body/params: [] is not of type "object"'),
        ({"messages": []}, "body/messages: [] has less than 1 item"),
        ({"input": "a", "more": 1}, f"body: {EXTRA} ('more' was unexpected)"),
    ],
    (f"POST {CHAT}", 400): [
        ({"messages": []}, "body/messages: [] has less than 1 item"),
        ({"messages": [{"content": "a"}]}, 'body/messages/0: "role" is a required property'),
        (
            {"messages": [{"role": "user", "content": 5}]},
            'body/messages/0/content: 5 is not of types "null", "string" or 5 is not of type "array"',
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": 1}]}]},
            'body/messages/0/content/0/type: 1 is not of type "string"',
        ),
    ],
    (f"POST {DETR}", 400): [
        ({"foo": 1}, f"body: {MEDIA} is required"),
        ({"url": ""}, 'body/url: "" is shorter than 1 character'),
        ({"url": "u", "more": 1}, f"body: {EXTRA} ('more' was unexpected)"),
    ],
    (f"POST {VQA}", 400): [
        ({"question": "q"}, f"body: {MEDIA} is required"),
        ({"question": 5, "url": "u"}, 'body/question: 5 is not of type "string"'),
        ({"text": 5, "url": "u"}, 'body/text: 5 is not of type "string"'),
    ],
    (f"POST {UNKNOWN_MODEL}", 400): [
        ({"messages": 1}, 'body/messages: 1 is not of type "array"'),
        ({"foo": 1}, f"body: {EXTRA} ('foo' was unexpected)"),
        ({"url": 5}, 'body/url: 5 is not of type "string"'),
        ({"candidate_labels": [], "url": "u"}, "body/candidate_labels: [] has less than 1 item"),
    ],
    # Runs that do not fit the task. `test_tasks.py` has each task with each other shape of input.
    (f"POST {CHAT}", 422): [
        ({"url": "u"}, "body: the task chat takes messages, not url"),
        ({"input": {"text": "a", "url": "u"}}, "body: the task chat takes text, not url"),
        ({"input": {"text": "a", "messages": MESSAGES}}, "body: the task chat takes messages, not text"),
        ({"input": {}}, "body: the task chat takes messages"),
        ({"input": []}, "body/messages: [] has less than 1 item"),
        ({"text": "a", "messages": MESSAGES}, "body: the task chat takes messages, not text"),
        ({"input": MESSAGES, "messages": MESSAGES}, "body: the task chat takes messages, not input"),
        (
            {"messages": MESSAGES, "max_tokens": 5},
            f"body/max_tokens: {NOT_CLOSED} max_new_tokens, min_new_tokens, max_length",
        ),
        (
            {"input": {"messages": MESSAGES, "mystery": 5}},
            f"body/mystery: {NOT_CLOSED} do_sample, early_stopping, length_penalty",
        ),
        (
            {"messages": MESSAGES, "params": {"min_length": 5, "max_length": 3}},
            "body/params: min_length 5 is greater than max_length 3",
        ),
        # Pipelines would return a text instead of a message.
        *[
            ({"messages": MESSAGES, "params": {name: False}}, f"body/params/{name}: {NO_PARAMETER} chat")
            for name in ("tools", "return_full_text")
        ],
    ],
    (f"POST {OPENAI}", 422): [
        ({"messages": MESSAGES, "text": "a"}, "body: the task chat takes messages, not text"),
        (
            {"messages": MESSAGES, "max_token": 5},
            "body/max_token: is no parameter of openai; did you mean max_tokens?",
        ),
        (
            {"messages": MESSAGES, "params": {"max_completions_tokens": 5}},
            "body/max_completions_tokens: is no parameter of openai; did you mean max_completion_tokens?",
        ),
        ({"messages": MESSAGES, "tools": ["a"]}, "body/tools/0: expected an object"),
        (
            {"messages": MESSAGES, "tools": [{"name": "a", "input_schema": {"enum": []}}]},
            f"body/tools/0/input_schema: {NO_VALUE} the schema allows no value",
        ),
        (
            {"messages": MESSAGES, "params": {"tool_choice": "required"}},
            "body/tool_choice: a tool is required, but there are no tools",
        ),
    ],
    (f"POST {OPENAI}", 400): [
        ({"messages": MESSAGES, "max_tokens": "5"}, 'body/max_tokens: "5" is not of type "integer"'),
    ],
    (f"POST {GPT2}", 422): [
        ({}, "body: the task text-generation takes text"),
        ({"input": {"text": "a", "more": 1}}, "body: the task text-generation takes text, not more"),
        ({"input": {"text": 5}}, 'body/text: 5 is not of type "string"'),
        ({"input": 5}, "body/input: expected a string, a list or an object"),
        ({"input": None}, "body/input: expected a string, a list or an object"),
        (
            {"text": "a", "params": {"temperature": "hot"}},
            'body/params/temperature: "hot" is not of type "number"',
        ),
        (
            {"text": "a", "params": {"min_new_tokens": 5, "max_new_tokens": 3}},
            "body/params: min_new_tokens 5 is greater than max_new_tokens 3",
        ),
        (
            {"text": "a", "stream": True, "params": {"top_k": 1, "max_tokens": 3}},
            f"body/params/max_tokens: {NO_PARAMETER} text-generation; did you mean max_new_tokens?",
        ),
        ({"text": "a", "params": {"a/b~c": 1}}, f"body/params/a~1b~0c: {NO_PARAMETER} text-generation"),
        ({"text": "a", "params": {"stream": "yes"}}, f"body/params/stream: {NO_PARAMETER} text-generation"),
    ],
    (f"POST {DETR}", 422): [
        *[({"base64": value}, f"body/base64: {NOT_BASE64}") for value in BAD_BASE64],
        ({"image": "ftp://example.com"}, f"body/image: {NOT_BASE64}"),
        ({"input": "a dog!"}, f"body/base64: {NOT_BASE64}"),
        ({"base64": "data:image/png;base64,"}, "body/base64: must not be empty"),
        ({"base64": " "}, "body/base64: must not be empty"),
    ],
    # The v1 API, with the model in the body. `test_v1_run.py` has runs that do not fit the task.
    **{(f"POST {path}", 413): [TOO_LARGE] for path in V1_OPERATIONS},
    **{(f"POST {path}", 404): [({"model": "no/such"}, UNKNOWN)] for path in V1_OPERATIONS[1:]},
    **{(f"POST {path}", 400): NO_MODEL for path in (JOB, STATUS)},
    (f"GET {V1_LIST}?task=Juggling", 400): [(None, f'query/task: "Juggling" does not match {TASK}')],
    (f"POST {V1_LIST}?task=Juggling", 400): [(None, f'query/task: "Juggling" does not match {TASK}')],
    (f"POST {V1_LIST}", 400): [({"more": 1}, f"body: {EXTRA} ('more' was unexpected)")],
    (f"POST {INSTANCES}", 400): [([], 'body: [] is not of type "object"')],
    (f"POST {LOAD}", 400): [
        *NO_MODEL,
        *MALFORMED,
        ({**NAMED, "concurrency": 0}, "body/concurrency: 0 is less than the minimum of 1"),
        ({**NAMED, "concurrency": 1001}, "body/concurrency: 1001 is greater than the maximum of 1000"),
        ({**NAMED, "concurrency": 1.5}, 'body/concurrency: 1.5 is not of type "integer"'),
        ({**NAMED, "timeout": None}, 'body/timeout: null is not of type "integer"'),
        (
            {**NAMED, "expirationPeriodSeconds": -5},
            "body/expirationPeriodSeconds: -5 is less than the minimum of 1",
        ),
        ({**NAMED, "text": "a"}, f"body: {EXTRA} ('text' was unexpected)"),
        ({"modelId": f"{LONG}/{LONG}"}, f'body/modelId: "{LONG}/{LONG}" is longer than 193 characters'),
    ],
    (f"POST {LOAD}", 409): [(NAMED, f"Model {GPT2_ID} is already loaded")],
    (f"POST {DELETE}", 400): [*NO_MODEL, ({**NAMED, "text": "a"}, f"body: {EXTRA} ('text' was unexpected)")],
    (f"POST {V1_RUN}", 400): [
        *NO_MODEL,
        *MALFORMED,
        ({**NAMED, "prompt": 5}, 'body/prompt: 5 is not of type "string"'),
        ({**NAMED, "stream": "yes"}, 'body/stream: "yes" is not of type "boolean"'),
        ({**NAMED, "params": None}, 'body/params: null is not of type "object"'),
        ({**NAMED, "messages": []}, "body/messages: [] has less than 1 item"),
    ],
}

HEADERS: Final = [
    *[
        (("authorization", value), 401, "Unauthorized")
        for value in (
            *("", "Key", "Key ", "Bearer", "Key wrong", "wrong", "Basic test-key", "Key test-key test-key"),
            *(
                "Key, test-key",
                "Key TEST-KEY",
                "Key caf\xe9",
                "x" * 257,
                f"Key {'x' * 257}",
                "Key test-key\\",
                "Key test-ke",
            ),
        )
    ],
    *[
        (("content-type", value), 415, "header/content-type: expected application/json")
        for value in (
            *("text/plain", "application/x-www-form-urlencoded", "application/problem+json", "json"),
            *("multipart/form-data; boundary=a", "application/json, text/plain"),
        )
    ],
]


@pytest.fixture
def emulator() -> Emulator:
    # The charge for one run spends the credits, so a rejected run that is charged makes the next run fail.
    return Emulator(keys=["test-key"], settings=Settings(body_limit=LIMIT), credits=1e-9)


@pytest.fixture
def client(client: httpx.Client) -> httpx.Client:
    """Client with a cluster and a loaded model, whose state a rejected request must not change."""
    capacity = {"min": 1, "desired": 1, "max": 3}
    assert client.put(GPT2, json={"capacity": capacity, "timeout": 7}).status_code == 202
    v1_output(client.post(LOAD, json=NAMED))
    return client


def state(client: httpx.Client) -> list[Any]:
    return [client.get(path).json() for path in (CLUSTERS, MODELS, INSTANCES, V1_LIST)]


def rejection(response: httpx.Response, status: int) -> str:
    """Return the message of an error response of either API."""
    is_v1 = response.request.url.path.startswith("/model/")
    return v1_error(response, status) if is_v1 else error(response, status)


@pytest.mark.parametrize(
    ("target", "status", "body", "message"),
    [
        pytest.param(target, status, body, message, id=f"{target} {status} {message}")
        for (target, status), bodies in REJECTED.items()
        for body, message in bodies
    ],
)
def test_rejected_request_changes_nothing(
    client: httpx.Client, target: str, status: int, body: object, message: str
) -> None:
    before = state(client)
    content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    response = client.request(*target.split(" ", 1), content=content)
    assert rejection(response, status) == message
    assert state(client) == before
    if target.startswith(f"POST {V1_RUN}"):
        assert v1_output(client.post(V1_RUN, json={**NAMED, "text": "a"}))
    else:
        assert output(client.post(GPT2, content=TEXT))


@pytest.mark.parametrize(("header", "status", "message"), HEADERS)
def test_rejected_header_changes_nothing(
    emulator: Emulator, client: httpx.Client, header: tuple[str, str], status: int, message: str
) -> None:
    before = state(client)
    headers = [
        (name.encode(), value.encode("latin-1"))
        for name, value in {"authorization": "Key test-key", **dict([header])}.items()
    ]
    with open_client(emulator, None) as other:
        for method, path, body in (
            ("POST", GPT2, {"text": "a"}),
            ("PUT", CHAT, {}),
            ("PATCH", GPT2, {"timeout": 9}),
            ("POST", LOAD, {"model": CHAT_ID}),
            ("POST", V1_RUN, {**NAMED, "text": "a"}),
            ("POST", DELETE, NAMED),
        ):
            assert rejection(other.request(method, path, json=body, headers=headers), status) == message
    assert state(client) == before


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (GPT2, "DELETE, GET, HEAD, PATCH, POST, PUT"),
        *((path, "GET, HEAD") for path in (MODELS, CLUSTERS, TASKS)),
        *((path, "GET, HEAD, POST") for path in (V1_LIST, INSTANCES)),
        *((path, "POST") for path in ("/models/v2/request/org/name", *V1_OPERATIONS)),
    ],
)
def test_other_method_returns_405_with_allow_header(client: httpx.Client, path: str, allowed: str) -> None:
    before = state(client)
    methods = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"}
    for method in sorted(methods.difference(allowed.split(", "))):
        response = client.request(method, path)
        assert (response.status_code, response.headers["allow"]) == (405, allowed)
        if method == "HEAD":
            assert response.content == b""
        else:
            assert rejection(response, 405) == f"method: {method} is not allowed here"
    assert state(client) == before


# Errors of a run in their order of precedence, each with its cause. `None` stands for a missing header.
V2_ERRORS: Final[list[tuple[int, dict[str, Any]]]] = [
    (404, {"path": "/nothing"}),
    (405, {"method": "TRACE"}),
    (401, {"authorization": "Key wrong"}),
    (413, {"size": LIMIT + 1}),
    (415, {"content-type": "text/plain"}),
    (400, {"body": {"text": 1}}),
    (404, {"path": UNKNOWN_MODEL}),
    # With its path, because an unknown model has no cluster.
    (409, {"path": GPT2, "is_stopped": True}),
    (422, {"body": {"params": {"min_length": 2, "max_length": 1}}}),
    (402, {"is_broke": True}),
]
V1_ERRORS: Final[list[tuple[int, dict[str, Any]]]] = [
    (404, {"path": "/model/nothing"}),
    *V2_ERRORS[1:5],
    (400, {"body": {"stream": 1}}),
    (401, {"authorization": None}),
    (404, {"body": {"model": "no/model"}}),
    (409, {"is_stopped": True}),
    (422, {"body": {"more": 1}}),
    (402, {"is_broke": True}),
]


@pytest.mark.parametrize(
    ("path", "status", "causes"),
    [
        pytest.param(path, first[0], {**first[1], **second[1]}, id=f"{path} {[*first[1]]} {[*second[1]]}")
        for path, errors in ((GPT2, V2_ERRORS), (V1_RUN, V1_ERRORS))
        for first, second in combinations(errors, 2)
        if not first[1].keys() & second[1].keys()
    ],
)
def test_first_of_two_errors_determines_status(path: str, status: int, causes: dict[str, Any]) -> None:
    is_broke = "is_broke" in causes
    emulator = Emulator(
        keys=["test-key"], settings=Settings(body_limit=LIMIT), credits=1e-6 if is_broke else None
    )
    with open_client(emulator) as client:
        assert client.put(GPT2).status_code == 202
        v1_output(client.post(LOAD, json=NAMED))
        if is_broke:
            output(client.post(CHAT, json={"messages": MESSAGES}))
        if "is_stopped" in causes:
            output(client.patch(GPT2, json={"status": "off"}))
            v1_output(client.post(DELETE, json=NAMED))
    run = {"text": "a", **({} if path == GPT2 else NAMED), **causes.get("body", {})}
    headers = {"authorization": "Key test-key", "content-type": "application/json", **causes}
    with open_client(emulator, None) as client:
        response = client.request(
            causes.get("method", "POST"),
            causes.get("path", path),
            content=json.dumps(run).encode().ljust(causes.get("size", 0)),
            headers={name: headers[name] for name in ("authorization", "content-type") if headers[name]},
        )
    assert rejection(response, status)


def test_precedence_of_errors_of_clusters_and_loads() -> None:
    with open_client(Emulator(credits=0)) as client:
        assert error(client.put(UNKNOWN_MODEL, json=CONTRADICTION), 404)
        assert error(client.put(GPT2, json=CONTRADICTION), 422)
        assert error(client.put(GPT2), 402)
        assert v1_error(client.post(LOAD, json={"model": "no/model"}), 404)
        openai = v1_error(client.post(LOAD, json={"model": "openai/gpt-4o"}), 422)
        assert openai == "body/model: the model runs at openai; use /models/v2/openai/gpt-4o"
        assert "credits" in v1_error(client.post(LOAD, json=NAMED), 402)
        assert v1_output(client.get(INSTANCES)) == output(client.get(CLUSTERS)) == []
    with open_client(Emulator()) as client:
        assert client.put(GPT2).status_code == 202
        assert error(client.put(GPT2, json=CONTRADICTION), 409)
        assert error(client.patch(GPT2, json=CONTRADICTION), 422)
        assert error(client.patch(VECTOR, json=CONTRADICTION), 404)
