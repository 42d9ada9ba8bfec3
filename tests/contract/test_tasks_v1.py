"""Each task satisfies its v1 contract: the spellings of the input and the shape of the response."""

import json
from collections import Counter
from typing import Any, Final

import httpx
import pytest
import schemathesis
from hypothesis import settings
from schemathesis.schemas import BaseSchema

from bytezkit_emulator import Emulator
from bytezkit_openapi import read_json
from scripts.v1_task_projection import project_v1_tasks
from tests.contract.gate import REPRODUCIBLE, Case, load
from tests.task_evidence import TaskEvidence

DOCUMENT: Final[Any] = json.loads(read_json())
TASKS: Final[Any] = {task: row for task, row in DOCUMENT["x-bytez-tasks"].items() if "v1" in row}
VALID: Final = project_v1_tasks(DOCUMENT)
INVALID: Final = project_v1_tasks(DOCUMENT, narrowed=False)

# Number of responses by task and by whether they stream.
responses: Counter[tuple[str, bool]] = Counter()


def emulator_with(model: str) -> Emulator:
    """Start an emulator that has loaded a model."""
    emulator = Emulator(keys=["test-key"])
    with httpx.Client(transport=emulator.transport, base_url="http://emulator") as client:
        client.post(
            "/model/load",
            headers={"Authorization": "Key test-key"},
            json={"model": model, "expirationPeriodSeconds": 86400},
        ).raise_for_status()
    return emulator


@pytest.fixture(params=TASKS)
def valid(request: pytest.FixtureRequest) -> BaseSchema:
    return load(VALID[request.param], emulator_with(TASKS[request.param]["model"]), "positive", ["2xx"])


@pytest.fixture(params=TASKS)
def invalid(request: pytest.FixtureRequest) -> BaseSchema:
    # 404, because most other model IDs are unknown.
    statuses: list[int | str] = [400, 401, 404, 422]
    return load(INVALID[request.param], emulator_with(TASKS[request.param]["model"]), "negative", statuses)


@schemathesis.pytest.from_fixture("valid").parametrize()
@settings(REPRODUCIBLE, max_examples=4)
def test_valid_request_returns_a_result(case: Case) -> None:
    response = case.call_and_validate()

    task = case.operation.definition.raw["x-bytez-task"]
    body = case.body if isinstance(case.body, dict) else {}
    streams = TASKS[task]["stream"] == "text" and body.get("stream") is True
    [content_type] = response.headers["content-type"]
    assert content_type.partition(";")[0] == ("text/plain" if streams else "application/json")
    responses[task, streams] += 1


@schemathesis.pytest.from_fixture("invalid").parametrize()
@settings(REPRODUCIBLE, max_examples=4)
def test_invalid_request_returns_an_error(case: Case) -> None:
    case.call_and_validate()


@pytest.mark.parametrize("task", TASKS)
def test_task_has_been_reached(task: str, task_evidence: TaskEvidence) -> None:
    assert responses[task, False]
    assert (responses[task, True] > 0) == (TASKS[task]["stream"] == "text")
    task_evidence(task, "v1")
