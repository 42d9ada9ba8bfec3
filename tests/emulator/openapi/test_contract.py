"""The emulator follows a changed OpenAPI document without changes to its code."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeAlias

import pytest
from httpx import Client

from bytezkit_emulator import Emulator
from bytezkit_emulator import _emulator as module
from bytezkit_emulator._openapi.contract import Contract
from tests.emulator.clients import GPT2, KEY, MODELS, TASKS, error, open_unchecked_client, output
from tests.emulator.contract_check import DOCUMENT

Serve: TypeAlias = Callable[[], Client]


@pytest.fixture
def document() -> Any:
    return deepcopy(DOCUMENT)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, document: Any) -> Serve:
    """Open a client of an emulator that follows the document of the test."""
    monkeypatch.setattr(module, "load_contract", lambda: Contract(document))
    return lambda: open_unchecked_client(Emulator(), authorization=f"Key {KEY}")


def test_removed_task_removes_its_models(client: Client, document: Any, serve: Serve) -> None:
    path = "/models/v2/google/flan-t5-base"
    assert output(client.post(path, json={"text": "a"}))
    del document["x-bytez-tasks"]["text2text-generation"]
    changed = serve()
    assert "text2text-generation" not in output(changed.get(TASKS))
    assert output(changed.get(f"{MODELS}?task=text2text-generation")) == []
    assert error(changed.post(path, json={"text": "a"}), 404)


def test_added_task_serves_its_model(document: Any, serve: Serve) -> None:
    tasks, model_id = document["x-bytez-tasks"], "someone/storyteller"
    tasks["story-telling"] = {**tasks["summarization"], "model": model_id}
    client = serve()
    listed = output(client.get(f"{MODELS}?task=story-telling"))
    assert [model["modelId"] for model in listed] == [model_id]
    assert output(client.post(f"/models/v2/{model_id}", json={"text": "a"}))


def test_required_parameter_is_enforced(document: Any, serve: Serve) -> None:
    document["components"]["parameters"]["TaskFilter"]["required"] = True
    client = serve()
    assert error(client.get(MODELS), 400) == "query/task: is required"
    assert output(client.get(f"{MODELS}?task=chat"))


def test_body_that_matches_two_shapes_returns_400(document: Any, serve: Serve) -> None:
    shapes = document["components"]["schemas"]["RunRequest"]["oneOf"]
    shapes.append({"$ref": "#/components/schemas/TextInput"})
    response = serve().post(GPT2, json={"text": "a"})
    assert error(response, 400) == "body: matches more than one input shape"
