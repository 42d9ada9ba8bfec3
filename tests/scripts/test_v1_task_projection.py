"""The projection of the older API has each task's own spellings and its own shape of answer."""

import json
import re
from copy import deepcopy
from functools import cache
from typing import Any, Final

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from scripts.bundle import bundle
from scripts.v1_task_projection import V1_RUN_PATH, project_v1_tasks

WIRE: Final[Any] = bundle()
TASKS: Final[Any] = {task: row for task, row in WIRE["x-bytez-tasks"].items() if "v1" in row}
NARROWED: Final[Any] = project_v1_tasks(WIRE)
WIDE: Final[Any] = project_v1_tasks(WIRE, narrowed=False)
URL: Final = "https://example.com/cat.jpg"
USER: Final = {"role": "user", "content": "Hello"}


def operation(document: Any) -> Any:
    return document["paths"][V1_RUN_PATH]["post"]


@cache
def validator(*, narrowed: bool, task: str, is_answer: bool) -> jsonschema_rs.Validator:
    document = (NARROWED if narrowed else WIDE)[task]
    whole = operation(document)
    part = whole["responses"]["200"] if is_answer else whole["requestBody"]
    schema = part["content"]["application/json"]["schema"]
    return jsonschema_rs.validator_for(
        {**schema, "components": document["components"]}, validate_formats=True
    )


def takes(task: str, members: dict[str, object], *, narrowed: bool = True) -> bool:
    request = {"model": TASKS[task]["model"], **members}
    return validator(narrowed=narrowed, task=task, is_answer=False).is_valid(request)


def answers(task: str, response: object) -> bool:
    return validator(narrowed=True, task=task, is_answer=True).is_valid(response)


def test_each_task_of_the_older_api_has_a_document() -> None:
    assert NARROWED.keys() == WIDE.keys() == TASKS.keys()
    assert len(TASKS) == 31


@pytest.mark.parametrize("documents", [NARROWED, WIDE], ids=["narrowed", "wide"])
@pytest.mark.parametrize("task", TASKS)
def test_document_is_valid_and_has_all_that_it_needs_and_nothing_else(documents: Any, task: str) -> None:
    document = documents[task]
    validate(document)
    found = re.findall(r'"\$ref": ?"#/components/([^"]+)"', json.dumps(document))
    present = {f"{section}/{name}" for section, members in document["components"].items() for name in members}

    assert {*found} | {"securitySchemes/Key"} == present


def test_bundle_stays_as_it_is() -> None:
    document = deepcopy(WIRE)
    project_v1_tasks(document)

    assert document == WIRE


@pytest.mark.parametrize("task", TASKS)
def test_examples_fit(task: str) -> None:
    examples = operation(NARROWED[task])["requestBody"]["content"]["application/json"]["examples"]

    assert examples
    for example in examples.values():
        assert validator(narrowed=True, task=task, is_answer=False).is_valid(example["value"])


@pytest.mark.parametrize("task", TASKS)
def test_model_is_that_of_the_task(task: str) -> None:
    validate_request = validator(narrowed=False, task=task, is_answer=False)
    examples = operation(WIDE[task])["requestBody"]["content"]["application/json"]["examples"]

    for example in examples.values():
        assert not validate_request.is_valid({**example["value"], "model": "someone/else"})


@pytest.mark.parametrize(
    ("task", "members", "fits"),
    [
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
    ],
)
def test_request_is_that_of_the_task(task: str, members: dict[str, object], fits: bool) -> None:
    assert takes(task, members) == fits
    assert takes(task, members, narrowed=False) == fits


@pytest.mark.parametrize(
    ("task", "outside"),
    [
        ("object-detection", {"b64ImageBufferPng": "iVBORw"}),
        ("object-detection", {"imageUrl": "cat.jpg"}),
        ("fill-mask", {"prompt": "Hello"}),
        ("zero-shot-classification", {"text": "a", "candidate_labels": [""]}),
    ],
)
def test_request_is_narrowed_to_what_a_model_can_answer(task: str, outside: dict[str, object]) -> None:
    assert takes(task, outside, narrowed=False)
    assert not takes(task, outside)


@pytest.mark.parametrize("task", TASKS)
def test_answer_is_the_member_of_the_task_alone(task: str) -> None:
    member = TASKS[task]["v1"]["member"]
    schema = operation(NARROWED[task])["responses"]["200"]["content"]["application/json"]["schema"]

    assert schema["required"] == [*schema["properties"]] == [member]
    assert schema["properties"][member] == {"$ref": f"#/components/schemas/{TASKS[task]['v1']['result']}"}


@pytest.mark.parametrize(
    ("task", "response", "fits"),
    [
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
    ],
)
def test_answers_are_told_apart(task: str, response: object, fits: bool) -> None:
    assert answers(task, response) == fits


@pytest.mark.parametrize("task", TASKS)
def test_answer_streams_what_the_task_streams(task: str) -> None:
    streamed = ["text/plain"] if TASKS[task]["stream"] == "text" else []

    assert [*operation(NARROWED[task])["responses"]["200"]["content"]] == ["application/json", *streamed]
