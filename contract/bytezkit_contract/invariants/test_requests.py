"""Invariants of authentication, routing and validation."""

from typing import Final

import pytest

from bytezkit_contract._adapter import KEY_PLACEHOLDER
from bytezkit_contract._server import Server

TASKS_PATH: Final = "/models/v2/list/tasks"
UNKNOWN_MODEL_PATH: Final = "/models/v2/bytezkit-contract/no-such-model"


@pytest.mark.parametrize(
    "authorization",
    [f"Key {KEY_PLACEHOLDER}", f"Bearer {KEY_PLACEHOLDER}", KEY_PLACEHOLDER],
    ids=["Key", "Bearer", "none"],
)
def test_the_server_accepts_the_key_with_the_scheme(authorization: str, server: Server) -> None:
    if server.target.key_header is not None:
        pytest.skip("--key-header")
    server.send("GET", TASKS_PATH, authorization=authorization).expect(200)


def test_a_missing_key_returns_401(server: Server) -> None:
    server.send("GET", TASKS_PATH, authorization=None).expect_error(401, when="without a key")
    server.run({"text": "Hello"}, authorization=None).expect_error(401, when="without a key")


def test_a_wrong_key_returns_401(server: Server) -> None:
    if server.accepts_any_key:
        pytest.skip("the server accepts any key")
    server.send("GET", TASKS_PATH, authorization="Key not-a-key").expect_error(401, when="for a wrong key")
    server.run({"text": "Hello"}, authorization="Key not-a-key").expect_error(401, when="for a wrong key")


def test_an_unknown_model_returns_404(server: Server) -> None:
    response = server.send("POST", UNKNOWN_MODEL_PATH, json={"text": "Hello"})
    response.expect_error(404, when="for an unknown model")


def test_an_unknown_route_returns_404(server: Server) -> None:
    server.send("GET", "/models/v2").expect(404)
    server.send("GET", "/no/such/route").expect(404)


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_the_list_of_tasks_allows_only_get_and_not(method: str, server: Server) -> None:
    # A router could match the path as that of a model with the organization `list`.
    response = server.send(method, TASKS_PATH, json={})
    if server.allows_unknown(method, response.status):
        return
    response.expect(405)
    allow = response.headers.get("allow", "")
    response.require("GET" in allow, f"the header Allow is {allow!r}: expected it to contain GET")


def test_a_body_that_is_not_json_returns_400_or_415(server: Server) -> None:
    path = f"/models/v2/{server.target.model}"
    server.send("POST", path, content=b'{"text":').expect_error(400, when="for a body that is not JSON")
    server.send("POST", path, content=b'{"text": "\xff"}').expect_error(
        400, when="for a body that is not UTF-8"
    )
    server.send("POST", path, content=b"Hello", media_type="text/plain").expect_error(
        415, when="for a body with the media type text/plain"
    )


def test_an_invalid_body_returns_400_even_if_the_model_is_unknown(server: Server) -> None:
    response = server.send("POST", UNKNOWN_MODEL_PATH, json={"messages": "Hello"})
    response.expect_error(400, when="for messages that are a string")


def test_the_input_of_another_task_returns_422(server: Server) -> None:
    body: dict[str, object] = {"question": "Who?", "context": "Ron did."}
    server.run(body).expect_error(422, when="for a question to a text-generation model")
