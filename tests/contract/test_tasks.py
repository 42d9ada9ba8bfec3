"""Each task keeps its own contract: what fits it gets a result of the task's own type, never a refusal.

The document of the whole API can not say that, since what its one operation answers is any JSON, and what
fits it may not fit the model. So the projection with one operation per task is held to it.
"""

import json
from collections import Counter
from typing import Any, Final

import pytest
from hypothesis import settings

from bytezkit_emulator import Emulator
from bytezkit_openapi import read_json, read_tasks_json
from scripts.task_projection import project_tasks
from tests.contract.gate import REPRODUCIBLE, Case, load
from tests.task_evidence import TaskEvidence

DOCUMENT: Final[Any] = json.loads(read_json())
TASKS: Final[Any] = DOCUMENT["x-bytez-tasks"]
EMULATOR: Final = Emulator(keys=["test-key"])

# What the tests of this file reached, plain and streamed; the last ones look at it.
answered: Counter[tuple[str, bool]] = Counter()

fitting = load(json.loads(read_tasks_json()), EMULATOR, "positive", ["2xx"])
# What only the narrowed projection forbids is not to be refused. What fits another task or is wrong in the
# arguments of this one is 422: on the wire it fits.
failing = load(project_tasks(DOCUMENT, narrowed=False), EMULATOR, "negative", [400, 401, 422])


@fitting.parametrize()
@settings(REPRODUCIBLE, max_examples=20)
def test_what_fits_gets_a_result(case: Case) -> None:
    response = case.call_and_validate()

    body = case.body if isinstance(case.body, dict) else {}
    streams = body.get("stream") is True
    [content_type] = response.headers["content-type"]
    assert content_type.startswith("application/json") != (streams or body.get("json") is False)
    answered[case.operation.definition.raw["x-bytez-task"], streams] += 1


@failing.parametrize()
@settings(REPRODUCIBLE, max_examples=20)
def test_what_does_not_fit_is_refused(case: Case) -> None:
    case.call_and_validate()


@pytest.mark.parametrize("task", TASKS)
def test_task_was_reached(task: str, task_evidence: TaskEvidence) -> None:
    assert answered[task, False]
    assert (answered[task, True] > 0) == (TASKS[task]["stream"] != "none")
    task_evidence(task, "fuzzed")
