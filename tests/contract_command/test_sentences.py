"""Sentences about answers, and the command that repeats a request."""

from collections.abc import Callable

import pytest
import requests

from bytezkit_contract._finding import BrokenError, as_command, clause_of
from bytezkit_contract._server import Answer, no_answer
from bytezkit_contract._wire import KEY, SECOND_KEY

URL = "http://127.0.0.1:8080"


def prepared(authorization: str | None = None, body: str | bytes | None = None) -> requests.PreparedRequest:
    headers = {} if authorization is None else {"Authorization": authorization}
    return requests.Request("POST", f"{URL}/models/v2/a/b", headers=headers, data=body).prepare()


def answer(content: bytes, status: int = 200) -> Answer:
    response = requests.Response()
    response.request, response.status_code = prepared(), status
    response._content = content
    return Answer(response)


@pytest.mark.parametrize(
    ("content", "look", "problem"),
    [
        (b"<html>", lambda it: it.json, "its body is not JSON"),
        (b"\xff", lambda it: it.text, "its body is not UTF-8"),
        (b"[]", lambda it: it.output, "its body is no object"),
        (b"{}", lambda it: it.output, "its body has no member output"),
        (b'{"output": 1}', lambda it: it.cluster, "output is no object"),
        (b"{}", lambda it: it.texts_of(it.json, "id"), "what should be a list is none"),
        (b"[1]", lambda it: it.texts_of(it.json, "id"), "an item of the list is no object"),
        (
            b"[{}]",
            lambda it: it.texts_of(it.json, "id", "no"),
            "an item of the list has no text as id or no",
        ),
        (b"{}", lambda it: it.refused(200), "its body has no member error"),
        (b'{"error": null}', lambda it: it.refused(200), "its body has no text as error"),
    ],
)
def test_sentence_for_an_answer(content: bytes, look: Callable[[Answer], object], problem: str) -> None:
    with pytest.raises(BrokenError) as caught:
        look(answer(content))
    [finding] = caught.value.findings
    assert finding.sentence == f"POST /models/v2/a/b answered 200: {problem}."
    assert finding.clause == "#/paths/~1models~1v2~1{org}~1{name}/post"


def test_sentence_has_the_error_message() -> None:
    with pytest.raises(BrokenError, match=r"answered 402 \(No credits\): expected 200 or 202\."):
        answer(b'{"error": "No credits"}', 402).expect(200, 202)


@pytest.mark.parametrize(
    ("authorization", "header"),
    [
        (f"Key {KEY}", '-H "Authorization: Key $BYTEZ_KEY"'),
        (f"Bearer {SECOND_KEY}", '-H "Authorization: Bearer $BYTEZ_SECOND_KEY"'),
        (KEY, '-H "Authorization: $BYTEZ_KEY"'),
        ("Key made-up", "-H 'Authorization: Key made-up'"),
    ],
)
def test_command_reads_the_keys_from_the_environment(authorization: str, header: str) -> None:
    assert as_command(prepared(authorization)) == f"curl -X POST {URL}/models/v2/a/b {header}"


def test_command_truncates_a_long_body() -> None:
    assert as_command(prepared(body=b"a" * 2010)).endswith("a # and 10 characters more")


@pytest.mark.parametrize(
    ("method", "path", "clause"),
    [
        ("GET", "/models/v2/list/tasks", "#/paths/~1models~1v2~1list~1tasks/get"),
        ("PUT", "/models/v2/list/tasks", "#/paths/~1models~1v2~1list~1tasks (method not allowed 405)"),
        ("GET", "/nothing", "#/info/description (unknown route 404)"),
    ],
)
def test_clause_is_the_place_in_the_contract(method: str, path: str, clause: str) -> None:
    assert clause_of(method, f"{URL}{path}") == clause


def test_sentence_without_an_answer() -> None:
    lost = requests.ConnectionError(request=prepared(f"Key {KEY}"))

    assert no_answer(lost).sentence == "POST /models/v2/a/b got no whole answer: ConnectionError."
    assert no_answer(requests.Timeout()).sentence == "A request could not be sent: Timeout."
