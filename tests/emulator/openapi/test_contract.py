"""The emulator follows a changed OpenAPI document without changes to its code."""

from copy import deepcopy
from typing import Any

import pytest
from httpx import Client

from bytezkit_emulator import Emulator
from bytezkit_emulator import _emulator as module
from bytezkit_emulator._openapi.contract import Contract
from tests.emulator.clients import GPT2, KEY, MODELS, TASKS, error, open_unchecked_client, output
from tests.emulator.contract_check import DOCUMENT


@pytest.fixture
def document(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A document that emulators of the test follow."""
    document = deepcopy(DOCUMENT)
    monkeypatch.setattr(module, "load_contract", lambda: Contract(document))
    return document


def serve() -> Client:
    return open_unchecked_client(Emulator(), authorization=f"Key {KEY}")


def test_tasks_and_their_models_are_those_of_the_document(document: Any) -> None:
    tasks = document["x-bytez-tasks"]
    removed = tasks.pop("text2text-generation")["model"]
    tasks["sorting"] = {**tasks["image-classification"], "model": "someone/sorter"}
    tasks["rhyming"] = {**tasks["summarization"], "model": "someone/poet", "kind": "unknown"}
    client = serve()
    assert output(client.get(TASKS)) == sorted(tasks)
    assert error(client.post(f"/models/v2/{removed}", json={"text": "a"}), 404)
    labels = output(client.post("/models/v2/someone/sorter", json={"url": "https://a.b/c"}))
    assert {it["label"] for it in labels} == {"LABEL_0", "LABEL_1", "LABEL_2"}
    # The synthetic engine returns an example of a task whose kind it does not know.
    [example] = Contract(document).tasks["rhyming"].examples
    assert output(client.post("/models/v2/someone/poet", json={"text": "a"})) == example.output


def test_required_parameter_is_enforced(document: Any) -> None:
    document["components"]["parameters"]["TaskFilter"]["required"] = True
    client = serve()
    assert error(client.get(MODELS), 400) == "query/task: is required"
    assert output(client.get(f"{MODELS}?task=chat"))


def test_body_that_matches_two_shapes_returns_400(document: Any) -> None:
    shapes = document["components"]["schemas"]["RunRequest"]["oneOf"]
    shapes.append({"$ref": "#/components/schemas/TextInput"})
    response = serve().post(GPT2, json={"text": "a"})
    assert error(response, 400) == "body: matches more than one input shape"
