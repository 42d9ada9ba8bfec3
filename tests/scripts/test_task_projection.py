"""The projections have one operation per task, with the types of the task.

The projection of the current API is one document; the projection of the v1 API is one document per task.
"""

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any, Final

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from bytezkit_openapi import read_tasks_json
from scripts.bundle import RUN_PATH, BundleError, bundle
from scripts.copied.bytezkit_openapi.document import to_json
from scripts.task_projection import project_tasks
from scripts.v1_task_projection import V1_RUN_PATH, project_v1_tasks

WIRE: Final[Any] = bundle()
TASKS: Final[Any] = WIRE["x-bytez-tasks"]
V1_TASKS: Final[Any] = {task: row for task, row in TASKS.items() if "v1" in row}
# Documents by whether they are narrowed.
V2: Final[Mapping[bool, Any]] = {it: project_tasks(WIRE, narrowed=it) for it in (True, False)}
V1: Final[Mapping[bool, Any]] = {it: project_v1_tasks(WIRE, narrowed=it) for it in (True, False)}
# All tasks of both APIs: whether of the v1 API, and the task.
CASES: Final = [*((False, task) for task in TASKS), *((True, task) for task in V1_TASKS)]
MEDIA: Final = {
    "text-to-image": "image/png",
    "unconditional-image-generation": "image/png",
    "text-to-audio": "audio/wav",
    "text-to-speech": "audio/wav",
    "text-to-video": "video/mp4",
}
USER: Final = {"role": "user", "content": "Hello"}
URL: Final = "https://example.com/cat.jpg"
# Tasks, requests, and whether the projection accepts them.
REQUESTS: Final[list[tuple[str, dict[str, object], bool]]] = [
    ("chat", {"messages": [USER], "params": {"temperature": 0.5}, "stream": True}, True),
    ("chat", {"messages": [USER], "params": {"temperature": "hot"}}, False),
    ("chat", {"text": "Hello"}, False),
    ("chat", {"input": [USER]}, False),
    ("chat", {}, False),
    ("text-generation", {"text": "Hello"}, True),
    ("text-generation", {"messages": [USER]}, False),
    ("visual-question-answering", {"question": "What?", "url": URL}, True),
    ("visual-question-answering", {"text": "What?", "url": URL}, True),
    ("visual-question-answering", {"text": "What?", "question": "What?", "url": URL}, False),
    ("visual-question-answering", {"question": "What?"}, False),
    ("object-detection", {"url": URL, "params": {"threshold": 0.5}}, True),
    ("object-detection", {"url": URL, "params": {"threshold": 2}}, False),
    ("object-detection", {}, False),
    ("unconditional-image-generation", {}, True),
    ("unconditional-image-generation", {"text": "Hello"}, False),
]
V1_REQUESTS: Final[list[tuple[str, dict[str, object], bool]]] = [
    ("text-generation", {"prompt": "Hello", "params": {"temperature": 0.5}, "stream": True}, True),
    ("text-generation", {"text": "Hello"}, True),
    ("text-generation", {"prompt": "Hello", "text": "Hi"}, True),
    ("text-generation", {"input": "Hello"}, True),
    ("text-generation", {"input": {"text": "Hello"}}, True),
    ("text-generation", {"input": [USER]}, False),
    ("text-generation", {"text": "Hello", "question": "What?"}, False),
    ("text-generation", {"params": {"temperature": "hot"}, "text": "Hello"}, False),
    ("text-generation", {}, False),
    ("chat", {"input": [USER]}, True),
    ("chat", {"messages": [USER]}, True),
    ("chat", {"input": "Hello"}, False),
    ("question-answering", {"question": "Who?", "context": "Ron."}, True),
    ("question-answering", {"input": {"question": "Who?", "context": "Ron."}}, True),
    ("question-answering", {"question": "Who?"}, False),
    ("question-answering", {"input": "Who?"}, False),
    ("zero-shot-classification", {"text": "a", "candidate_labels": ["b"]}, True),
    ("zero-shot-classification", {"input": "a", "candidate_labels": ["b"]}, True),
    ("zero-shot-classification", {"input": "a"}, False),
    ("object-detection", {"b64ImageBufferPng": "iVBORw=="}, True),
    ("object-detection", {"imageUrl": URL}, True),
    ("object-detection", {"image": URL}, True),
    ("object-detection", {"mp4Url": URL}, False),
    ("object-detection", {}, False),
    ("audio-classification", {"b64AudioBufferWav": "UklGRg=="}, True),
    ("audio-classification", {"imageUrl": URL}, False),
    ("video-classification", {"mp4Url": "https://example.com/run.mp4"}, True),
    ("video-classification", {"b64VideoBufferMp4": "AAAA"}, True),
    ("visual-question-answering", {"question": "What?", "image": URL}, True),
    ("visual-question-answering", {"text": "What?", "imageUrl": URL}, True),
    ("visual-question-answering", {"input": URL, "text": "What?"}, False),
    ("visual-question-answering", {"question": "What?"}, False),
    ("unconditional-image-generation", {}, True),
    ("unconditional-image-generation", {"text": "Hello"}, False),
]
RESPONSES: Final[list[tuple[str, object, bool]]] = [
    ("chat", {"error": None, "output": {"role": "assistant", "content": "Hello"}}, True),
    *((task, {"error": None, "output": True}, False) for task in TASKS),
    *((task, {"error": None}, False) for task in TASKS),
    ("chat", {"error": None, "output": "Hello"}, False),
    ("text-generation", {"error": None, "output": "Hello"}, True),
    ("text-generation", {"error": None, "output": {"role": "assistant", "content": "Hello"}}, False),
    ("object-detection", {"error": None, "output": []}, True),
    ("object-detection", {"error": None, "output": [{"label": "cat", "score": 0.5}]}, False),
    ("image-classification", {"error": None, "output": [{"label": "cat", "score": 0.5}]}, True),
    ("feature-extraction", {"error": None, "output": [0.5]}, True),
    ("feature-extraction", {"error": None, "output": [[0.5]]}, False),
    ("image-feature-extraction", {"error": None, "output": [[0.5]]}, True),
    ("text-to-image", {"error": None, "output": "https://example.com/cat.png"}, True),
    ("text-to-image", {"error": None, "output": "a cat"}, False),
]
V1_RESPONSES: Final[list[tuple[str, object, bool]]] = [
    ("text-generation", {"output": [{"generated_text": "Hello"}]}, True),
    ("text-generation", {"output": [{"generated_text": "Hello"}], "error": None}, False),
    ("text-generation", {"output": "Hello"}, False),
    ("chat", {"output": [{"generated_text": [USER]}]}, True),
    ("summarization", {"output": [{"summary_text": "Hello"}]}, True),
    ("summarization", {"output": [{"generated_text": "Hello"}]}, False),
    ("feature-extraction", {"output": [[0.5]]}, True),
    ("feature-extraction", {"output": [0.5]}, False),
    ("text-to-image", {"output_png": "iVBORw=="}, True),
    ("text-to-image", {"output": "iVBORw=="}, False),
]
# A request that the narrowed projection accepts, and a request that only the wide projection accepts.
NARROWED: Final[list[tuple[str, dict[str, object], dict[str, object]]]] = [
    ("image-to-text", {"url": URL}, {"url": "cat.jpg"}),
    ("image-to-text", {"image_url": "http://127.0.0.1:80"}, {"image_url": "file:///cat.jpg"}),
    ("image-to-text", {"image": URL}, {"image": "cat.jpg"}),
    ("image-to-text", {"image": "data:image/png;base64,iVBORw=="}, {"image": "data:image/png,cat"}),
    ("image-to-text", {"base64": "data:image/png;base64,iVBORw=="}, {"base64": URL}),
    ("image-to-text", {"base64": "iVBORw0="}, {"base64": "iVBORw0"}),
    ("image-to-text", {"base64": "iVBO"}, {"base64": "data:image/png;base64,"}),
    (
        "zero-shot-classification",
        {"text": "a", "candidate_labels": ["b"]},
        {"text": "a", "candidate_labels": [""]},
    ),
    ("fill-mask", {"text": "Hello <mask>!"}, {"text": "Hello world!"}),
    ("fill-mask", {"text": "[MASK]"}, {"text": "M"}),
    ("text-generation", {"text": "a", "stream": True}, {"text": "a", "json": False}),
    ("feature-extraction", {"text": "a", "autoScale": True}, {"text": "a", "stream": True}),
]
V1_NARROWED: Final[list[tuple[str, dict[str, object]]]] = [
    ("object-detection", {"b64ImageBufferPng": "iVBORw"}),
    ("object-detection", {"imageUrl": "cat.jpg"}),
    ("fill-mask", {"prompt": "Hello"}),
    ("zero-shot-classification", {"text": "a", "candidate_labels": [""]}),
]

every_task = pytest.mark.parametrize(("is_v1", "task"), CASES)


def document_of(*, is_v1: bool, task: str, narrowed: bool = True) -> Any:
    return V1[narrowed][task] if is_v1 else V2[narrowed]


def operation(*, is_v1: bool, task: str, narrowed: bool = True) -> Any:
    path = V1_RUN_PATH if is_v1 else f"/models/v2/{TASKS[task]['model']}"
    return document_of(is_v1=is_v1, task=task, narrowed=narrowed)["paths"][path]["post"]


@cache
def validator(*, is_v1: bool, task: str, narrowed: bool, is_answer: bool) -> jsonschema_rs.Validator:
    whole = operation(is_v1=is_v1, task=task, narrowed=narrowed)
    part = whole["responses"]["200"] if is_answer else whole["requestBody"]
    schema = part["content"]["application/json"]["schema"]
    components = document_of(is_v1=is_v1, task=task, narrowed=narrowed)["components"]
    return jsonschema_rs.validator_for({**schema, "components": components}, validate_formats=True)


def accepts(task: str, request: dict[str, object], *, is_v1: bool, narrowed: bool = True) -> bool:
    model = {"model": TASKS[task]["model"]} if is_v1 else {}
    return validator(is_v1=is_v1, task=task, narrowed=narrowed, is_answer=False).is_valid(model | request)


def answers(task: str, response: object, *, is_v1: bool) -> bool:
    return validator(is_v1=is_v1, task=task, narrowed=True, is_answer=True).is_valid(response)


def test_each_task_has_one_operation() -> None:
    operations = {path: item["post"] for path, item in V2[True]["paths"].items()}

    assert all(item.keys() == {"post"} for item in V2[True]["paths"].values())
    assert {it["x-bytez-task"]: path for path, it in operations.items()} == {
        task: f"/models/v2/{row['model']}" for task, row in TASKS.items()
    }
    ids = [it["operationId"] for it in operations.values()]
    assert len({*ids}) == len(TASKS)
    assert all(re.fullmatch(r"run([A-Z][a-z0-9]*)+V2", name) for name in ids)


def test_each_v1_task_has_one_document() -> None:
    assert V1[True].keys() == V1[False].keys() == V1_TASKS.keys()
    assert len(V1_TASKS) == 31


def test_two_tasks_with_one_model_are_refused() -> None:
    document: Any = deepcopy(WIRE)
    document["x-bytez-tasks"]["chat"]["model"] = TASKS["translation"]["model"]

    with pytest.raises(
        BundleError, match=r"translation: /models/v2/.* is already the example model of another task"
    ):
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


def test_generated_package_holds_the_projection() -> None:
    assert read_tasks_json().decode() == to_json(project_tasks(bundle()))


def test_projection_does_not_change_the_bundle() -> None:
    document = bundle()
    project_tasks(document)
    project_v1_tasks(document)

    assert document == bundle()


@pytest.mark.parametrize("task", TASKS)
def test_other_parts_equal_the_wire_document(task: str) -> None:
    found, run = operation(is_v1=False, task=task), WIRE["paths"][RUN_PATH]["post"]

    assert {name: found[name] for name in ("parameters", "security", "tags")} == {
        name: run[name] for name in ("parameters", "security", "tags")
    }
    assert found["responses"]["200"]["headers"] == run["responses"]["200"]["headers"]
    assert {**found["responses"], "200": None} == {**run["responses"], "200": None}


@pytest.mark.parametrize("task", TASKS)
def test_task_has_its_own_examples(task: str) -> None:
    found = operation(is_v1=False, task=task)
    requests = found["requestBody"]["content"]["application/json"]["examples"]
    responses = found["responses"]["200"]["content"]["application/json"]["examples"]

    assert requests.keys() == responses.keys() == {name.split(".")[1] for name in TASKS[task]["examples"]}
    assert all(answers(task, example["value"], is_v1=False) for example in responses.values())


@every_task
def test_examples_are_valid(is_v1: bool, task: str) -> None:
    found = operation(is_v1=is_v1, task=task)
    examples = found["requestBody"]["content"]["application/json"]["examples"].values()

    assert examples
    for example in examples:
        assert accepts(task, example["value"], is_v1=is_v1)
        if is_v1:
            other = {**example["value"], "model": "someone/else"}
            assert not accepts(task, other, is_v1=True, narrowed=False)


@every_task
def test_answer_has_the_streams_of_the_task(is_v1: bool, task: str) -> None:
    streams = {"none": [], "text": ["text/plain"], "media": [] if is_v1 else [MEDIA.get(task, "")]}

    found = operation(is_v1=is_v1, task=task)["responses"]["200"]["content"]
    assert [*found] == ["application/json", *streams[TASKS[task]["stream"]]]


@pytest.mark.parametrize("task", V1_TASKS)
def test_v1_answer_has_one_member(task: str) -> None:
    member, result = V1_TASKS[task]["v1"]["member"], V1_TASKS[task]["v1"]["result"]
    found = operation(is_v1=True, task=task)
    schema = found["responses"]["200"]["content"]["application/json"]["schema"]

    assert schema["required"] == [*schema["properties"]] == [member]
    assert schema["properties"][member] == {"$ref": f"#/components/schemas/{result}"}


@pytest.mark.parametrize(
    ("is_v1", "task", "request_", "is_accepted"),
    [*((False, *row) for row in REQUESTS), *((True, *row) for row in V1_REQUESTS)],
)
def test_request(is_v1: bool, task: str, request_: dict[str, object], is_accepted: bool) -> None:
    assert accepts(task, request_, is_v1=is_v1) == is_accepted
    assert accepts(task, request_, is_v1=is_v1, narrowed=False) == is_accepted


@pytest.mark.parametrize(
    ("is_v1", "task", "response", "is_accepted"),
    [*((False, *row) for row in RESPONSES), *((True, *row) for row in V1_RESPONSES)],
)
def test_response(is_v1: bool, task: str, response: object, is_accepted: bool) -> None:
    assert answers(task, response, is_v1=is_v1) == is_accepted


@pytest.mark.parametrize(("task", "inside", "outside"), NARROWED)
def test_narrowed_request(task: str, inside: dict[str, object], outside: dict[str, object]) -> None:
    assert accepts(task, inside, is_v1=False)
    assert not accepts(task, outside, is_v1=False)
    assert accepts(task, inside, is_v1=False, narrowed=False)
    assert accepts(task, outside, is_v1=False, narrowed=False)


@pytest.mark.parametrize(("task", "outside"), V1_NARROWED)
def test_narrowed_v1_request(task: str, outside: dict[str, object]) -> None:
    assert not accepts(task, outside, is_v1=True)
    assert accepts(task, outside, is_v1=True, narrowed=False)


def test_narrowed_arguments_have_no_contradictions() -> None:
    arguments = V2[True]["components"]["schemas"]["GenerationParams"]["properties"]

    assert {"max_length", "max_new_tokens"} <= arguments.keys()
    assert not {"min_length", "min_new_tokens"} & arguments.keys()
    assert "min_length" in V2[False]["components"]["schemas"]["GenerationParams"]["properties"]
    sent = json.dumps([item["post"]["requestBody"] for item in V2[True]["paths"].values()])
    assert "min_" not in sent
