"""What the emulator refuses, as the client's errors."""

import httpx
import pytest

from bytezkit import Bytez
from bytezkit.errors import (
    AuthenticationError,
    BadRequestError,
    BytezError,
    ConflictError,
    ContentTooLargeError,
    LifecycleUnavailableError,
    NotFoundError,
    PaymentRequiredError,
    UnprocessableContentError,
)
from bytezkit_emulator import Emulator

GPT2 = "openai-community/gpt2"


def connect(emulator: Emulator, key: str = "test-key") -> Bytez:
    return Bytez(key, base_url="http://localhost", http_client=httpx.Client(transport=emulator.transport))


def test_key() -> None:
    with pytest.raises(AuthenticationError, match="Unauthorized"):
        connect(Emulator(keys=["another"])).tasks.list()


def test_model_and_cluster() -> None:
    client = connect(Emulator())
    with pytest.raises(NotFoundError, match="Model does not exist"):
        client.model("no/such").run("text")
    with pytest.raises(NotFoundError, match="the catalog has no model"):
        client.model("no/such").details()
    client.model(GPT2).cluster.create()
    with pytest.raises(ConflictError, match="Cluster already exists"):
        client.model(GPT2).cluster.create()


def test_input() -> None:
    client = connect(Emulator())
    with pytest.raises(BadRequestError, match="body"):
        client.model(GPT2).run({"text": "a", "unknown": 1})
    with pytest.raises(UnprocessableContentError, match="takes text"):
        client.model(GPT2).run({"messages": [{"role": "user", "content": "a"}]})
    with pytest.raises(ContentTooLargeError):
        client.model(GPT2).run("a" * 40_000_000)


def test_credits() -> None:
    with pytest.raises(PaymentRequiredError, match="Insufficient credits") as caught:
        connect(Emulator(credits=0)).model(GPT2).run("text")

    assert caught.value.attempts == 1


def test_no_clusters() -> None:
    client = connect(Emulator(profile="serverless"))
    gpt2 = client.model(GPT2, task="text-generation")
    for operation in (gpt2.load, gpt2.cluster.get, gpt2.cluster.delete, client.clusters.list):
        with pytest.raises(LifecycleUnavailableError, match="run the model directly"):
            operation()
    assert gpt2.run("Hello").output.startswith("Hello")


def test_errors_name_the_request() -> None:
    with pytest.raises(BytezError) as caught:
        connect(Emulator()).model("no/such").run("text")

    error = caught.value
    assert (error.method, error.path, error.status) == ("POST", "/models/v2/no/such", 404)
    assert error.request_id
