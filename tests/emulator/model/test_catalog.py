"""The models: the ones that come with the emulator, and a file of one's own."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from bytezkit_emulator import CatalogError, Emulator
from tests.emulator.clients import GPT2, MODELS, TASKS, error, open_client, output
from tests.emulator.contract_check import DOCUMENT

ROW = {"modelId": "org/name", "task": "text-generation", "params": 1, "ramRequired": 2}


def test_the_catalog_has_a_model_of_every_task(client: httpx.Client) -> None:
    models = output(client.get(MODELS))
    ids = [model["modelId"] for model in models]
    assert len(ids) == len(set(ids))
    assert {model["task"] for model in models} == set(DOCUMENT["x-bytez-tasks"])
    for task, row in DOCUMENT["x-bytez-tasks"].items():
        assert row["model"] in [model["modelId"] for model in models if model["task"] == task]


def test_the_catalog_keeps_the_measured_memory(client: httpx.Client) -> None:
    models = {model["modelId"]: model for model in output(client.get(MODELS))}
    assert models["openai-community/gpt2"] == {
        "modelId": "openai-community/gpt2",
        "task": "text-generation",
        "params": 0.14,
        "ramRequired": 0.5,
        "meter": "micro-free",
        "meterPrice": "0.0000872083 / sec",
    }
    assert models["codellama/CodeLlama-70b-Instruct-hf"]["ramRequired"] == 372.52
    assert models["codellama/CodeLlama-70b-Instruct-hf"]["meter"] == "super-lm"
    assert models["openai-community/gpt2.onnx.8-bit"]["ramRequired"] is None
    assert models["Qwen/Qwen2-7B-Instruct"]["task"] == "text-generation"
    assert models["nomic-ai/nomic-embed-text-v1.5"]["meterPrice"] == "0.00053440 / sec"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("task=feature-extraction", 1),
        ("task=no-such-task", 0),
        ("modelId=openai-community/gpt2", 1),
        ("modelId=openai-community%2Fgpt2", 1),
        ("modelId=no/such", 0),
        ("task=chat&modelId=openai-community/gpt2", 0),
        ("task=chat?modelId=Qwen/Qwen3-4B", 1),
        ("task=text-generation?modelId=Qwen/Qwen3-4B", 0),
        ("unknown=1&unknown=2&task=feature-extraction", 1),
    ],
)
def test_filters(client: httpx.Client, query: str, count: int) -> None:
    assert len(output(client.get(f"{MODELS}?{query}"))) == count


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("task=chat&task=chat", "query/task: is given twice"),
        ("task=Chat", 'query/task: "Chat" does not match'),
        ("task=", 'query/task: "" does not match'),
        ("modelId=gpt2", 'query/modelId: "gpt2" does not match'),
        ("task=chat?task=chat", "query/task: is given twice"),
    ],
)
def test_wrong_filters(client: httpx.Client, query: str, reason: str) -> None:
    assert error(client.get(f"{MODELS}?{query}"), 400).startswith(reason)


def test_the_tasks_are_those_of_the_contract(client: httpx.Client) -> None:
    assert output(client.get(f"{TASKS}?task=1&task=2")) == sorted(DOCUMENT["x-bytez-tasks"])


def test_a_file_replaces_the_catalog(tmp_path: Path) -> None:
    file = tmp_path / "models.json"
    other = {**ROW, "modelId": "org/other", "task": "mind-reading"}
    file.write_text(json.dumps([ROW, other]))
    with open_client(Emulator(catalog=file)) as client:
        assert [model["modelId"] for model in output(client.get(MODELS))] == ["org/name"]
        assert error(client.post(GPT2, json={"text": "a"}), 404).startswith("Model does not exist")
        assert error(client.post("/models/v2/org/other", json={"text": "a"}), 404)
        assert output(client.post("/models/v2/org/name", json={"text": "a"})).startswith("a ")


@pytest.mark.parametrize(
    ("ram", "params", "task", "meter"),
    [
        (16, 7.24, "text-generation", "micro-free"),
        (16.1, 7.6, "text-generation", "xs-lm"),
        (640, None, "chat", "super-lm"),
        (None, None, "feature-extraction", "micro"),
        (65, 0, "feature-extraction", "md-free"),
    ],
)
def test_the_meter_follows_from_memory(
    tmp_path: Path, ram: float | None, params: float | None, task: str, meter: str
) -> None:
    file = tmp_path / "models.json"
    file.write_text(json.dumps([{"modelId": "org/name", "task": task, "params": params, "ramRequired": ram}]))
    with open_client(Emulator(catalog=file)) as client:
        assert output(client.get(MODELS))[0]["meter"] == meter


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ({}, 'catalog: {} is not of type "array"'),
        ([ROW, {**ROW, "modelId": "gpt2"}], 'catalog/1/modelId: "gpt2" does not match'),
        ([{**ROW, "ramRequired": -1}], "catalog/0/ramRequired: -1 is less than"),
        ([{**ROW, "size": 1}], "catalog/0: Additional properties"),
        ([{**ROW, "provider": "acme"}], "catalog/0/provider: "),
        ([{"modelId": "org/name"}], 'catalog/0: "params" is a required property'),
        ([ROW, ROW], "org/name is listed twice"),
    ],
)
def test_a_wrong_file_is_explained(tmp_path: Path, rows: Any, reason: str) -> None:
    file = tmp_path / "models.json"
    file.write_text(json.dumps(rows))
    with pytest.raises(CatalogError) as caught:
        Emulator(catalog=file)
    assert str(caught.value).startswith(f"{file}: {reason}")


def test_a_file_that_cannot_be_read_is_explained(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="No such file"):
        Emulator(catalog=tmp_path / "missing.json")
    file = tmp_path / "models.json"
    file.write_text("[")
    with pytest.raises(CatalogError, match="not JSON"):
        Emulator(catalog=file)
