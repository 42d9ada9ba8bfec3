"""Projections, which have one operation per task with the types of the task.

The projection of the current API is one document; the projection of the v1 API is one document per task.
`tests/contract` holds the emulator to them, so the tables here have only samples of what it shows too.
"""

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from scripts.bundle import RUN_PATH, V1_RUN_PATH, BundleError, bundle
from scripts.task_projection import project_tasks
from scripts.v1_task_projection import project_v1_tasks

WIRE: Final[Any] = bundle()
TASKS: Final[Any] = WIRE["x-bytez-tasks"]
V1_TASKS: Final[Any] = {task: row for task, row in TASKS.items() if "v1" in row}
# Documents by whether they are narrowed.
V2: Final[Mapping[bool, Any]] = {it: project_tasks(WIRE, narrowed=it) for it in (True, False)}
V1: Final[Mapping[bool, Any]] = {it: project_v1_tasks(WIRE, narrowed=it) for it in (True, False)}
USER: Final = {"role": "user", "content": "Hello"}
URL: Final = "https://example.com/cat.jpg"
PAIR: Final = {"question": "a", "context": "b"}
# By API (whether v1) and task: requests that both projections accept, and requests that both reject.
REQUESTS: Final[list[Any]] = [
    (
        *(
            False,
            "chat",
            [{"messages": [USER], "params": {"temperature": 0.5}, "stream": True}, {"text": "a"}],
        ),
        [{"messages": [USER], "params": {"temperature": "hot"}}, {"url": URL}, {"input": [USER]}, {}],
    ),
    (False, "visual-question-answering", [{"text": "a", "url": URL}], [{"question": "a"}]),
    (False, "unconditional-image-generation", [{}], [{"text": "a"}]),
    (
        *(True, "text-generation"),
        [
            *({"prompt": "a", "params": {"top_k": 5}, "stream": True}, {"text": "a"}),
            *({"prompt": "a", "text": "b"}, {"input": "a"}, {"input": {"text": "a"}}, {"input": [USER]}),
        ],
        [{"input": 5}, {"text": "a", "question": "b"}, {"params": {"top_k": "a"}, "text": "a"}, {}],
    ),
    (True, "question-answering", [PAIR, {"input": PAIR}], [{"question": "a"}, {"input": "a"}]),
    (
        *(True, "object-detection", [{"b64ImageBufferPng": "iVBORw=="}, {"imageUrl": URL}, {"image": URL}]),
        [{"mp4Url": URL}, {}],
    ),
]
# By API (whether v1) and task: responses that the projection accepts, and responses that it rejects.
RESPONSES: Final[list[Any]] = [
    (False, "text-generation", ["Hello"], [{"role": "assistant", "content": "Hello"}, True]),
    (False, "object-detection", [[]], [[{"label": "cat", "score": 0.5}]]),
    (False, "feature-extraction", [[0.5]], [[[0.5]]]),
    (False, "text-to-image", [URL], ["a cat"]),
    (
        *(True, "text-generation", [{"output": [{"generated_text": "Hello"}]}]),
        [{"output": [{"generated_text": "Hello"}], "error": None}, {"output": "Hello"}],
    ),
    (
        *(True, "summarization", [{"output": [{"summary_text": "a"}]}]),
        [{"output": [{"generated_text": "a"}]}],
    ),
    (True, "text-to-image", [{"output_png": "iVBORw=="}], [{"output": "iVBORw=="}]),
]
# By API (whether v1) and task: a request that the narrowed projection accepts, and a request that only the
# wide projection accepts.
NARROWED: Final[list[Any]] = [
    (False, "image-to-text", {"url": URL}, {"url": "cat.jpg"}),
    (False, "image-to-text", {"image_url": "http://127.0.0.1:80"}, {"image_url": "file:///cat.jpg"}),
    (False, "image-to-text", {"image": "data:image/png;base64,iVBORw=="}, {"image": "data:image/png,cat"}),
    (False, "image-to-text", {"base64": "data:image/png;base64,iVBORw=="}, {"base64": URL}),
    (False, "image-to-text", {"base64": "iVBORw0="}, {"base64": "iVBORw0"}),
    (False, "image-to-text", {"base64": "iVBO"}, {"base64": "data:image/png;base64,"}),
    (False, "zero-shot-classification", *({"text": "a", "candidate_labels": [it]} for it in ("b", ""))),
    (False, "fill-mask", {"text": "Hello <mask>!"}, {"text": "Hello world!"}),
    (False, "fill-mask", {"text": "[MASK]"}, {"text": "M"}),
    (False, "text-generation", {"text": "a", "stream": True}, {"text": "a", "json": False}),
    (False, "chat", *({"text": "a", "params": {it: 0.5}} for it in ("temperature", "unknown"))),
    (True, "text-generation", *({"text": "a", "params": {it: 0.5}} for it in ("temperature", "unknown"))),
    (False, "feature-extraction", {"text": "a", "autoScale": True}, {"text": "a", "stream": True}),
    (True, "object-detection", {"imageUrl": URL}, {"imageUrl": "cat.jpg"}),
    (True, "fill-mask", {"prompt": "[MASK]"}, {"prompt": "Hello"}),
]


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


@pytest.mark.parametrize(("is_v1", "task", "valid", "invalid"), REQUESTS)
def test_requests_are_accepted_or_rejected(
    is_v1: bool, task: str, valid: list[dict[str, object]], invalid: list[dict[str, object]]
) -> None:
    for narrowed in (True, False):
        assert [it for it in valid if not accepts(task, it, is_v1=is_v1, narrowed=narrowed)] == []
        assert [it for it in invalid if accepts(task, it, is_v1=is_v1, narrowed=narrowed)] == []


@pytest.mark.parametrize(("is_v1", "task", "valid", "invalid"), RESPONSES)
def test_responses_are_accepted_or_rejected(
    is_v1: bool, task: str, valid: list[object], invalid: list[object]
) -> None:
    def is_accepted(value: object) -> bool:
        return answers(task, value if is_v1 else {"error": None, "output": value}, is_v1=is_v1)

    assert [it for it in valid if not is_accepted(it)] == []
    assert [it for it in invalid if is_accepted(it)] == []


@pytest.mark.parametrize(("is_v1", "task", "inside", "outside"), NARROWED)
def test_narrowed_projection_rejects_requests_of_wide_projection(
    is_v1: bool, task: str, inside: dict[str, object], outside: dict[str, object]
) -> None:
    assert accepts(task, inside, is_v1=is_v1)
    assert accepts(task, inside, is_v1=is_v1, narrowed=False)
    assert not accepts(task, outside, is_v1=is_v1)
    assert accepts(task, outside, is_v1=is_v1, narrowed=False)
