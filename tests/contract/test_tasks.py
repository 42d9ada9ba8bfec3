"""Each task satisfies its own contract: a valid request returns a result with the type of the task.

The published document cannot state this, because its single operation returns any JSON. Therefore the tests
use the projection with one operation per task.
"""

import json
from collections import Counter
from typing import Any, Final

import pytest
from hypothesis import settings

from bytezkit_emulator import Emulator
from bytezkit_openapi import read_json
from scripts.task_projection import project_tasks
from tests.contract.gate import REPRODUCIBLE, Case, load
from tests.task_evidence import TaskEvidence

DOCUMENT: Final[Any] = json.loads(read_json())
TASKS: Final[Any] = DOCUMENT["x-bytez-tasks"]
EMULATOR: Final = Emulator(keys=["test-key"])

# Number of responses by task and by whether they stream.
responses: Counter[tuple[str, bool]] = Counter()

valid = load(project_tasks(DOCUMENT), EMULATOR, "positive", ["2xx"])
# The emulator accepts requests that only the narrowed projection forbids. 422 is the status for the input of
# another task and for wrong arguments, which are valid on the wire.
invalid = load(project_tasks(DOCUMENT, narrowed=False), EMULATOR, "negative", [400, 401, 422])


@valid.parametrize()
@settings(REPRODUCIBLE, max_examples=12)
def test_valid_request_returns_a_result(case: Case) -> None:
    response = case.call_and_validate()

    body = case.body if isinstance(case.body, dict) else {}
    streams = body.get("stream") is True
    [content_type] = response.headers["content-type"]
    assert content_type.startswith("application/json") != (streams or body.get("json") is False)
    responses[case.operation.definition.raw["x-bytez-task"], streams] += 1


@invalid.parametrize()
@settings(REPRODUCIBLE, max_examples=12)
def test_invalid_request_returns_an_error(case: Case) -> None:
    case.call_and_validate()


@pytest.mark.parametrize("task", TASKS)
def test_task_has_been_reached(task: str, task_evidence: TaskEvidence) -> None:
    assert responses[task, False]
    assert (responses[task, True] > 0) == (TASKS[task]["stream"] != "none")
    task_evidence(task, "fuzzed")
