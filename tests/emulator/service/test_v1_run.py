"""Runs of the v1 API: names of inputs, form of outputs, streams and charges."""

import base64
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
MASK_ID: Final = "almanach/camembert-base"
MEDIA: Final = "one of url, image_url, image or base64"
GPT2_TAKES: Final = "body: the task text-generation takes text"


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


def run(client: httpx.Client, model_id: str, body: dict[str, Any]) -> httpx.Response:
    """Run a model, which is loaded first if it is stopped."""
    if v1_output(client.post(STATUS, json={"model": model_id}))["status"] != "RUNNING":
        v1_output(client.post(LOAD, json={"model": model_id}))
    return client.post(V1_RUN, json={"model": model_id, **body})


@pytest.mark.parametrize("task", TASKS)
def test_canned_output_has_v1_type_of_task(task: str) -> None:
    """`tests/contract/test_tasks_v1.py` tests synthetic outputs."""
    row = TASKS[task]
    schema = {"$ref": f"#/components/schemas/{row['v1']['result']}", "components": DOCUMENT["components"]}
    validator = jsonschema_rs.validator_for(schema, validate_formats=True)
    with open_client(Emulator(engine="canned")) as client:
        for name in row["examples"]:
            body = v1_output(run(client, row["model"], {**EXAMPLES[name]["value"], "stream": False}))
            assert list(body) == [row["v1"]["member"]]
            validator.validate(body[row["v1"]["member"]])


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
        ("object-detection", lambda objects: objects),
        ("depth-estimation", lambda depth: depth),
        ("chat", lambda message: [{"generated_text": [*MESSAGES, message]}]),
    ],
)
def test_output_is_v2_output_in_v1_form(client: httpx.Client, task: str, convert: Any) -> None:
    row = TASKS[task]
    v1: dict[str, Any] = {"prompt": "Hi"}
    v2: dict[str, Any] = {"text": "Hi"}
    if row["inputs"] == ["MediaInput"]:
        v1, v2 = {"b64VideoBufferMp4": CONTENT}, {"base64": CONTENT}
    elif row["inputs"] == ["MessagesInput"]:
        v1 = v2 = {"messages": MESSAGES}
    expected = convert(output(client.post(f"/models/v2/{row['model']}", json=v2)))
    assert v1_output(run(client, row["model"], v1)) == {"output": expected}


@pytest.mark.parametrize(
    ("task", "member"),
    [
        ("text-to-image", "output_png"),
        ("unconditional-image-generation", "output_png"),
        ("text-to-speech", "output_wav"),
        ("text-to-audio", "output_wav"),
        ("text-to-video", "output_mp4"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_generated_file_is_in_base64(client: httpx.Client, task: str, member: str, stream: bool) -> None:
    row = TASKS[task]
    inputs = {} if row["inputs"] == ["EmptyInput"] else {"text": "a"}
    body = v1_output(run(client, row["model"], {**inputs, "stream": stream}))
    assert [*body] == [member]
    assert member in DOCUMENT["components"]["schemas"]["RunResponseV1"]["properties"]
    v2 = client.post(f"/models/v2/{row['model']}", json={**inputs, "json": False})
    assert base64.b64decode(body[member], validate=True) == v2.content


@pytest.mark.parametrize(
    ("model_id", "body", "equivalent"),
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
        (VQA_ID, {"question": "q", "imageUrl": URL}, {"question": "q", "url": URL}),
        (VQA_ID, {"input": {"question": "q", "image": URL}}, {"question": "q", "url": URL}),
        (VQA_ID, {"input": URL, "question": "q"}, {"question": "q", "url": URL}),
    ],
)
def test_names_of_input_are_equivalent(
    client: httpx.Client, model_id: str, body: dict[str, Any], equivalent: dict[str, Any]
) -> None:
    assert v1_output(run(client, model_id, body)) == v1_output(run(client, model_id, equivalent))


@pytest.mark.parametrize(
    ("model_id", "body", "message"),
    [
        (GPT2_ID, {"app": False, "key": "k"}, GPT2_TAKES),
        (GPT2_ID, {"input": {"key": "k"}}, f"{GPT2_TAKES}, not key"),
        (GPT2_ID, {"b64ImageBufferPng": CONTENT}, f"{GPT2_TAKES}, not b64ImageBufferPng"),
        (GPT2_ID, {"input": {"prompt": 5}}, 'body/prompt: 5 is not of type "string"'),
        (GPT2_ID, {"prompt": "a", "params": {"temperature": "hot"}}, "body/params/temperature: "),
        (
            GPT2_ID,
            {"prompt": "a", "params": {"max_tokens": 5}},
            "body/params/max_tokens: is no parameter of the task text-generation; did you mean",
        ),
        (MASK_ID, {"prompt": "a"}, "body/prompt: must contain a mask"),
        (MASK_ID, {"input": "a"}, "body/input: must contain a mask"),
        (MASK_ID, {"text": "a"}, "body/text: must contain a mask"),
        (CHAT_ID, {"prompt": "a", "image": "u"}, "body: the task chat takes text, not image"),
        (
            CHAT_ID,
            {"input": {"messages": [{"role": "a"}]}, "x": 1},
            "body: the task chat takes messages, not x",
        ),
        (CHAT_ID, {"input": [{"content": "a"}]}, 'body/input/0: "role" is a required property'),
        (DETR_ID, {"b64ImageBufferPng": "%"}, "body/b64ImageBufferPng: must be base64"),
        (DETR_ID, {"b64VideoBufferMp4": " "}, "body/b64VideoBufferMp4: must not be empty"),
        (DETR_ID, {"input": "%"}, "body/input: must be base64"),
        (DETR_ID, {"image": "%"}, "body/image: must be base64"),
        (VQA_ID, {"imageUrl": URL}, f"body: the task visual-question-answering takes question and {MEDIA}"),
    ],
)
def test_input_that_does_not_fit_task_returns_422_with_name_of_client(
    client: httpx.Client, model_id: str, body: dict[str, Any], message: str
) -> None:
    assert v1_error(run(client, model_id, body), 422).startswith(message)


@pytest.mark.parametrize("engine", ["canned", "synthetic"])
def test_text_stream_starts_with_prompt(engine: Any) -> None:
    prompt = "Once upon a time there was a"
    body: dict[str, Any] = {"prompt": prompt, "params": {"max_new_tokens": 3}}
    with open_client(Emulator(engine=engine)) as client:
        streamed = run(client, GPT2_ID, {**body, "stream": True})
        assert streamed.headers["content-type"] == "text/plain; charset=utf-8"
        assert streamed.text.startswith(f"{prompt} ")
        assert v1_output(run(client, GPT2_ID, body)) == {"output": [{"generated_text": streamed.text}]}


def test_chat_stream_has_only_the_new_message(client: httpx.Client) -> None:
    streamed = run(client, CHAT_ID, {"messages": MESSAGES, "stream": True}).text
    assert streamed == output(client.post(CHAT, json={"messages": MESSAGES}))["content"]


@pytest.mark.parametrize("stream", [False, True])
def test_run_is_charged_and_counted_but_has_no_meter_headers(stream: bool) -> None:
    # The price of half a second of the model.
    emulator = Emulator(credits=0.0000872083 / 2)
    body = {"prompt": "a", "params": {"max_new_tokens": 10}, "stream": stream}
    with open_client(emulator) as client:
        for served in (1, 2):
            response = run(client, GPT2_ID, body)
            assert response.status_code == 200
            assert not [name for name in response.headers if name.startswith(("inference-", "ratelimit-"))]
            assert v1_output(client.post(STATUS, json={"model": GPT2_ID}))["inferences"] == served
        message = "Payment Required: Insufficient credits. Please add credits to continue."
        assert v1_error(run(client, GPT2_ID, body), 402) == message
        assert v1_error(client.post(LOAD, json={"model": CHAT_ID}), 402) == message
        assert client.post(GPT2, json={"text": "a"}).status_code == 402


@pytest.mark.parametrize("member", ["model", "modelId"])
@pytest.mark.parametrize(
    ("model_id", "reason"),
    [
        ("openai/gpt-4o", "the model runs at openai"),
        ("google/gemma-3-4b-it", "the v1 API does not support the task image-text-to-text"),
    ],
)
def test_model_without_v1_support_cannot_be_loaded(
    client: httpx.Client, member: str, model_id: str, reason: str
) -> None:
    named = {member: model_id}
    message = f"body/{member}: {reason}; use /models/v2/{model_id}"
    assert v1_error(client.post(LOAD, json=named), 422) == message
    assert v1_error(client.post(V1_RUN, json=named), 409) == f"Model {model_id} is not loaded"
    assert v1_output(client.post(STATUS, json=named)) == {**named, "status": "STOPPED"}
