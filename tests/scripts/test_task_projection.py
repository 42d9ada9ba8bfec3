"""Projections, which have one operation per task with the types of the task.

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

from scripts.bundle import RUN_PATH, V1_RUN_PATH, BundleError, bundle
from scripts.task_projection import project_tasks
from scripts.v1_task_projection import project_v1_tasks

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
PAIR: Final = {"question": "a", "context": "b"}
ANSWER: Final = {"role": "assistant", "content": "Hello"}
# By API (whether v1) and task: requests that the projection accepts, and requests that it rejects.
REQUESTS: Final[list[Any]] = [
    (
        *(False, "chat", [{"messages": [USER], "params": {"temperature": 0.5}, "stream": True}]),
        [{"messages": [USER], "params": {"temperature": "hot"}}, {"text": "a"}, {"input": [USER]}, {}],
    ),
    (False, "text-generation", [{"text": "a"}], [{"messages": [USER]}]),
    (
        *(False, "visual-question-answering", [{it: "a", "url": URL} for it in ("question", "text")]),
        [{"text": "a", "question": "a", "url": URL}, {"question": "a"}],
    ),
    (
        *(False, "object-detection", [{"url": URL, "params": {"threshold": 0.5}}]),
        [{"url": URL, "params": {"threshold": 2}}, {}],
    ),
    (False, "unconditional-image-generation", [{}], [{"text": "a"}]),
    (
        *(True, "text-generation"),
        [
            *({"prompt": "a", "params": {"top_k": 5}, "stream": True}, {"text": "a"}),
            *({"prompt": "a", "text": "b"}, {"input": "a"}, {"input": {"text": "a"}}),
        ],
        [{"input": [USER]}, {"text": "a", "question": "b"}, {"params": {"top_k": "a"}, "text": "a"}, {}],
    ),
    (True, "chat", [{"input": [USER]}, {"messages": [USER]}], [{"input": "a"}]),
    (
        *(True, "question-answering", [PAIR, {"input": PAIR}]),
        [{"question": "a"}, {"input": "a"}],
    ),
    (
        *(True, "zero-shot-classification"),
        [{it: "a", "candidate_labels": ["b"]} for it in ("text", "input")],
        [{"input": "a"}],
    ),
    (
        *(True, "object-detection", [{"b64ImageBufferPng": "iVBORw=="}, {"imageUrl": URL}, {"image": URL}]),
        [{"mp4Url": URL}, {}],
    ),
    (True, "audio-classification", [{"b64AudioBufferWav": "UklGRg=="}], [{"imageUrl": URL}]),
    (True, "video-classification", [{"mp4Url": f"{URL}.mp4"}, {"b64VideoBufferMp4": "AAAA"}], []),
    (
        *(
            True,
            "visual-question-answering",
            [{"question": "a", "image": URL}, {"text": "a", "imageUrl": URL}],
        ),
        [{"input": URL, "text": "a"}, {"question": "a"}],
    ),
    (True, "unconditional-image-generation", [{}], [{"text": "a"}]),
]
# By task: outputs that the projection of the current API accepts, and outputs that it rejects.
OUTPUTS: Final[list[Any]] = [
    ("chat", [ANSWER], ["Hello"]),
    ("text-generation", ["Hello"], [ANSWER]),
    ("object-detection", [[]], [[{"label": "cat", "score": 0.5}]]),
    ("image-classification", [[{"label": "cat", "score": 0.5}]], []),
    ("feature-extraction", [[0.5]], [[[0.5]]]),
    ("image-feature-extraction", [[[0.5]]], []),
    ("text-to-image", [URL], ["a cat"]),
]
# By task: responses that the projection of the v1 API accepts, and responses that it rejects.
V1_RESPONSES: Final[list[Any]] = [
    (
        *("text-generation", [{"output": [{"generated_text": "Hello"}]}]),
        [{"output": [{"generated_text": "Hello"}], "error": None}, {"output": "Hello"}],
    ),
    ("chat", [{"output": [{"generated_text": [USER]}]}], []),
    ("summarization", [{"output": [{"summary_text": "a"}]}], [{"output": [{"generated_text": "a"}]}]),
    ("feature-extraction", [{"output": [[0.5]]}], [{"output": [0.5]}]),
    ("text-to-image", [{"output_png": "iVBORw=="}], [{"output": "iVBORw=="}]),
]
# By API (whether v1) and task: a request that the narrowed projection accepts (None: not tested), and a
# request that only the wide projection accepts.
NARROWED: Final[list[Any]] = [
    (False, "image-to-text", {"url": URL}, {"url": "cat.jpg"}),
    (False, "image-to-text", {"image_url": "http://127.0.0.1:80"}, {"image_url": "file:///cat.jpg"}),
    (False, "image-to-text", {"image": URL}, {"image": "cat.jpg"}),
    (False, "image-to-text", {"image": "data:image/png;base64,iVBORw=="}, {"image": "data:image/png,cat"}),
    (False, "image-to-text", {"base64": "data:image/png;base64,iVBORw=="}, {"base64": URL}),
    (False, "image-to-text", {"base64": "iVBORw0="}, {"base64": "iVBORw0"}),
    (False, "image-to-text", {"base64": "iVBO"}, {"base64": "data:image/png;base64,"}),
    (False, "zero-shot-classification", *({"text": "a", "candidate_labels": [it]} for it in ("b", ""))),
    (False, "fill-mask", {"text": "Hello <mask>!"}, {"text": "Hello world!"}),
    (False, "fill-mask", {"text": "[MASK]"}, {"text": "M"}),
    (False, "text-generation", {"text": "a", "stream": True}, {"text": "a", "json": False}),
    (False, "feature-extraction", {"text": "a", "autoScale": True}, {"text": "a", "stream": True}),
    (True, "object-detection", None, {"b64ImageBufferPng": "iVBORw"}),
    (True, "object-detection", None, {"imageUrl": "cat.jpg"}),
    (True, "fill-mask", None, {"prompt": "Hello"}),
    (True, "zero-shot-classification", None, {"text": "a", "candidate_labels": [""]}),
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


def test_projection_does_not_change_the_bundle() -> None:
    assert bundle() == WIRE


@pytest.mark.parametrize("task", TASKS)
def test_other_parts_equal_the_bundle(task: str) -> None:
    found, run = operation(is_v1=False, task=task), WIRE["paths"][RUN_PATH]["post"]

    assert all(found[name] == run[name] for name in ("security", "tags"))
    assert found["parameters"] == [{"$ref": "#/components/parameters/ProviderKey"}]
    assert found["responses"]["200"]["headers"] == run["responses"]["200"]["headers"]
    assert {**found["responses"], "200": None} == {**run["responses"], "200": None}


@pytest.mark.parametrize("task", TASKS)
def test_operation_has_the_examples_of_its_task(task: str) -> None:
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
def test_response_has_the_streams_of_the_task(is_v1: bool, task: str) -> None:
    streams = {"none": [], "text": ["text/plain"], "media": [] if is_v1 else [MEDIA.get(task, "")]}

    found = operation(is_v1=is_v1, task=task)["responses"]["200"]["content"]
    assert [*found] == ["application/json", *streams[TASKS[task]["stream"]]]


@pytest.mark.parametrize("task", V1_TASKS)
def test_v1_response_has_one_member(task: str) -> None:
    member, result = V1_TASKS[task]["v1"]["member"], V1_TASKS[task]["v1"]["result"]
    found = operation(is_v1=True, task=task)
    schema = found["responses"]["200"]["content"]["application/json"]["schema"]

    assert schema["required"] == [*schema["properties"]] == [member]
    assert schema["properties"][member] == {"$ref": f"#/components/schemas/{result}"}


@pytest.mark.parametrize(("is_v1", "task", "valid", "invalid"), REQUESTS)
def test_requests_are_accepted_or_rejected(
    is_v1: bool, task: str, valid: list[dict[str, object]], invalid: list[dict[str, object]]
) -> None:
    for narrowed in (True, False):
        assert [it for it in valid if not accepts(task, it, is_v1=is_v1, narrowed=narrowed)] == []
        assert [it for it in invalid if accepts(task, it, is_v1=is_v1, narrowed=narrowed)] == []


@pytest.mark.parametrize(
    ("is_v1", "task", "valid", "invalid"),
    [
        *((False, task, [], [{"error": None, "output": True}, {"error": None}]) for task in TASKS),
        *(
            (False, task, *([{"error": None, "output": it} for it in outputs] for outputs in row))
            for task, *row in OUTPUTS
        ),
        *((True, *row) for row in V1_RESPONSES),
    ],
)
def test_responses_are_accepted_or_rejected(
    is_v1: bool, task: str, valid: list[object], invalid: list[object]
) -> None:
    assert [it for it in valid if not answers(task, it, is_v1=is_v1)] == []
    assert [it for it in invalid if answers(task, it, is_v1=is_v1)] == []


@pytest.mark.parametrize(("is_v1", "task", "inside", "outside"), NARROWED)
def test_narrowed_projection_rejects_requests_of_wide_projection(
    is_v1: bool, task: str, inside: dict[str, object] | None, outside: dict[str, object]
) -> None:
    assert inside is None or accepts(task, inside, is_v1=is_v1)
    assert inside is None or accepts(task, inside, is_v1=is_v1, narrowed=False)
    assert not accepts(task, outside, is_v1=is_v1)
    assert accepts(task, outside, is_v1=is_v1, narrowed=False)


def test_narrowed_params_have_no_contradictions() -> None:
    arguments = V2[True]["components"]["schemas"]["GenerationParams"]["properties"]

    assert {"max_length", "max_new_tokens"} <= arguments.keys()
    assert not {"min_length", "min_new_tokens"} & arguments.keys()
    assert "min_length" in V2[False]["components"]["schemas"]["GenerationParams"]["properties"]
    sent = json.dumps([item["post"]["requestBody"] for item in V2[True]["paths"].values()])
    assert "min_" not in sent
