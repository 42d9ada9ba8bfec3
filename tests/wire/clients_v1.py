"""Requests of the published clients of the v1 API, from their public history, and of curl.

The bodies keep the order and the spacing of each client's JSON writer.
"""

from functools import partial
from typing import Final

from tests.wire.row import Json, Row, error_v1
from tests.wire.samples import (
    ANSWER,
    ANSWERS,
    DETECTIONS,
    DETR,
    GPT2,
    GPT2_RUNNING,
    LABELS,
    PIXEL,
    running,
)

_KEY: Final = {"authorization": "Key API_KEY", "content-type": "application/json"}
_JAVASCRIPT: Final = {"Authorization": "Key API_KEY", "content-type": "application/json"}
_JULIA: Final = {"Authorization": "Key API_KEY", "Content-type": "application/json"}
_JSON: Final = {"Content-Type": "application/json"}
_WRONG_KEY: Final = {"Authorization": "Key ANOTHER_KEY", **_JSON}
_UNAUTHORIZED: Final = error_v1(401, "Unauthorized")
_LOADING: Final = {"error": f"{GPT2}: operation already in progress: load", "status": "error"}
_MODEL: Final = {
    "name": GPT2,
    "modelId": GPT2,
    "requiredRAM": 0.5,
    "ramRequired": 0.5,
    "benchmarked": True,
    "task": "text-generation",
}

_python_0_2_7 = partial(Row, "bytez (Python) 0.2.7", headers=_KEY)
_python_0_2_13 = partial(Row, "bytez (Python) 0.2.13", headers=_KEY)
_python_0_2_19 = partial(Row, "bytez (Python) 0.2.19", headers=_KEY)
_python_0_2_28 = partial(Row, "bytez (Python) 0.2.28", headers=_KEY)
_js_0_4_0 = partial(Row, "bytez.js 0.4.0", headers=_JAVASCRIPT)
_js_0_5_7 = partial(Row, "bytez.js 0.5.7", headers=_JAVASCRIPT)
_julia = partial(Row, "Bytez.jl 0.0.10", headers=_JULIA)
_curl = partial(Row, "curl docs-2024")


def _constant(**sample: object) -> Json:
    return Json(sample, constant=tuple(sample))


def _run(client: partial[Row], call: str, response: object, model: str, body: str) -> Row:
    return client(call, "POST /model/run", Json(response), body % model, running(model))


def _python(client: partial[Row], what: str, output: object, model: str, members: str) -> Row:
    body = f'{{"model": "%s", "params": {{}}, "stream": false, {members}}}'
    return _run(client, f"run() of {what}", {"output": output}, model, body)


def _js(client: partial[Row], what: str, output: object, model: str, members: str) -> Row:
    body = f'{{"stream":false,"params":{{}},"model":"%s",{members}}}'
    return _run(client, f"model.run() of {what}", {"output": output}, model, body)


ROWS: Final = (
    _python_0_2_7(
        "load(), waiting",
        "POST /model/status",
        _constant(model=GPT2, status="DEPLOYING"),
        '{"model": "openai-community/gpt2"}',
        GPT2_RUNNING[:1],
    ),
    _run(
        _python_0_2_7,
        "run()",
        {"output": [{"generated_text": "Jack and Jill went"}]},
        GPT2,
        '{"model": "%s", "prompt": "Jack and Jill", "params": {}, "stream": false}',
    ),
    _run(
        _python_0_2_13,
        "run() of a text",
        {"output": [{"generated_text": "Jack and Jill went"}]},
        GPT2,
        '{"model": "%s", "input": "Jack and Jill ",'
        ' "params": {"min_new_tokens": 1, "max_new_tokens": 1}, "stream": false}',
    ),
    _python_0_2_19(
        "list_models(task)",
        "GET /model/list?task=text-generation",
        Json([_MODEL], constant=("modelId", "benchmarked", "task")),
    ),
    _python(
        _python_0_2_19,
        "an object",
        ANSWER,
        "deepset/roberta-base-squad2",
        '"question": "Where do I live?", "context": "My name is Merve and I live in \\u0130stanbul."',
    ),
    _python(
        _python_0_2_19,
        "messages",
        [{"generated_text": [{"role": "assistant", "content": "London."}]}],
        "Qwen/Qwen3-4B",
        '"input": [{"role": "system", "content": "You are a friendly chatbot"},'
        ' {"role": "user", "content": "What is the capital of England?"}]',
    ),
    _python(
        _python_0_2_19,
        "a text for a chat",
        [{"generated_text": [{"role": "assistant", "content": "London."}]}],
        "Qwen/Qwen3-4B",
        '"input": "What is the capital of England?"',
    ),
    _python(_python_0_2_19, "an image URL", DETECTIONS, DETR, '"input": "https://example.com/cat.jpg"'),
    _python(
        _python_0_2_19,
        "a question about an image",
        ANSWERS,
        "Salesforce/blip-vqa-base",
        '"image": "https://example.com/octopus.webp", "question": "What kind of animal is this?"',
    ),
    _python_0_2_28(
        "load() of a model that is deploying",
        "POST /model/load",
        Json(_LOADING, 429, ("error", "status")),
        '{"model": "openai-community/gpt2", "concurrency": 1, "expirationPeriodSeconds": 300}',
        GPT2_RUNNING[:1],
    ),
    _python(
        _python_0_2_28,
        "a video URL",
        [[{"score": 0.636, "label": "LABEL_0"}]],
        "ahmedabdo/video-classifier",
        '"input": "https://example.com/preview.mp4"',
    ),
    _python(
        _python_0_2_28,
        "audio",
        {"text": "Down"},
        "facebook/data2vec-audio-base-960h",
        '"b64AudioBufferWav": "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA="',
    ),
    _python_0_2_28(
        "run() of a model that is not loaded",
        "POST /model/run",
        error_v1(409, f"Model {GPT2} is not loaded"),
        '{"model": "openai-community/gpt2", "params": {}, "stream": false, "input": "Jack and Jill"}',
    ),
    _run(
        _js_0_4_0,
        "model.run() of a text to summarize",
        {"output": [{"summary_text": "A tower."}]},
        "ainize/bart-base-cnn",
        '{"stream":false,"params":{"max_length":40},"model":"%s","input":"The tower is 324 metres tall."}',
    ),
    _js(
        _js_0_4_0,
        "labels for an image, its URL in the base64 member",
        LABELS,
        "BilelDJ/clip-hugging-face-finetuned",
        '"b64ImageBufferPng":"https://example.com/octopus.webp","candidate_labels":["squid","octopus"]',
    ),
    _js_0_5_7(
        "model.load() of a loaded model",
        "POST /model/load",
        error_v1(409, f"Model {GPT2} is already loaded"),
        '{"model":"openai-community/gpt2","concurrency":1,"expirationPeriodSeconds":300}',
        GPT2_RUNNING,
    ),
    _js_0_5_7(
        "model.status() after stop()",
        "POST /model/status",
        _constant(model=GPT2, status="STOPPED"),
        '{"model":"openai-community/gpt2"}',
        (*GPT2_RUNNING, ("POST /model/delete", {"model": GPT2})),
    ),
    _js(
        _js_0_5_7,
        "a text to translate",
        [{"translation_text": "Bonjour"}],
        "Helsinki-NLP/opus-mt-en-zh",
        '"input":"Hello"',
    ),
    _run(
        _js_0_5_7,
        "model.run() of an image generation",
        {"output_png": PIXEL},
        "dreamlike-art/dreamlike-photoreal-2.0",
        '{"stream":false,"params":{},"model":"%s","input":"A cat in the hat"}',
    ),
    _js(
        _js_0_5_7,
        "an image in base64",
        [{"generated_text": "A caption"}],
        "Salesforce/blip-image-captioning-base",
        f'"input":"{PIXEL}"',
    ),
    _js(
        _js_0_5_7,
        "a question about an image in base64",
        ANSWERS,
        "Salesforce/blip-vqa-base",
        f'"b64ImageBufferPng":"{PIXEL}","question":"What kind of animal is this?"',
    ),
    _julia(
        "start()",
        "POST /model/load",
        _constant(model=GPT2, status="started", concurrency=1),
        '{"model":"openai-community/gpt2","concurrency":1,"timeout":300}',
    ),
    _julia(
        "load(), waiting",
        "POST /model/status",
        _constant(model=GPT2, status="RUNNING"),
        '{"model":"openai-community/gpt2","concurrency":1,"timeout":300}',
        GPT2_RUNNING,
    ),
    _curl("load without a key", "POST /model/load", _UNAUTHORIZED, f'{{"model": "{GPT2}"}}', headers=_JSON),
    _curl(
        "load with a wrong key in the body",
        "POST /model/load",
        _UNAUTHORIZED,
        f'{{"key": "ANOTHER_KEY", "modelId": "{GPT2}"}}',
        headers=_JSON,
    ),
    _curl(
        "status with a wrong key in the header and the right key in the body",
        "POST /model/status",
        _UNAUTHORIZED,
        f'{{"key": "API_KEY", "model": "{GPT2}"}}',
        headers=_WRONG_KEY,
    ),
    _curl("list without a key", "GET /model/list", _UNAUTHORIZED, headers={}),
    _curl(
        "load without a model",
        "POST /model/load",
        error_v1(400, 'body: "model" is a required property'),
        '{"concurrency": 1}',
        headers=_KEY,
    ),
)
