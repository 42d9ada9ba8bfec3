"""Wrong requests and their answers."""

from typing import Any, Final

import pytest

from bytezkit_emulator import Dialect, Emulator
from tests.emulator.clients import KEY, error, open_client, open_unchecked_client
from tests.emulator.openai.session import (
    BASES,
    CHAT,
    CLOSED_ID,
    COMPLETION,
    EMBEDDING,
    RESPONSE,
    TOOLS,
    VECTOR_ID,
)

CHATS: Final = "chat/completions"
UNKNOWN: Final = "Model does not exist or has yet to be added to the Bytez catalog"
CLAUDE: Final = "anthropic/claude-sonnet-4-0"
FORMAT: Final = {"type": "json_schema", "json_schema": {"name": "it", "schema": {"type": "wrong"}}}
# Route, body, status and the beginning of the error; a body of bytes is sent as it is.
WRONG: Final[list[tuple[str, Any, int, str]]] = [
    (CHATS, b"", 400, "body: is required"),
    (CHATS, b"\xff", 400, "body: not UTF-8 at byte 0"),
    (CHATS, {"model": "a/b"}, 400, 'body: "messages" is a required property'),
    (CHATS, {**CHAT, "messages": [{}]}, 400, 'body/messages/0: "role" is a required property'),
    (CHATS, {**CHAT, "stream": "yes"}, 400, 'body/stream: "yes" is not of types "null", "boolean"'),
    (CHATS, {**CHAT, "max_tokens": 0}, 400, "body/max_tokens: 0 is less than the minimum of 1"),
    (CHATS, {**CHAT, "model": "Qwen/none"}, 404, UNKNOWN),
    (CHATS, {**CHAT, "model": VECTOR_ID}, 422, "body/model: the task feature-extraction of the model is not"),
    (CHATS, {**CHAT, "tool_choice": "required"}, 422, "body/tool_choice: a tool is required, but there are"),
    (CHATS, {**CHAT, "top_q": 1}, 422, "body/top_q: is no parameter of the task chat; did you mean top_p?"),
    (CHATS, {**CHAT, "top_q": 1, "stream": True}, 422, "body/top_q: is no parameter of the task chat"),
    ("completions", {**COMPLETION, "unknown": 1}, 422, "body/unknown: is no parameter of the task"),
    ("completions", {**COMPLETION, "prompt": ["a"] * 100, "n": 2}, 422, "body/n: more than 128 choices"),
    (
        CHATS,
        {**CHAT, "response_format": FORMAT},
        422,
        'body/response_format/json_schema/schema/type: "wrong"',
    ),
    ("responses", {**RESPONSE, "model": "Qwen/Qwen3-4B"}, 422, "body/model: expected a closed-source model"),
    (
        "responses",
        {**RESPONSE, "model": CLAUDE, "tools": TOOLS},
        422,
        "body/tools: models of anthropic do not",
    ),
    (
        "embeddings",
        {**EMBEDDING, "model": CLOSED_ID},
        422,
        "body/model: the task chat of the model is not one",
    ),
    ("embeddings", {**EMBEDDING, "dimensions": 769}, 422, "body/dimensions: the model has 512 dimensions"),
    ("images/generations", {}, 404, "path: there is nothing here"),
]


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(("route", "body", "status", "reason"), WRONG)
def test_wrong_request_gets_a_reason(base: str, route: str, body: Any, status: int, reason: str) -> None:
    emulator = Emulator()
    client = open_client(emulator)
    sent: Any = {"content": body} if isinstance(body, bytes) else {"json": body}
    response = client.post(f"{base}/{route}", **sent)

    message = error(response, status)
    assert message.startswith(reason)
    assert emulator.journal.entries()[-1].reason == message


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(
    "route", ["models", "models/Qwen/Qwen3-4B", CHATS, "completions", "responses", "embeddings"]
)
def test_missing_or_wrong_key_and_method(base: str, route: str) -> None:
    emulator = Emulator(keys=[KEY])
    method = "GET" if route.startswith("models") else "POST"
    other = "POST" if method == "GET" else "GET"
    for headers in ({}, {"authorization": "Bearer wrong"}):
        response = open_unchecked_client(emulator, **headers).request(method, f"{base}/{route}")
        assert (response.status_code, response.json()["error"]) == (401, "Unauthorized")
    assert open_client(emulator).request(other, f"{base}/{route}").status_code == 405


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(
    ("route", "body", "status", "kind"),
    [
        (CHATS, {**CHAT, "model": "a/b"}, 404, "not_found_error"),
        (CHATS, {}, 400, "invalid_request_error"),
    ],
)
def test_dialect_has_the_error_object_of_openai(
    base: str, route: str, body: Any, status: int, kind: str
) -> None:
    emulator = Emulator(dialect=Dialect(openai_errors="openai"))
    client = open_unchecked_client(emulator, authorization=KEY)
    response = client.post(f"{base}/{route}", json=body)
    found = response.json()["error"]
    assert response.status_code == status
    assert found == {"message": found["message"], "type": kind, "param": None, "code": None}
    assert isinstance(client.post("/models/v2/a/b", json={"text": ""}).json()["error"], str)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, "authentication_error"),
        (402, "insufficient_quota"),
        (429, "rate_limit_error"),
        (503, "server_error"),
    ],
)
def test_dialect_has_the_type_of_each_status(status: int, kind: str) -> None:
    match = {"operation": "createChatCompletionV2"}
    fault: dict[str, Any] = {"name": "it", "match": match, "then": {"status": status}}
    emulator = Emulator(dialect=Dialect(openai_errors="openai"), faults=[fault])
    response = open_unchecked_client(emulator, authorization=KEY).post(f"{BASES[1]}/{CHATS}", json=CHAT)
    assert (response.status_code, response.json()["error"]["type"]) == (status, kind)
