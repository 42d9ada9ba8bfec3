"""Runs of the v1 API: what they take, in which spellings, and how they answer."""

import base64
from datetime import timedelta
from typing import Any, Final

import httpx
import jsonschema_rs
import pytest

from bytezkit_emulator import Emulator
from tests.emulator.clients import (
    CHAT,
    GPT2,
    GPT2_ID,
    LOAD,
    STATUS,
    V1_RUN,
    open_client,
    output,
    v1_error,
    v1_output,
)
from tests.emulator.contract_check import DOCUMENT

TASKS: Final[dict[str, Any]] = {
    task: row for task, row in DOCUMENT["x-bytez-tasks"].items() if row.get("v1") is not None
}
RUN_V2: Final = DOCUMENT["paths"]["/models/v2/{org}/{name}"]["post"]
EXAMPLES: Final = RUN_V2["requestBody"]["content"]["application/json"]["examples"]
URL: Final = "https://example.com/cat.png"
CONTENT: Final = base64.b64encode(b"GIF89a\x07\x00\x05\x00 and more").decode()
MESSAGES: Final = [{"role": "user", "content": "Hi"}]
DETR_ID: Final = "facebook/detr-resnet-50"
VQA_ID: Final = "Salesforce/blip-vqa-base"
CHAT_ID: Final = "Qwen/Qwen3-4B"
PICTURE_ID: Final = "dreamlike-art/dreamlike-photoreal-2.0"
MEDIA: Final = "one of url, image_url, image or base64"
REQUESTS: Final[dict[str, dict[str, Any]]] = {
    "TextInput": {"input": "A <mask>"},
    "MessagesInput": {"input": MESSAGES},
    "MediaInput": {"b64ImageBufferPng": CONTENT},
    "TextMediaInput": {"text": "Why?", "image": URL},
    "QuestionContextInput": {"question": "Why?", "context": "So."},
    "QuestionMediaInput": {"question": "Why?", "image": URL},
    "LabelsTextInput": {"text": "A", "candidate_labels": ["b"]},
    "LabelsMediaInput": {"b64ImageBufferPng": CONTENT, "candidate_labels": ["b"]},
    "EmptyInput": {},
}


@pytest.fixture
def client() -> Any:
    """A client that loads a model when it is first run."""
    with open_client(Emulator()) as client:
        yield client


def run(client: httpx.Client, model_id: str, body: dict[str, Any]) -> httpx.Response:
    if v1_output(client.post(STATUS, json={"model": model_id}))["status"] != "RUNNING":
        v1_output(client.post(LOAD, json={"model": model_id}))
    return client.post(V1_RUN, json={"model": model_id, **body})


def result(client: httpx.Client, model_id: str, body: dict[str, Any]) -> Any:
    return v1_output(run(client, model_id, body))


def test_there_are_31_tasks() -> None:
    assert len(TASKS) == 31


@pytest.mark.parametrize("engine", ["canned", "synthetic"])
@pytest.mark.parametrize("task", TASKS)
def test_every_task_answers_in_its_own_shape(task: str, engine: Any) -> None:
    row = TASKS[task]
    schema = {"$ref": f"#/components/schemas/{row['v1']['result']}", "components": DOCUMENT["components"]}
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    requests = [EXAMPLES[name]["value"] for name in row["examples"]]
    with open_client(Emulator(engine=engine)) as client:
        for request in [*requests, *(REQUESTS[shape] for shape in row["inputs"])]:
            for stream in ({}, {"stream": True}):
                response = run(client, row["model"], {**request, **stream})
                if stream and row["stream"] == "text":
                    assert response.headers["content-type"] == "text/plain; charset=utf-8"
                    continue
                body = v1_output(response)
                assert list(body) == [row["v1"]["member"]]
                (value,) = body.values()
                assert validator.is_valid(value), list(validator.iter_errors(value))


@pytest.mark.parametrize(
    ("task", "convert"),
    [
        ("text-generation", lambda text: [{"generated_text": text}]),
        ("text2text-generation", lambda text: [{"generated_text": text}]),
        ("summarization", lambda text: [{"summary_text": text}]),
        ("translation", lambda text: [{"translation_text": text}]),
        ("feature-extraction", lambda vector: [vector]),
        ("sentence-similarity", lambda vector: [vector]),
        ("image-to-text", lambda text: [{"generated_text": text}]),
        ("image-feature-extraction", lambda matrix: matrix),
        ("automatic-speech-recognition", lambda text: {"text": text}),
        ("video-classification", lambda ranking: [ranking]),
        ("object-detection", lambda found: found),
        ("depth-estimation", lambda depth: depth),
        (
            "chat",
            lambda message: [{"generated_text": [*MESSAGES, message]}],
        ),
    ],
)
def test_the_answer_is_that_of_the_current_api_in_another_shape(
    client: httpx.Client, task: str, convert: Any
) -> None:
    row = TASKS[task]
    v1 = {"prompt": "Hi"}
    current: dict[str, Any] = {"text": "Hi"}
    if row["inputs"] == ["MediaInput"]:
        v1, current = {"b64VideoBufferMp4": CONTENT}, {"base64": CONTENT}
    elif row["inputs"] == ["MessagesInput"]:
        v1 = current = {"messages": MESSAGES}
    expected = convert(output(client.post(f"/models/v2/{row['model']}", json=current)))
    assert result(client, row["model"], v1) == {"output": expected}


@pytest.mark.parametrize(
    ("task", "member", "signature"),
    [
        ("text-to-image", "output_png", b"\x89PNG\r\n\x1a\n"),
        ("unconditional-image-generation", "output_png", b"\x89PNG\r\n\x1a\n"),
        ("text-to-speech", "output_wav", b"RIFF"),
        ("text-to-audio", "output_wav", b"RIFF"),
        ("text-to-video", "output_mp4", b"\x00\x00\x00"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_files_come_in_base64(
    client: httpx.Client, task: str, member: str, signature: bytes, stream: bool
) -> None:
    row = TASKS[task]
    text = {} if row["inputs"] == ["EmptyInput"] else {"text": "a"}
    body = result(client, row["model"], {**text, "stream": stream})
    assert [*body] == [member]
    assert member in DOCUMENT["components"]["schemas"]["RunResponseV1"]["properties"]
    content = base64.b64decode(body[member], validate=True)
    assert content.startswith(signature)
    current = client.post(f"/models/v2/{row['model']}", json={**text, "json": False})
    assert content == current.content


@pytest.mark.parametrize(
    ("model_id", "body", "same"),
    [
        (GPT2_ID, {"prompt": "a"}, {"text": "a"}),
        (GPT2_ID, {"input": "a"}, {"text": "a"}),
        (GPT2_ID, {"input": {"text": "a"}}, {"text": "a"}),
        (GPT2_ID, {"input": {"prompt": "a"}}, {"text": "a"}),
        (GPT2_ID, {"input": "a", "prompt": "b", "text": "c"}, {"text": "a"}),
        (GPT2_ID, {"prompt": "b", "text": "c"}, {"text": "b"}),
        (GPT2_ID, {"input": {"text": "a"}, "text": "c"}, {"text": "c"}),
        (GPT2_ID, {"text": "a", "params": {}, "stream": False, "app": False}, {"text": "a"}),
        (GPT2_ID, {"text": "a", "modelId": "no/model", "key": "another"}, {"text": "a"}),
        (CHAT_ID, {"input": MESSAGES}, {"messages": MESSAGES}),
        (CHAT_ID, {"input": MESSAGES, "text": "a"}, {"messages": MESSAGES}),
        (DETR_ID, {"input": URL}, {"url": URL}),
        (DETR_ID, {"input": URL, "prompt": "a", "text": "b"}, {"url": URL}),
        (DETR_ID, {"input": CONTENT}, {"base64": CONTENT}),
        (DETR_ID, {"input": {"b64ImageBufferPng": CONTENT}}, {"base64": CONTENT}),
        (DETR_ID, {"b64AudioBufferWav": CONTENT}, {"base64": CONTENT}),
        (DETR_ID, {"imageUrl": URL}, {"url": URL}),
        (DETR_ID, {"mp4Url": URL}, {"url": URL}),
        (DETR_ID, {"imageUrl": URL, "mp4Url": "other", "b64ImageBufferPng": "%"}, {"url": URL}),
        (DETR_ID, {"image": URL}, {"url": URL}),
        (DETR_ID, {"image": CONTENT}, {"base64": CONTENT}),
        (DETR_ID, {"url": URL}, {"url": URL}),
        (DETR_ID, {"base64": CONTENT}, {"base64": CONTENT}),
        (VQA_ID, {"question": "q", "imageUrl": URL}, {"question": "q", "url": URL}),
        (VQA_ID, {"input": {"question": "q", "image": URL}}, {"question": "q", "url": URL}),
        (VQA_ID, {"input": URL, "question": "q"}, {"question": "q", "url": URL}),
    ],
)
def test_every_spelling_of_an_input(
    client: httpx.Client, model_id: str, body: dict[str, Any], same: dict[str, Any]
) -> None:
    assert result(client, model_id, body) == result(client, model_id, same)


@pytest.mark.parametrize(
    ("model_id", "body", "reason"),
    [
        (GPT2_ID, {}, "body: the task text-generation takes text"),
        (GPT2_ID, {"app": False, "key": "k"}, "body: the task text-generation takes text"),
        (GPT2_ID, {"text": "a", "more": 1}, "body: the task text-generation takes text, not more"),
        (GPT2_ID, {"input": {"key": "k"}}, "body: the task text-generation takes text, not key"),
        (GPT2_ID, {"url": URL, "image": URL}, "body: the task text-generation takes text, not url and image"),
        (
            GPT2_ID,
            {"b64ImageBufferPng": CONTENT},
            "body: the task text-generation takes text, not b64ImageBufferPng",
        ),
        (GPT2_ID, {"input": 5}, "body/input: expected a string, a list or an object"),
        (GPT2_ID, {"input": {"prompt": 5}}, 'body/prompt: 5 is not of type "string"'),
        (
            GPT2_ID,
            {"prompt": "a", "params": {"min_length": 2, "max_length": 1}},
            "body/params: min_length 2 is greater than max_length 1",
        ),
        (
            GPT2_ID,
            {"prompt": "a", "params": {"temperature": "hot"}},
            'body/params/temperature: "hot" is not of type "number"',
        ),
        ("almanach/camembert-base", {"prompt": "a"}, "body/prompt: must contain a mask"),
        ("almanach/camembert-base", {"input": "a"}, "body/input: must contain a mask"),
        ("almanach/camembert-base", {"text": "a"}, "body/text: must contain a mask"),
        (CHAT_ID, {"prompt": "a"}, "body: the task chat takes messages, not prompt"),
        (CHAT_ID, {"input": "a"}, "body: the task chat takes messages, not input"),
        (CHAT_ID, {"input": [{"content": "a"}]}, 'body/input/0: "role" is a required property'),
        (DETR_ID, {}, f"body: the task object-detection takes {MEDIA}"),
        (DETR_ID, {"b64ImageBufferPng": "%"}, "body/b64ImageBufferPng: must be base64"),
        (DETR_ID, {"b64VideoBufferMp4": " "}, "body/b64VideoBufferMp4: must not be empty"),
        (DETR_ID, {"input": "%"}, "body/input: must be base64"),
        (DETR_ID, {"input": {"base64": "%"}}, "body/base64: must be base64"),
        (DETR_ID, {"image": "%"}, "body/image: must be base64"),
        (VQA_ID, {"imageUrl": URL}, f"body: the task visual-question-answering takes question and {MEDIA}"),
    ],
)
def test_inputs_that_do_not_fit_the_task(
    client: httpx.Client, model_id: str, body: dict[str, Any], reason: str
) -> None:
    assert v1_error(run(client, model_id, body), 422).startswith(reason)


@pytest.mark.parametrize("engine", ["canned", "synthetic"])
def test_a_stream_begins_with_the_prompt(engine: Any) -> None:
    prompt = "Once upon a time there was a"
    body: dict[str, Any] = {"prompt": prompt, "params": {"max_new_tokens": 3}}
    with open_client(Emulator(engine=engine)) as client:
        streamed = run(client, GPT2_ID, {**body, "stream": True})
        assert streamed.headers["content-type"] == "text/plain; charset=utf-8"
        assert streamed.text.startswith(f"{prompt} ")
        assert result(client, GPT2_ID, body) == {"output": [{"generated_text": streamed.text}]}


def test_a_conversation_is_streamed_without_its_messages(client: httpx.Client) -> None:
    streamed = run(client, CHAT_ID, {"messages": MESSAGES, "stream": True}).text
    assert streamed == output(client.post(CHAT, json={"messages": MESSAGES}))["content"]


@pytest.mark.parametrize("stream", [False, True])
def test_no_meter_is_told_but_runs_are_charged_and_counted(stream: bool) -> None:
    # What half a second of this model costs.
    emulator = Emulator(credits=0.0000872083 / 2)
    body = {"prompt": "a", "params": {"max_new_tokens": 10}, "stream": stream}
    with open_client(emulator) as client:
        for served in (1, 2):
            response = run(client, GPT2_ID, body)
            assert response.status_code == 200
            assert not [name for name in response.headers if name.startswith(("inference-", "ratelimit-"))]
            status = v1_output(client.post(STATUS, json={"model": GPT2_ID}))
            assert status["inferences"] == served
        broke = "Payment Required: Insufficient credits. Please add credits to continue."
        assert v1_error(run(client, GPT2_ID, body), 402) == broke
        assert v1_error(client.post(LOAD, json={"model": CHAT_ID}), 402) == broke
        assert client.post(GPT2, json={"text": "a"}).status_code == 402


def test_a_run_takes_its_time() -> None:
    emulator = Emulator()
    with open_client(emulator) as client:
        v1_output(client.post(LOAD, json={"model": GPT2_ID}))
        before = emulator.clock.now
        v1_output(client.post(V1_RUN, json={"model": GPT2_ID, "text": "a", "params": {"max_new_tokens": 10}}))
        assert emulator.clock.now - before == timedelta(seconds=0.25)


@pytest.mark.parametrize("stream", [False, True])
def test_a_model_that_is_stopped_has_to_be_loaded(client: httpx.Client, stream: bool) -> None:
    response = client.post(V1_RUN, json={"model": PICTURE_ID, "text": "a", "stream": stream})
    assert v1_error(response, 409) == f"Model {PICTURE_ID} is not loaded"


@pytest.mark.parametrize("member", ["model", "modelId"])
@pytest.mark.parametrize(
    ("model_id", "reason"),
    [
        ("openai/gpt-4o", "the model runs at openai; use /models/v2/openai/gpt-4o"),
        (
            "google/gemma-3-4b-it",
            "the v1 API does not support the task image-text-to-text; use /models/v2/google/gemma-3-4b-it",
        ),
    ],
)
def test_models_that_only_the_current_api_runs(
    client: httpx.Client, member: str, model_id: str, reason: str
) -> None:
    assert v1_error(client.post(LOAD, json={member: model_id}), 422) == f"body/{member}: {reason}"
    assert v1_error(client.post(V1_RUN, json={member: model_id}), 409) == f"Model {model_id} is not loaded"
    assert v1_output(client.post(STATUS, json={member: model_id})) == {
        member: model_id,
        "status": "STOPPED",
    }
