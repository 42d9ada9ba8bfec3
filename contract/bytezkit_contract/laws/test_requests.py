"""What is refused, and in which order."""

from typing import Final

import pytest

from bytezkit_contract._server import Server
from bytezkit_contract._wire import KEY

LIST: Final = "/models/v2/list/tasks"
UNKNOWN: Final = "/models/v2/bytezkit-contract/no-such-model"


@pytest.mark.parametrize("authorization", [f"Key {KEY}", f"Bearer {KEY}", KEY], ids=["Key", "Bearer", "bare"])
def test_the_key_is_taken_in_the_form(authorization: str, server: Server) -> None:
    server.send("GET", LIST, authorization=authorization).expect(200)


def test_no_key_is_refused(server: Server) -> None:
    server.send("GET", LIST, authorization=None).refused(401, when="without a key")
    server.run({"text": "Hello"}, authorization=None).refused(401, when="without a key")


def test_a_wrong_key_is_refused(server: Server) -> None:
    if server.takes_any_key:
        pytest.skip("it takes any key")
    server.send("GET", LIST, authorization="Key not-a-key").refused(401, when="to a wrong key")
    server.run({"text": "Hello"}, authorization="Key not-a-key").refused(401, when="to a wrong key")


def test_an_unknown_model_is_not_found(server: Server) -> None:
    server.send("POST", UNKNOWN, json={"text": "Hello"}).refused(404, when="for a model that does not exist")


def test_an_unknown_route_is_not_found(server: Server) -> None:
    server.send("GET", "/models/v2").expect(404)
    server.send("GET", "/no/such/route").expect(404)


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_a_list_is_no_model_to(method: str, server: Server) -> None:
    # Its path could be taken for the one of a model.
    answer = server.send(method, LIST, json={}).expect(405)
    allowed = answer.headers.get("allow", "")
    answer.require("GET" in allowed, f"its header Allow is {allowed!r} and lacks GET")


def test_a_body_that_is_not_json_is_refused(server: Server) -> None:
    path = f"/models/v2/{server.target.model}"
    server.send("POST", path, content=b'{"text":').refused(400, when="to a body that is not JSON")
    server.send("POST", path, content=b'{"text": "\xff"}').refused(400, when="to a body that is not UTF-8")
    server.send("POST", path, content=b"Hello", media_type="text/plain").refused(415, when="to plain text")


def test_the_shape_of_a_request_comes_before_its_model(server: Server) -> None:
    server.send("POST", UNKNOWN, json={"messages": "Hello"}).refused(400, when="to messages that are a text")


def test_what_another_task_takes_is_refused(server: Server) -> None:
    body: dict[str, object] = {"question": "Who?", "context": "Ron did."}
    server.run(body).refused(422, when="to a question for a model that generates text")
