"""The older API: load, look, run, shut down."""

from collections.abc import Iterator
from typing import Final
from uuid import uuid4

import pytest

from bytezkit_contract._server import Server
from bytezkit_contract._wire import KEY

pytestmark = pytest.mark.part("v1")

PROMPT: Final = "Once upon a time"
UNKNOWN: Final = "bytezkit-contract/no-such-model"


@pytest.fixture
def loaded(server: Server) -> Iterator[Server]:
    """A server on which the model is loaded, and has answered, so that it is up."""
    answer = server.older("load", concurrency=1, expirationPeriodSeconds=300)
    if answer.status == 409:
        pytest.skip("the instance of an earlier law could not be shut down")
    answer.expect(200)
    try:
        server.older("run", prompt=PROMPT).expect(200)
        yield server
    finally:
        server.older("delete")


def test_a_loaded_model_that_answered_is_running_as_it_was_asked_to(loaded: Server) -> None:
    answer = loaded.older("status").expect(200)
    wanted = {"status": "RUNNING", "concurrency": 1, "expirationPeriodSeconds": 300, "inferences": 1}
    for name, expected in wanted.items():
        value = answer.members.get(name, expected)
        answer.require(value == expected, f"{name} should be {expected} and is {value}")


def test_a_loaded_model_is_listed(loaded: Server) -> None:
    instances = loaded.list_instances()
    instances.require(loaded.count_instances(instances) == 1, "it lacks the model that was loaded")


def test_a_model_is_not_loaded_twice(loaded: Server) -> None:
    # Clients took the first for a success when the last was all that the service said.
    loaded.older("load").expect(409, 429, 200)
    instances = loaded.list_instances()
    instances.require(loaded.count_instances(instances) == 1, "it has a model twice that was loaded once")


def test_a_model_that_was_shut_down_does_not_run(loaded: Server) -> None:
    loaded.older("delete").expect(200)
    answer = loaded.older("status").expect(200)
    status = answer.member("status")
    answer.require(status != "RUNNING", "the status is RUNNING after it was shut down")
    loaded.older("run", prompt=PROMPT).refused(409, when="as the model was shut down")


def test_a_stream_is_plain_text_that_begins_with_the_prompt(loaded: Server) -> None:
    stream = loaded.older("run", prompt=PROMPT, stream=True).expect(200)
    stream.require(stream.media_type == "text/plain", f"a stream of text has the type {stream.media_type}")
    stream.require(stream.text.startswith(PROMPT), "the stream does not begin with the prompt")


def test_an_answer_has_no_error(loaded: Server) -> None:
    answer = loaded.older("run", prompt=PROMPT).expect(200)
    answer.require("error" not in answer.members, "it has a member error, which clients take for a failure")


def test_a_second_key_sees_nothing_of_the_first(loaded: Server, second_key: str) -> None:
    instances = loaded.list_instances(authorization=second_key)
    instances.require(loaded.count_instances(instances) == 0, "it shows the instance of another key")


def test_the_model_goes_by_the_name_that_the_request_gave_it(server: Server) -> None:
    answer = server.send("POST", "/model/status", json={"modelId": server.target.model}).expect(200)
    answer.require(answer.member("modelId") == server.target.model, "it names another model")


def test_the_key_may_stand_in_the_body(server: Server) -> None:
    by_header = server.send("GET", "/model/list").expect(200)
    by_body = server.send("POST", "/model/list", authorization=None, json={"key": KEY}).expect(200)
    by_body.require(by_body.json == by_header.json, "it is another list than for the key in the header")


def test_no_key_is_refused(server: Server) -> None:
    server.send("GET", "/model/list", authorization=None).refused(401, when="without a key")
    server.send("POST", "/model/list", authorization=None, json={}).refused(401, when="without a key")


def test_an_unknown_model_is_not_found(server: Server) -> None:
    answer = server.send("POST", "/model/load", json={"model": UNKNOWN})
    answer.refused(404, when="for a model that does not exist")


def test_a_job_is_queued_and_then_says_how_far_it_is(server: Server) -> None:
    if not server.target.is_loopback:
        pytest.skip("the job that it makes could not be deleted")
    body = {"model": f"bytezkit-contract/{uuid4().hex}"}
    first = server.send("POST", "/model/job", json=body).expect(200)
    first.require(first.member("success") is True, "success is not true")
    again = server.send("POST", "/model/job", json=body).expect(200)
    again.require(isinstance(again.members.get("message"), str), "it has no message for a job that is known")
