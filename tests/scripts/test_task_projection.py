"""Projections, which have one operation per task with the types of the task.

The projection of the current API is one document; the projection of the v1 API is one document per task.
`tests/contract` holds the emulator to them, so `task_projection.yaml` has only samples of what it shows too.
"""

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from scripts.bundle import RUN_PATH, V1_RUN_PATH, BundleError, bundle, read_yaml
from scripts.task_projection import project_tasks
from scripts.v1_task_projection import project_v1_tasks

WIRE: Final[Any] = bundle()
TASKS: Final[Any] = WIRE["x-bytez-tasks"]
V1_TASKS: Final[Any] = {task: row for task, row in TASKS.items() if "v1" in row}
# Documents by whether they are narrowed.
V2: Final[Mapping[bool, Any]] = {it: project_tasks(WIRE, narrowed=it) for it in (True, False)}
V1: Final[Mapping[bool, Any]] = {it: project_v1_tasks(WIRE, narrowed=it) for it in (True, False)}
SAMPLES: Final[Any] = read_yaml(Path(__file__).with_name("task_projection.yaml"))


def document_of(*, is_v1: bool, task: str, narrowed: bool = True) -> Any:
    return V1[narrowed][task] if is_v1 else V2[narrowed]


def operation(*, is_v1: bool, task: str, narrowed: bool = True) -> Any:
    path = V1_RUN_PATH if is_v1 else f"/models/v2/{TASKS[task]['model']}"
    return document_of(is_v1=is_v1, task=task, narrowed=narrowed)["paths"][path]["post"]


def is_valid(part: Any, value: object, *, is_v1: bool, task: str, narrowed: bool) -> bool:
    schema = part["content"]["application/json"]["schema"]
    components = document_of(is_v1=is_v1, task=task, narrowed=narrowed)["components"]
    validator = jsonschema_rs.validator_for({**schema, "components": components}, validate_formats=True)
    return validator.is_valid(value)


def accepts(task: str, request: dict[str, object], *, is_v1: bool, narrowed: bool = True) -> bool:
    model = {"model": TASKS[task]["model"]} if is_v1 else {}
    body = operation(is_v1=is_v1, task=task, narrowed=narrowed)["requestBody"]
    return is_valid(body, model | request, is_v1=is_v1, task=task, narrowed=narrowed)


def answers(task: str, response: object, *, is_v1: bool) -> bool:
    part = operation(is_v1=is_v1, task=task)["responses"]["200"]
    return is_valid(part, response, is_v1=is_v1, task=task, narrowed=True)


def test_each_task_has_one_operation_or_document() -> None:
    operations = {path: item["post"] for path, item in V2[True]["paths"].items()}

    assert V1[True].keys() == V1[False].keys() == V1_TASKS.keys()
    assert all(item.keys() == {"post"} for item in V2[True]["paths"].values())
    assert {it["x-bytez-task"]: path for path, it in operations.items()} == {
        task: f"/models/v2/{row['model']}" for task, row in TASKS.items()
    }
    ids = [it["operationId"] for it in operations.values()]
    assert len({*ids}) == len(TASKS)
    assert all(re.fullmatch(r"run([A-Z][a-z0-9]*)+", name) for name in ids)


def test_two_tasks_with_one_model_are_rejected() -> None:
    document: Any = deepcopy(WIRE)
    document["x-bytez-tasks"]["chat"]["model"] = TASKS["translation"]["model"]

    message = r"translation: /models/v2/.* is already the example model of another task"
    with pytest.raises(BundleError, match=message):
        project_tasks(document)


@pytest.mark.parametrize("narrowed", [True, False])
@pytest.mark.parametrize(("is_v1", "task"), [(False, "chat"), *((True, task) for task in V1_TASKS)])
def test_document_is_valid_and_has_exactly_the_referenced_components(
    is_v1: bool, task: str, narrowed: bool
) -> None:
    document = document_of(is_v1=is_v1, task=task, narrowed=narrowed)
    validate(document)
    found = re.findall(r'"\$ref": ?"#/components/([^"]+)"', json.dumps(document))
    present = {f"{section}/{name}" for section, members in document["components"].items() for name in members}
    security = {"securitySchemes/Key", *([] if is_v1 else ["securitySchemes/Bearer"])}

    assert {*found} | security == present


@pytest.mark.parametrize("task", TASKS)
def test_operation_has_the_examples_of_its_task_and_the_other_parts_of_the_bundle(task: str) -> None:
    found, run = operation(is_v1=False, task=task), WIRE["paths"][RUN_PATH]["post"]
    requests = found["requestBody"]["content"]["application/json"]["examples"]
    responses = found["responses"]["200"]["content"]["application/json"]["examples"]

    assert requests.keys() == responses.keys() == {name.split(".")[1] for name in TASKS[task]["examples"]}
    assert all(accepts(task, example["value"], is_v1=False) for example in requests.values())
    assert all(answers(task, example["value"], is_v1=False) for example in responses.values())
    assert all(found[name] == run[name] for name in ("security", "tags"))
    assert found["parameters"] == [{"$ref": "#/components/parameters/ProviderKey"}]
    assert found["responses"]["200"]["headers"] == run["responses"]["200"]["headers"]
    assert {**found["responses"], "200": None} == {**run["responses"], "200": None}


@pytest.mark.parametrize("task", V1_TASKS)
def test_v1_examples_are_valid_for_the_model_of_the_task_only(task: str) -> None:
    examples = operation(is_v1=True, task=task)["requestBody"]["content"]["application/json"]["examples"]

    assert examples
    for example in examples.values():
        assert accepts(task, example["value"], is_v1=True)
        other = {**example["value"], "model": "someone/else"}
        assert not accepts(task, other, is_v1=True, narrowed=False)


@pytest.mark.parametrize("case", SAMPLES["requests"])
def test_requests_are_accepted_or_rejected(case: Any) -> None:
    for narrowed in (True, False):
        selection = {"is_v1": case["is_v1"], "narrowed": narrowed}
        assert [it for it in case["valid"] if not accepts(case["task"], it, **selection)] == []
        assert [it for it in case["invalid"] if accepts(case["task"], it, **selection)] == []


@pytest.mark.parametrize("case", SAMPLES["responses"])
def test_responses_are_accepted_or_rejected(case: Any) -> None:
    task, is_v1 = case["task"], case["is_v1"]

    def is_accepted(value: object) -> bool:
        return answers(task, value if is_v1 else {"error": None, "output": value}, is_v1=is_v1)

    assert [it for it in case["valid"] if not is_accepted(it)] == []
    assert [it for it in case["invalid"] if is_accepted(it)] == []


@pytest.mark.parametrize("case", SAMPLES["narrowed"])
def test_narrowed_projection_rejects_requests_of_wide_projection(case: Any) -> None:
    task, is_v1 = case["task"], case["is_v1"]
    assert accepts(task, case["inside"], is_v1=is_v1)
    assert accepts(task, case["inside"], is_v1=is_v1, narrowed=False)
    assert not accepts(task, case["outside"], is_v1=is_v1)
    assert accepts(task, case["outside"], is_v1=is_v1, narrowed=False)
