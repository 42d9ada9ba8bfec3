"""Error responses of the emulator as errors of the client."""

from collections.abc import Callable

import pytest

from bytezkit import Bytez
from bytezkit.errors import (
    BadRequestError,
    ConflictError,
    ContentTooLargeError,
    LifecycleUnavailableError,
    NotFoundError,
    PaymentRequiredError,
    StatusError,
    UnprocessableContentError,
)
from bytezkit_emulator import Emulator
from tests.end_to_end.conftest import connect

GPT2 = "openai-community/gpt2"
QUESTION = {"question": "a", "context": "b"}
HELLO = [{"role": "user", "content": "a"}]

Action = Callable[[Bytez], object]


@pytest.mark.parametrize(
    ("action", "error", "message"),
    [
        (lambda it: it.model("no/such").run("text"), NotFoundError, "Model does not exist"),
        (lambda it: it.model("no/such").details(), NotFoundError, "the catalog has no model"),
        (lambda it: it.model(GPT2).cluster.create(), ConflictError, "Cluster already exists"),
        (lambda it: it.model(GPT2).run({"text": "a", "unknown": 1}), BadRequestError, "body"),
        (lambda it: it.model(GPT2).run({"messages": HELLO}), UnprocessableContentError, "takes text"),
        (lambda it: it.model(GPT2).run("a" * 40_000_000), ContentTooLargeError, "larger than"),
        (lambda it: it.v1.run(GPT2, "a"), ConflictError, "is not loaded"),
        (lambda it: it.v1.stream(GPT2, "a"), ConflictError, "is not loaded"),
        (lambda it: it.v1.shut_down(GPT2), NotFoundError, "is not loaded"),
        (lambda it: it.v1.status("no/such"), NotFoundError, "Model does not exist"),
        (lambda it: it.v1.load(GPT2) and it.v1.run(GPT2, QUESTION), UnprocessableContentError, "text"),
        (lambda it: it.v1.load(GPT2) and it.v1.run(GPT2, {"prompt": 5}), BadRequestError, "body"),
    ],
)
def test_error_response_raises_its_error(action: Action, error: type[StatusError], message: str) -> None:
    client = connect(Emulator())
    client.model(GPT2).cluster.create()
    with pytest.raises(error, match=message):
        action(client)


@pytest.mark.parametrize("action", [lambda it: it.model(GPT2).run("text"), lambda it: it.v1.load(GPT2)])
def test_run_without_credits_raises_payment_required_after_one_attempt(action: Action) -> None:
    with pytest.raises(PaymentRequiredError, match="credits") as caught:
        action(connect(Emulator(credits=0)))
    assert caught.value.attempts == 1


def test_serverless_profile_runs_models_but_has_no_clusters() -> None:
    client = connect(Emulator(profile="serverless"))
    gpt2 = client.model(GPT2, task="text-generation")
    for operation in (gpt2.load, gpt2.cluster.get, gpt2.cluster.delete, client.clusters.list):
        with pytest.raises(LifecycleUnavailableError, match="run the model directly"):
            operation()
    assert gpt2.run("Hello").output.startswith("Hello")


def test_error_names_the_request() -> None:
    with pytest.raises(NotFoundError) as caught:
        connect(Emulator()).model("no/such").run("text")

    error = caught.value
    assert (error.method, error.path, error.status) == ("POST", "/models/v2/no/such", 404)
    assert error.request_id
