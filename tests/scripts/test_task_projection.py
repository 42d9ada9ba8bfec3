"""The projection has each task's own types, and admits only what a model can answer."""

import json
import re
from collections.abc import Iterator
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

WIRE: Final[Any] = bundle()
TASKS: Final[Any] = WIRE["x-bytez-tasks"]
NARROWED: Final[Any] = project_tasks(WIRE)
WIDE: Final[Any] = project_tasks(WIRE, narrowed=False)
MEDIA: Final = {
    "text-to-image": "image/png",
    "unconditional-image-generation": "image/png",
    "text-to-audio": "audio/wav",
    "text-to-speech": "audio/wav",
    "text-to-video": "video/mp4",
}
USER: Final = {"role": "user", "content": "Hello"}
URL: Final = "https://example.com/cat.jpg"


def operation(document: Any, task: str) -> Any:
    return document["paths"][f"/models/v2/{TASKS[task]['model']}"]["post"]


@cache
def validator(*, narrowed: bool, task: str, is_answer: bool) -> jsonschema_rs.Validator:
    document = NARROWED if narrowed else WIDE
    whole = operation(document, task)
    part = whole["responses"]["200"] if is_answer else whole["requestBody"]
    schema = part["content"]["application/json"]["schema"]
    return jsonschema_rs.validator_for(
        {**schema, "components": document["components"]}, validate_formats=True
    )


def takes(task: str, request: object, *, narrowed: bool = True) -> bool:
    return validator(narrowed=narrowed, task=task, is_answer=False).is_valid(request)


def answers(task: str, response: object) -> bool:
    return validator(narrowed=True, task=task, is_answer=True).is_valid(response)


def references(value: Any) -> Iterator[tuple[str, str]]:
    for found in re.findall(r'"\$ref": ?"#/components/([^"]+)"', json.dumps(value)):
        section, name = found.split("/")
        yield section, name


def test_each_task_is_one_operation_on_a_path_of_its_own() -> None:
    operations = {path: item["post"] for path, item in NARROWED["paths"].items()}

    assert all(item.keys() == {"post"} for item in NARROWED["paths"].values())
    assert {it["x-bytez-task"]: path for path, it in operations.items()} == {
        task: f"/models/v2/{row['model']}" for task, row in TASKS.items()
    }
    ids = [it["operationId"] for it in operations.values()]
    assert len({*ids}) == len(TASKS)
    assert all(re.fullmatch(r"run([A-Z][a-z0-9]*)+V2", name) for name in ids)


def test_tasks_can_not_share_a_model() -> None:
    document: Any = deepcopy(WIRE)
    document["x-bytez-tasks"]["chat"]["model"] = TASKS["translation"]["model"]

    with pytest.raises(
        BundleError, match=r"translation: /models/v2/.* is already the example model of another task"
    ):
        project_tasks(document)


@pytest.mark.parametrize("document", [NARROWED, WIDE], ids=["narrowed", "wide"])
def test_document_is_valid_and_has_all_that_it_needs_and_nothing_else(document: Any) -> None:
    validate(document)
    present = {(section, name) for section, members in document["components"].items() for name in members}
    security = {("securitySchemes", name) for name in ("Key", "Bearer")}

    assert {*references(document)} | security == present


def test_generated_package_holds_the_projection() -> None:
    assert read_tasks_json().decode() == to_json(project_tasks(bundle()))


def test_bundle_stays_as_it_is() -> None:
    document = bundle()
    project_tasks(document)

    assert document == WIRE


@pytest.mark.parametrize("task", TASKS)
def test_everything_else_is_as_on_the_wire(task: str) -> None:
    found, run = operation(NARROWED, task), WIRE["paths"][RUN_PATH]["post"]

    for name in ("parameters", "security", "tags"):
        assert found[name] == run[name]
    success, wire_success = found["responses"].pop("200"), run["responses"]["200"]
    failures = {status: answer for status, answer in run["responses"].items() if status != "200"}
    assert found["responses"] == failures
    assert success["headers"] == wire_success["headers"]
    found["responses"]["200"] = success


@pytest.mark.parametrize("task", TASKS)
def test_task_has_its_own_examples_and_they_fit(task: str) -> None:
    found = operation(NARROWED, task)
    requests = found["requestBody"]["content"]["application/json"]["examples"]
    responses = found["responses"]["200"]["content"]["application/json"]["examples"]

    assert requests.keys() == responses.keys() == {name.split(".")[1] for name in TASKS[task]["examples"]}
    assert all(takes(task, example["value"]) for example in requests.values())
    assert all(answers(task, example["value"]) for example in responses.values())


@pytest.mark.parametrize("task", TASKS)
def test_answer_has_the_result_of_the_task(task: str) -> None:
    assert not answers(task, {"error": None, "output": True})
    assert not answers(task, {"error": None})


@pytest.mark.parametrize(
    ("task", "output", "fits"),
    [
        ("chat", {"role": "assistant", "content": "Hello"}, True),
        ("chat", "Hello", False),
        ("text-generation", "Hello", True),
        ("text-generation", {"role": "assistant", "content": "Hello"}, False),
        ("object-detection", [], True),
        ("object-detection", [{"label": "cat", "score": 0.5}], False),
        ("image-classification", [{"label": "cat", "score": 0.5}], True),
        ("feature-extraction", [0.5], True),
        ("feature-extraction", [[0.5]], False),
        ("image-feature-extraction", [[0.5]], True),
        ("text-to-image", "https://example.com/cat.png", True),
        ("text-to-image", "a cat", False),
    ],
)
def test_results_are_told_apart(task: str, output: object, fits: bool) -> None:
    assert answers(task, {"error": None, "output": output}) == fits


@pytest.mark.parametrize("task", TASKS)
def test_answer_streams_what_the_task_streams(task: str) -> None:
    contents = [*operation(NARROWED, task)["responses"]["200"]["content"]]

    match TASKS[task]["stream"]:
        case "text":
            assert contents == ["application/json", "text/plain"]
        case "media":
            assert contents == ["application/json", MEDIA[task]]
        case _:
            assert contents == ["application/json"]


@pytest.mark.parametrize(
    ("task", "request_", "fits"),
    [
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
    ],
)
def test_request_is_that_of_the_task(task: str, request_: object, fits: bool) -> None:
    assert takes(task, request_) == fits
    assert takes(task, request_, narrowed=False) == fits


@pytest.mark.parametrize(
    ("task", "inside", "outside"),
    [
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
    ],
)
def test_request_is_narrowed_to_what_a_model_can_answer(task: str, inside: object, outside: object) -> None:
    assert takes(task, inside)
    assert not takes(task, outside)
    assert takes(task, inside, narrowed=False)
    assert takes(task, outside, narrowed=False)


def test_arguments_can_not_contradict_each_other() -> None:
    arguments = NARROWED["components"]["schemas"]["GenerationParams"]["properties"]

    assert {"max_length", "max_new_tokens"} <= arguments.keys()
    assert not {"min_length", "min_new_tokens"} & arguments.keys()
    assert "min_length" in WIDE["components"]["schemas"]["GenerationParams"]["properties"]
    sent = json.dumps([item["post"]["requestBody"] for item in NARROWED["paths"].values()])
    assert "min_" not in sent
