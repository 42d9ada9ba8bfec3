"""Messages of violations, and the curl commands that repeat requests."""

from collections.abc import Callable

import pytest
import requests

from bytezkit_contract._adapter import KEY_PLACEHOLDER, SECOND_KEY_PLACEHOLDER
from bytezkit_contract._server import ServerResponse, no_response
from bytezkit_contract._violation import ViolationError, contract_pointer, curl_command

URL = "http://127.0.0.1:8080"


def prepared(authorization: str | None = None, body: str | bytes | None = None) -> requests.PreparedRequest:
    headers = {} if authorization is None else {"Authorization": authorization}
    return requests.Request("POST", f"{URL}/models/v2/a/b", headers=headers, data=body).prepare()


def server_response(content: bytes, status: int = 200) -> ServerResponse:
    response = requests.Response()
    response.request, response.status_code = prepared(), status
    response._content = content
    return ServerResponse(response)


@pytest.mark.parametrize(
    ("content", "read", "problem"),
    [
        (b"<html>", lambda it: it.json, "the body is not JSON"),
        (b"\xff", lambda it: it.text, "the body is not UTF-8"),
        (b"[]", lambda it: it.output, "the body is not an object"),
        (b"{}", lambda it: it.output, "the body has no member output"),
        (b'{"output": 1}', lambda it: it.cluster, "output is not an object"),
        (b"{}", lambda it: it.strings_of(it.json, "id"), "expected a list"),
        (b"[1]", lambda it: it.strings_of(it.json, "id"), "an item of the list is not an object"),
        (b"[{}]", lambda it: it.strings_of(it.json, "a", "b"), "an item of the list has no string a or b"),
        (b"{}", lambda it: it.expect_error(200), "the body has no member error"),
        (b'{"error": null}', lambda it: it.expect_error(200), "the body has no string error"),
    ],
)
def test_invalid_response_has_a_message(
    content: bytes, read: Callable[[ServerResponse], object], problem: str
) -> None:
    with pytest.raises(ViolationError) as caught:
        read(server_response(content))
    [violation] = caught.value.violations
    assert violation.message == f"POST /models/v2/a/b returned 200: {problem}."
    assert violation.pointer == "#/paths/~1models~1v2~1{org}~1{name}/post"


@pytest.mark.parametrize(
    ("authorization", "header"),
    [
        (f"Key {KEY_PLACEHOLDER}", '-H "Authorization: Key $BYTEZ_KEY"'),
        (f"Bearer {SECOND_KEY_PLACEHOLDER}", '-H "Authorization: Bearer $BYTEZ_SECOND_KEY"'),
        (KEY_PLACEHOLDER, '-H "Authorization: $BYTEZ_KEY"'),
        ("Key made-up", "-H 'Authorization: Key made-up'"),
    ],
)
def test_curl_command_reads_the_keys_from_the_environment(authorization: str, header: str) -> None:
    assert curl_command(prepared(authorization)) == f"curl -X POST {URL}/models/v2/a/b {header}"


def test_curl_command_truncates_a_long_body() -> None:
    assert curl_command(prepared(body=b"a" * 2010)).endswith("a # and 10 more characters")


@pytest.mark.parametrize(
    ("method", "path", "pointer"),
    [
        ("GET", "/models/v2/list/tasks", "#/paths/~1models~1v2~1list~1tasks/get"),
        ("PUT", "/models/v2/list/tasks", "#/paths/~1models~1v2~1list~1tasks (method not allowed 405)"),
        ("GET", "/nothing", "#/info/description (unknown route 404)"),
    ],
)
def test_pointer_names_the_operation_of_the_request(method: str, path: str, pointer: str) -> None:
    assert contract_pointer(method, f"{URL}{path}") == pointer


def test_unexpected_status_or_no_response_has_a_message() -> None:
    with pytest.raises(ViolationError, match=r"returned 402 \(No credits\): expected 200 or 202\."):
        server_response(b'{"error": "No credits"}', 402).expect(200, 202)
    error = requests.ConnectionError(request=prepared(f"Key {KEY_PLACEHOLDER}"))

    assert no_response(error).message == "POST /models/v2/a/b got no complete response: ConnectionError."
    assert no_response(requests.Timeout()).message == "A request could not be sent: Timeout."
