"""Catalog of models: the bundled catalog, filters, meters and catalog files."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx
import pytest

from bytezkit_emulator import CatalogError, Emulator
from tests.emulator.clients import GPT2, MODELS, TASKS, error, open_client, output
from tests.emulator.contract_check import DOCUMENT

MODEL = {"modelId": "org/name", "task": "text-generation", "params": 1, "ramRequired": 2}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "models.json"


def test_bundled_catalog_has_unique_models_for_every_task(client: httpx.Client) -> None:
    models = output(client.get(MODELS))
    assert len({model["modelId"] for model in models}) == len(models)
    assert models[0]["modelId"] == "EleutherAI/gpt-neo-2.7B"
    tasks = {model["modelId"]: model["task"] for model in models}
    assert set(tasks.values()) == set(DOCUMENT["x-bytez-tasks"])
    for task, row in DOCUMENT["x-bytez-tasks"].items():
        assert tasks[row["model"]] == task
    assert output(client.get(f"{TASKS}?task=1&task=2")) == sorted(DOCUMENT["x-bytez-tasks"])


def test_bundled_catalog_has_documented_tasks_of_providers(client: httpx.Client) -> None:
    tasks = defaultdict(set)
    for model in output(client.get(MODELS)):
        if model["ramRequired"] is None:
            tasks[model["modelId"].partition("/")[0]].add(model["task"])
    speech = "automatic-speech-recognition"
    files = {"text-to-image", "text-to-video"}
    assert {name: tasks[name] for name in ("anthropic", "cohere", "google", "mistral", "openai")} == {
        "anthropic": {"chat"},
        "cohere": {"chat"},
        "google": {"chat", *files},
        "mistral": {"chat", "feature-extraction", "image-to-text", speech},
        "openai": {"chat", "text-generation", "text-to-speech", speech, "audio-text-to-text", *files},
    }


def test_catalog_file_replaces_bundled_catalog_without_unknown_tasks(file: Path) -> None:
    # With a byte order mark, as editors on Windows write it.
    file.write_text("\ufeff" + json.dumps([MODEL, {**MODEL, "modelId": "org/other", "task": "mind-reading"}]))
    with open_client(Emulator(catalog=file)) as client:
        assert [model["modelId"] for model in output(client.get(MODELS))] == ["org/name"]
        for path in (GPT2, "/models/v2/org/other"):
            assert error(client.post(path, json={"text": "a"}), 404).startswith("Model does not exist")
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
def test_meter_follows_from_memory_parameters_and_task(
    file: Path, ram: float | None, params: float | None, task: str, meter: str
) -> None:
    file.write_text(json.dumps([{"modelId": "org/name", "task": task, "params": params, "ramRequired": ram}]))
    with open_client(Emulator(catalog=file)) as client:
        assert output(client.get(MODELS))[0]["meter"] == meter


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([MODEL, {**MODEL, "modelId": "gpt2"}], 'catalog/1/modelId: "gpt2" does not match'),
        ([{**MODEL, "ramRequired": -1}], "catalog/0/ramRequired: -1 is less than"),
        ([{**MODEL, "provider": "acme"}], "catalog/0/provider: "),
        ([MODEL, MODEL], "org/name is listed twice"),
        (None, "not JSON"),
    ],
)
def test_invalid_catalog_file_raises_with_path_and_reason(file: Path, rows: Any, reason: str) -> None:
    file.write_text("[" if rows is None else json.dumps(rows))
    with pytest.raises(CatalogError) as caught:
        Emulator(catalog=file)
    assert str(caught.value).startswith(f"{file}: {reason}")
