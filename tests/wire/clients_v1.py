"""Requests of the published clients of the v1 API, from their public history, and of curl.

The bodies keep the order and the spacing of each client's JSON writer.
"""

from functools import partial
from typing import Final

from tests.wire.row import Json, Row, Text, refusal_v1
from tests.wire.states import GPT2_DEPLOYING, GPT2_RUNNING, GPT2_STOPPED, running

_KEY_AND_TYPE: Final = {"authorization": "Key API_KEY", "content-type": "application/json"}
_JAVASCRIPT: Final = {"Authorization": "Key API_KEY", "content-type": "application/json"}
_JULIA: Final = {"Authorization": "Key API_KEY", "Content-type": "application/json"}

_MODELS: Final = Json(
    [
        {
            "name": "openai-community/gpt2",
            "modelId": "openai-community/gpt2",
            "requiredRAM": 0.5,
            "ramRequired": 0.5,
            "benchmarked": True,
            "task": "text-generation",
        }
    ],
    constant=("modelId", "benchmarked", "task"),
)
_STARTED: Final = Json(
    {"model": "openai-community/gpt2", "status": "started", "concurrency": 1},
    constant=("model", "status", "concurrency"),
)
_DEPLOYING: Final = Json(
    {"model": "openai-community/gpt2", "status": "DEPLOYING"}, constant=("model", "status")
)
_RUNNING: Final = Json({"model": "openai-community/gpt2", "status": "RUNNING"}, constant=("model", "status"))
_STOPPED: Final = Json({"model": "openai-community/gpt2", "status": "STOPPED"}, constant=("model", "status"))
_LOADED_ALREADY: Final = refusal_v1(409, "Model openai-community/gpt2 is already loaded")
_LOADING: Final = Json(
    {"error": "openai-community/gpt2: operation already in progress: load", "status": "error"},
    429,
    ("error", "status"),
)
_GENERATED: Final = Json({"output": [{"generated_text": "Jack and Jill went"}]})
_PIXEL: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="

_python_0_2_7 = partial(Row, "bytez (Python) 0.2.7")
_python_0_2_13 = partial(Row, "bytez (Python) 0.2.13", headers=_KEY_AND_TYPE)
_python_0_2_19 = partial(Row, "bytez (Python) 0.2.19", headers=_KEY_AND_TYPE)
_python_0_2_28 = partial(Row, "bytez (Python) 0.2.28", headers=_KEY_AND_TYPE)
_js_0_4_0 = partial(Row, "bytez.js 0.4.0", headers=_JAVASCRIPT)
_js_0_5_7 = partial(Row, "bytez.js 0.5.7", headers=_JAVASCRIPT)
_julia = partial(Row, "Bytez.jl 0.0.10", headers=_JULIA)
_curl = partial(Row, "curl docs-2024")

ROWS: Final = (
    _python_0_2_7(
        "load(), waiting",
        "POST /model/status",
        headers=_KEY_AND_TYPE,
        body='{"model": "openai-community/gpt2"}',
        state=GPT2_DEPLOYING,
        answer=_DEPLOYING,
    ),
    _python_0_2_7(
        "run()",
        "POST /model/run",
        headers=_KEY_AND_TYPE,
        body='{"model": "openai-community/gpt2", "prompt": "Jack and Jill", "params": {}, "stream": false}',
        state=GPT2_RUNNING,
        answer=_GENERATED,
    ),
    _python_0_2_7(
        "stop()",
        "POST /model/delete",
        headers=_KEY_AND_TYPE,
        body='{"model": "openai-community/gpt2"}',
        state=GPT2_RUNNING,
        answer=_STOPPED,
    ),
    _python_0_2_13(
        "run() of a text",
        "POST /model/run",
        body=(
            '{"model": "openai-community/gpt2", "input": "Jack and Jill ",'
            ' "params": {"min_new_tokens": 1, "max_new_tokens": 1}, "stream": false}'
        ),
        state=GPT2_RUNNING,
        answer=_GENERATED,
    ),
    _python_0_2_13(
        "run() as a stream",
        "POST /model/run",
        body='{"model": "openai-community/gpt2", "input": "Jack and Jill", "params": {}, "stream": true}',
        state=GPT2_RUNNING,
        answer=Text("Jack and Jill"),
    ),
    _python_0_2_19("list_models(task)", "GET /model/list?task=text-generation", answer=_MODELS),
    _python_0_2_19(
        "run() of an object",
        "POST /model/run",
        body=(
            '{"model": "deepset/roberta-base-squad2", "params": {}, "stream": false,'
            ' "question": "Where do I live?", "context": "My name is Merve and I live in \\u0130stanbul."}'
        ),
        state=running("deepset/roberta-base-squad2"),
        answer=Json({"output": {"score": 0.2, "start": 0, "end": 3, "answer": "Ron"}}),
    ),
    _python_0_2_19(
        "run() of messages",
        "POST /model/run",
        body=(
            '{"model": "Qwen/Qwen3-4B", "params": {"max_length": 100}, "stream": false,'
            ' "input": [{"role": "system", "content": "You are a friendly chatbot"},'
            ' {"role": "user", "content": "What is the capital of England?"}]}'
        ),
        state=running("Qwen/Qwen3-4B"),
        answer=Json({"output": [{"generated_text": [{"role": "assistant", "content": "London."}]}]}),
    ),
    _python_0_2_19(
        "run() of a picture's URL",
        "POST /model/run",
        body=(
            '{"model": "facebook/detr-resnet-50", "params": {}, "stream": false,'
            ' "input": "https://example.com/cat.jpg"}'
        ),
        state=running("facebook/detr-resnet-50"),
        answer=Json(
            {
                "output": [
                    {"score": 0.99, "label": "cat", "box": {"xmin": 25, "ymin": 17, "xmax": 90, "ymax": 80}}
                ]
            }
        ),
    ),
    _python_0_2_19(
        "run() of a question about a picture",
        "POST /model/run",
        body=(
            '{"model": "Salesforce/blip-vqa-base", "params": {}, "stream": false,'
            ' "image": "https://example.com/octopus.webp", "question": "What kind of animal is this?"}'
        ),
        state=running("Salesforce/blip-vqa-base"),
        answer=Json({"output": [{"score": 0.9, "answer": "octopus"}]}),
    ),
    _python_0_2_28(
        "load() of a model that starts",
        "POST /model/load",
        body='{"model": "openai-community/gpt2", "concurrency": 1, "expirationPeriodSeconds": 300}',
        state=GPT2_DEPLOYING,
        answer=_LOADING,
    ),
    _python_0_2_28(
        "run() of a video's URL",
        "POST /model/run",
        body=(
            '{"model": "ahmedabdo/video-classifier", "params": {}, "stream": false,'
            ' "input": "https://example.com/preview.mp4"}'
        ),
        state=running("ahmedabdo/video-classifier"),
        answer=Json({"output": [[{"score": 0.636, "label": "LABEL_0"}]]}),
    ),
    _python_0_2_28(
        "run() of a sound",
        "POST /model/run",
        body=(
            '{"model": "facebook/data2vec-audio-base-960h", "params": {}, "stream": false,'
            ' "b64AudioBufferWav": "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA="}'
        ),
        state=running("facebook/data2vec-audio-base-960h"),
        answer=Json({"output": {"text": "Down"}}),
    ),
    _python_0_2_28(
        "run() of a model that is not loaded",
        "POST /model/run",
        body='{"model": "openai-community/gpt2", "params": {}, "stream": false, "input": "Jack and Jill"}',
        answer=refusal_v1(409, "Model openai-community/gpt2 is not loaded"),
    ),
    _js_0_4_0(
        "model.run() of a summarization",
        "POST /model/run",
        body=(
            '{"stream":false,"params":{"max_length":40},"model":"ainize/bart-base-cnn",'
            '"input":"The tower is 324 metres (1,063 ft) tall."}'
        ),
        state=running("ainize/bart-base-cnn"),
        answer=Json({"output": [{"summary_text": "A tower."}]}),
    ),
    _js_0_4_0(
        "model.run() of labels for a picture, its URL in the member for base64",
        "POST /model/run",
        body=(
            '{"stream":false,"params":{},"model":"BilelDJ/clip-hugging-face-finetuned",'
            '"b64ImageBufferPng":"https://example.com/octopus.webp",'
            '"candidate_labels":["squid","octopus","human","cat"]}'
        ),
        state=running("BilelDJ/clip-hugging-face-finetuned"),
        answer=Json({"output": [{"score": 0.333, "label": "cat"}]}),
    ),
    _js_0_5_7(
        "model.load() of a model that is loaded",
        "POST /model/load",
        body='{"model":"openai-community/gpt2","concurrency":1,"expirationPeriodSeconds":300}',
        state=GPT2_RUNNING,
        answer=_LOADED_ALREADY,
    ),
    _js_0_5_7(
        "model.status() after stop()",
        "POST /model/status",
        body='{"model":"openai-community/gpt2"}',
        state=GPT2_STOPPED,
        answer=_STOPPED,
    ),
    _js_0_5_7(
        "model.run() of a translation",
        "POST /model/run",
        body='{"stream":false,"params":{},"model":"Helsinki-NLP/opus-mt-en-zh","input":"Hello"}',
        state=running("Helsinki-NLP/opus-mt-en-zh"),
        answer=Json({"output": [{"translation_text": "Bonjour"}]}),
    ),
    _js_0_5_7(
        "model.run() that makes a picture",
        "POST /model/run",
        body=(
            '{"stream":false,"params":{},"model":"dreamlike-art/dreamlike-photoreal-2.0",'
            '"input":"A cat in the hat"}'
        ),
        state=running("dreamlike-art/dreamlike-photoreal-2.0"),
        answer=Json({"output_png": _PIXEL}),
    ),
    _js_0_5_7(
        "model.run() of a picture in base64",
        "POST /model/run",
        body=(
            '{"stream":false,"params":{},"model":"Salesforce/blip-image-captioning-base",'
            f'"input":"{_PIXEL}"}}'
        ),
        state=running("Salesforce/blip-image-captioning-base"),
        answer=Json({"output": [{"generated_text": "A caption"}]}),
    ),
    _js_0_5_7(
        "model.run() of a question about a picture in base64",
        "POST /model/run",
        body=(
            '{"stream":false,"params":{},"model":"Salesforce/blip-vqa-base",'
            f'"b64ImageBufferPng":"{_PIXEL}","question":"What kind of animal is this?"}}'
        ),
        state=running("Salesforce/blip-vqa-base"),
        answer=Json({"output": [{"score": 0.9, "answer": "octopus"}]}),
    ),
    _julia(
        "start()",
        "POST /model/load",
        body='{"model":"openai-community/gpt2","concurrency":1,"timeout":300}',
        answer=_STARTED,
    ),
    _julia(
        "load(), waiting",
        "POST /model/status",
        body='{"model":"openai-community/gpt2","concurrency":1,"timeout":300}',
        state=GPT2_RUNNING,
        answer=_RUNNING,
    ),
    _curl(
        "a load without a key",
        "POST /model/load",
        headers={"Content-Type": "application/json"},
        body='{"model": "openai-community/gpt2"}',
        answer=refusal_v1(401, "Unauthorized"),
    ),
    _curl(
        "a load with a wrong key in the body",
        "POST /model/load",
        headers={"Content-Type": "application/json"},
        body='{"key": "ANOTHER_KEY", "modelId": "openai-community/gpt2"}',
        answer=refusal_v1(401, "Unauthorized"),
    ),
    _curl(
        "a wrong key in the header and the right one in the body",
        "POST /model/status",
        headers={"Authorization": "Key ANOTHER_KEY", "Content-Type": "application/json"},
        body='{"key": "API_KEY", "model": "openai-community/gpt2"}',
        answer=refusal_v1(401, "Unauthorized"),
    ),
    _curl(
        "a list without a key",
        "GET /model/list",
        headers={},
        answer=refusal_v1(401, "Unauthorized"),
        is_refused=True,
    ),
    _curl(
        "a load of no model",
        "POST /model/load",
        headers=_KEY_AND_TYPE,
        body='{"concurrency": 1}',
        answer=Json({"error": 'body: "modelId" is a required property'}, 400),
        is_refused=True,
    ),
)
