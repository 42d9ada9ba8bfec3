"""The emulator follows the document: what changes there changes here without code."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, TypeAlias

import httpx
import pytest

from bytezkit_emulator import Emulator
from bytezkit_emulator import _emulator as module
from bytezkit_emulator._openapi.contract import Contract
from tests.emulator.clients import KEY, MODELS, TASKS, error, open_client, output
from tests.emulator.contract_check import DOCUMENT

Serve: TypeAlias = Callable[[Callable[[Any], None]], httpx.Client]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Open a client of an emulator whose document was changed."""

    def serve(change: Callable[[Any], None]) -> httpx.Client:
        document = deepcopy(DOCUMENT)
        change(document)
        monkeypatch.setattr(module, "load_contract", lambda: Contract(document))
        transport = Emulator().transport
        headers = {"authorization": f"Key {KEY}"}
        return httpx.Client(transport=transport, base_url="http://emulator", headers=headers)

    return serve


def test_a_task_that_is_taken_out_takes_its_models(serve: Serve) -> None:
    def change(document: Any) -> None:
        del document["x-bytez-tasks"]["text2text-generation"]

    path = "/models/v2/google/flan-t5-base"
    with open_client(Emulator()) as client:
        assert output(client.post(path, json={"text": "a"}))
    with serve(change) as client:
        assert "text2text-generation" not in output(client.get(TASKS))
        assert output(client.get(f"{MODELS}?task=text2text-generation")) == []
        assert error(client.post(path, json={"text": "a"}), 404)


def test_the_model_of_a_new_task_is_there(serve: Serve) -> None:
    def change(document: Any) -> None:
        row = deepcopy(document["x-bytez-tasks"]["summarization"])
        document["x-bytez-tasks"]["story-telling"] = row | {"model": "someone/storyteller"}

    with serve(change) as client:
        assert [model["modelId"] for model in output(client.get(f"{MODELS}?task=story-telling"))] == [
            "someone/storyteller"
        ]
        assert output(client.post("/models/v2/someone/storyteller", json={"text": "a"}))


def test_a_parameter_can_become_required(serve: Serve) -> None:
    def change(document: Any) -> None:
        document["components"]["parameters"]["TaskFilter"]["required"] = True

    with serve(change) as client:
        assert error(client.get(MODELS), 400) == "query/task: is required"
        assert output(client.get(f"{MODELS}?task=chat"))


def test_operations_that_nobody_has_written_are_not_there(serve: Serve) -> None:
    def change(document: Any) -> None:
        item = deepcopy(document["paths"]["/models/v2/list/tasks"])
        item["get"]["operationId"] = "listToysV2"
        document["paths"]["/models/v2/list/toys"] = item

    with serve(change) as client:
        assert error(client.get("/models/v2/list/toys"), 404)


def test_a_body_of_two_shapes_is_refused(serve: Serve) -> None:
    def change(document: Any) -> None:
        union = document["components"]["schemas"]["RunRequest"]["oneOf"]
        union.append({"$ref": "#/components/schemas/TextInput"})

    with serve(change) as client:
        response = client.post("/models/v2/openai-community/gpt2", json={"text": "a"})
        assert error(response, 400) == "body: matches more than one input shape"
