"""Each task keeps its own contract: what fits it gets a result of the task's own type, never a refusal.

The document of the whole API can not say that, since what its one operation answers is any JSON, and what
fits it may not fit the model. So the projection with one operation per task is held to it.
"""

import json
import tomllib
from collections import Counter
from typing import Any, Final, TypeAlias

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import APIOperation

from bytezkit_emulator import Emulator
from bytezkit_openapi import read_json, read_tasks_json
from scripts.paths import ROOT
from scripts.project import project
from tests.task_evidence import TaskEvidence

Case: TypeAlias = "schemathesis.Case[APIOperation[Any, Any, Any, Any]]"

DOCUMENT: Final[Any] = json.loads(read_json())
TASKS: Final[Any] = DOCUMENT["x-bytez-tasks"]
GATE: Final[Any] = tomllib.loads((ROOT / "schemathesis.toml").read_text(encoding="utf-8"))
EMULATOR: Final = Emulator(keys=["test-key"])
REPRODUCIBLE: Final = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)

# What the tests of this file reached, plain and streamed; the last ones look at it.
answered: Counter[tuple[str, bool]] = Counter()


def load(document: Any, mode: str, **checks: Any) -> schemathesis.BaseSchema:
    """Load a document with the settings of the gate, for data of one kind."""
    others_serve_these_paths_too = {"enabled": False}
    gate = {
        **{name: value for name, value in GATE.items() if name != "operations"},
        "generation": {**GATE["generation"], "mode": mode},
        "phases": {**GATE["phases"], "coverage": {"unexpected-methods": []}},
        "checks": {
            **GATE["checks"],
            "unsupported_method": others_serve_these_paths_too,
            "allow_header_conformance": others_serve_these_paths_too,
            **checks,
        },
    }
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(gate))
    schema.app = EMULATOR.app
    return schema


fitting = load(
    json.loads(read_tasks_json()), "positive", positive_data_acceptance={"expected-statuses": ["2xx"]}
)
# What only the narrowed projection forbids is not to be refused. What fits another task or is wrong in the
# arguments of this one is 422: on the wire it fits.
failing = load(
    project(DOCUMENT, narrowed=False),
    "negative",
    negative_data_rejection={"expected-statuses": [400, 401, 422]},
)


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
