"""What the published clients of the older API send, as public history shows them, and curl in its place.

The bodies keep the order and the spacing of each client's JSON writer.
"""

from functools import partial
from typing import Final

from tests.wire.row import Json, Row, Text, refusal_v1
from tests.wire.states import GPT2_DEPLOYING, GPT2_RUNNING, GPT2_STOPPED, job_queued, running

_KEY: Final = {"authorization": "Key API_KEY"}
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
_INSTANCES: Final = Json(
    [{"model": "openai-community/gpt2", "status": "RUNNING"}], constant=("model", "status")
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

_python_0_2_7 = partial(Row, client="bytez (Python)", version="0.2.7")
_python_0_2_13 = partial(Row, client="bytez (Python)", version="0.2.13", headers=_KEY_AND_TYPE)
_python_0_2_19 = partial(Row, client="bytez (Python)", version="0.2.19", headers=_KEY_AND_TYPE)
_python_0_2_28 = partial(Row, client="bytez (Python)", version="0.2.28", headers=_KEY_AND_TYPE)
_js_0_0_6 = partial(Row, client="bytez.js", version="0.0.6", headers=_JAVASCRIPT)
_js_0_4_0 = partial(Row, client="bytez.js", version="0.4.0", headers=_JAVASCRIPT)
_js_0_5_7 = partial(Row, client="bytez.js", version="0.5.7", headers=_JAVASCRIPT)
_julia = partial(Row, client="Bytez.jl", version="0.0.10", headers=_JULIA)
_curl = partial(Row, client="curl", version="docs-2024")

ROWS: Final = (
    _python_0_2_7(asks="list_models()", request="GET /model/list", headers=_KEY, answer=_MODELS),
    _python_0_2_7(
        asks="list_instances()",
        request="GET /model/instances",
        headers=_KEY,
        state=GPT2_RUNNING,
        answer=_INSTANCES,
    ),
    _python_0_2_7(
        asks="process()",
        request="POST /model/job",
        headers=_KEY_AND_TYPE,
        body='{"model": "openai-community/gpt2"}',
        answer=Json({"model": "openai-community/gpt2", "success": True}, constant=("model", "success")),
    ),
    _python_0_2_7(
        asks="load()",
        request="POST /model/load",
        headers=_KEY_AND_TYPE,
        body='{"model": "openai-community/gpt2", "concurrency": 1, "expirationPeriodSeconds": 300}',
        answer=_STARTED,
    ),
    _python_0_2_7(
        asks="load(), waiting",
        request="POST /model/status",
        headers=_KEY_AND_TYPE,
        body='{"model": "openai-community/gpt2"}',
        state=GPT2_DEPLOYING,
        answer=_DEPLOYING,
    ),
    _python_0_2_7(
        asks="run()",
        request="POST /model/run",
        headers=_KEY_AND_TYPE,
        body=('{"model": "openai-community/gpt2", "prompt": "Jack and Jill", "params": {}, "stream": false}'),
        state=GPT2_RUNNING,
        answer=_GENERATED,
    ),
    _python_0_2_7(
        asks="stop()",
        request="POST /model/delete",
        headers=_KEY_AND_TYPE,
        body='{"model": "openai-community/gpt2"}',
        state=GPT2_RUNNING,
        answer=_STOPPED,
    ),
    _python_0_2_13(
        asks="run() of a text",
        request="POST /model/run",
        body=(
            '{"model": "openai-community/gpt2", "input": "Jack and Jill ",'
            ' "params": {"min_new_tokens": 1, "max_new_tokens": 1}, "stream": false}'
        ),
        state=GPT2_RUNNING,
        answer=_GENERATED,
    ),
    _python_0_2_13(
        asks="run() as a stream",
        request="POST /model/run",
        body='{"model": "openai-community/gpt2", "input": "Jack and Jill", "params": {}, "stream": true}',
        state=GPT2_RUNNING,
        answer=Text("Jack and Jill"),
    ),
    _python_0_2_13(
        asks="process() again",
        request="POST /model/job",
        body='{"model": "openai-community/gpt2"}',
        state=job_queued("openai-community/gpt2"),
        answer=Json({"success": True, "message": "Model is already queued"}, constant=("success", "message")),
    ),
    _python_0_2_19(asks="list_models(task)", request="GET /model/list?task=text-generation", answer=_MODELS),
    _python_0_2_19(
        asks="run() of an object",
        request="POST /model/run",
        body=(
            '{"model": "deepset/roberta-base-squad2", "params": {}, "stream": false,'
            ' "question": "Where do I live?", "context": "My name is Merve and I live in \\u0130stanbul."}'
        ),
        state=running("deepset/roberta-base-squad2"),
        answer=Json({"output": {"score": 0.2, "start": 0, "end": 3, "answer": "Ron"}}),
    ),
    _python_0_2_19(
        asks="run() of messages",
        request="POST /model/run",
        body=(
            '{"model": "Qwen/Qwen3-4B", "params": {"max_length": 100}, "stream": false,'
            ' "input": [{"role": "system", "content": "You are a friendly chatbot"},'
            ' {"role": "user", "content": "What is the capital of England?"}]}'
        ),
        state=running("Qwen/Qwen3-4B"),
        answer=Json({"output": [{"generated_text": [{"role": "assistant", "content": "London."}]}]}),
    ),
    _python_0_2_19(
        asks="run() of a picture's URL",
        request="POST /model/run",
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
        asks="run() of a question about a picture",
        request="POST /model/run",
        body=(
            '{"model": "Salesforce/blip-vqa-base", "params": {}, "stream": false,'
            ' "image": "https://example.com/octopus.webp", "question": "What kind of animal is this?"}'
        ),
        state=running("Salesforce/blip-vqa-base"),
        answer=Json({"output": [{"score": 0.9, "answer": "octopus"}]}),
    ),
    _python_0_2_28(
        asks="load() of a model that starts",
        request="POST /model/load",
        body='{"model": "openai-community/gpt2", "concurrency": 1, "expirationPeriodSeconds": 300}',
        state=GPT2_DEPLOYING,
        answer=_LOADING,
    ),
    _python_0_2_28(
        asks="run() of a video's URL",
        request="POST /model/run",
        body=(
            '{"model": "ahmedabdo/video-classifier", "params": {}, "stream": false,'
            ' "input": "https://example.com/preview.mp4"}'
        ),
        state=running("ahmedabdo/video-classifier"),
        answer=Json({"output": [[{"score": 0.636, "label": "LABEL_0"}]]}),
    ),
    _python_0_2_28(
        asks="run() of a sound",
        request="POST /model/run",
        body=(
            '{"model": "facebook/data2vec-audio-base-960h", "params": {}, "stream": false,'
            ' "b64AudioBufferWav": "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA="}'
        ),
        state=running("facebook/data2vec-audio-base-960h"),
        answer=Json({"output": {"text": "Down"}}),
    ),
    _python_0_2_28(
        asks="run() of a model that is not loaded",
        request="POST /model/run",
        body='{"model": "openai-community/gpt2", "params": {}, "stream": false, "input": "Jack and Jill"}',
        answer=refusal_v1(409, "Model openai-community/gpt2 is not loaded"),
    ),
    _js_0_0_6(asks="list.models()", request="GET /model/list", answer=_MODELS),
    _js_0_0_6(
        asks="model.start()",
        request="POST /model/load",
        body='{"model":"openai-community/gpt2","concurrency":1,"expirationPeriodSeconds":300}',
        answer=_STARTED,
    ),
    _js_0_0_6(
        asks="model.run()",
        request="POST /model/run",
        body=(
            '{"model":"openai-community/gpt2","prompt":"Jack and Jill ",'
            '"params":{"min_new_tokens":1,"max_new_tokens":1},"stream":false}'
        ),
        state=GPT2_RUNNING,
        answer=_GENERATED,
    ),
    _js_0_4_0(asks="list.models.byTask()", request="GET /model/list?task=text-generation", answer=_MODELS),
    _js_0_4_0(asks="list.instances()", request="GET /model/instances", state=GPT2_RUNNING, answer=_INSTANCES),
    _js_0_4_0(
        asks="model.run() as a stream",
        request="POST /model/run",
        body='{"stream":true,"params":{},"model":"openai-community/gpt2","input":"Jack and jill"}',
        state=GPT2_RUNNING,
        answer=Text("Jack and jill"),
    ),
    _js_0_4_0(
        asks="model.run() of a summarization",
        request="POST /model/run",
        body=(
            '{"stream":false,"params":{"max_length":40},"model":"ainize/bart-base-cnn",'
            '"input":"The tower is 324 metres (1,063 ft) tall."}'
        ),
        state=running("ainize/bart-base-cnn"),
        answer=Json({"output": [{"summary_text": "A tower."}]}),
    ),
    _js_0_4_0(
        asks="model.run() of an object",
        request="POST /model/run",
        body=(
            '{"stream":false,"params":{},"model":"deepset/roberta-base-squad2",'
            '"question":"Where do I live?","context":"My name is Merve and I live in İstanbul."}'
        ),
        state=running("deepset/roberta-base-squad2"),
        answer=Json({"output": {"score": 0.2, "start": 0, "end": 3, "answer": "Ron"}}),
    ),
    _js_0_4_0(
        asks="model.run() of labels for a picture, its URL in the member for base64",
        request="POST /model/run",
        body=(
            '{"stream":false,"params":{},"model":"BilelDJ/clip-hugging-face-finetuned",'
            '"b64ImageBufferPng":"https://example.com/octopus.webp",'
            '"candidate_labels":["squid","octopus","human","cat"]}'
        ),
        state=running("BilelDJ/clip-hugging-face-finetuned"),
        answer=Json({"output": [{"score": 0.333, "label": "cat"}]}),
    ),
    _js_0_5_7(
        asks="model.load() of a model that starts",
        request="POST /model/load",
        body='{"model":"openai-community/gpt2","concurrency":1,"expirationPeriodSeconds":300}',
        state=GPT2_DEPLOYING,
        answer=_LOADING,
    ),
    _js_0_5_7(
        asks="model.load() of a model that is loaded",
        request="POST /model/load",
        body='{"model":"openai-community/gpt2","concurrency":1,"expirationPeriodSeconds":300}',
        state=GPT2_RUNNING,
        answer=_LOADED_ALREADY,
    ),
    _js_0_5_7(
        asks="model.status() after stop()",
        request="POST /model/status",
        body='{"model":"openai-community/gpt2"}',
        state=GPT2_STOPPED,
        answer=_STOPPED,
    ),
    _js_0_5_7(
        asks="model.run() of messages",
        request="POST /model/run",
        body=(
            '{"stream":false,"params":{"max_length":40},"model":"Qwen/Qwen3-4B",'
            '"input":[{"role":"user","content":"How many helicopters can a human eat in one sitting?"}]}'
        ),
        state=running("Qwen/Qwen3-4B"),
        answer=Json({"output": [{"generated_text": [{"role": "assistant", "content": "None."}]}]}),
    ),
    _js_0_5_7(
        asks="model.run() of a translation",
        request="POST /model/run",
        body='{"stream":false,"params":{},"model":"Helsinki-NLP/opus-mt-en-zh","input":"Hello"}',
        state=running("Helsinki-NLP/opus-mt-en-zh"),
        answer=Json({"output": [{"translation_text": "Bonjour"}]}),
    ),
    _js_0_5_7(
        asks="model.run() that makes a picture",
        request="POST /model/run",
        body=(
            '{"stream":false,"params":{},"model":"dreamlike-art/dreamlike-photoreal-2.0",'
            '"input":"A cat in the hat"}'
        ),
        state=running("dreamlike-art/dreamlike-photoreal-2.0"),
        answer=Json({"output_png": _PIXEL}),
    ),
    _js_0_5_7(
        asks="model.run() of a picture in base64",
        request="POST /model/run",
        body=(
            '{"stream":false,"params":{},"model":"Salesforce/blip-image-captioning-base",'
            f'"input":"{_PIXEL}"}}'
        ),
        state=running("Salesforce/blip-image-captioning-base"),
        answer=Json({"output": [{"generated_text": "A caption"}]}),
    ),
    _js_0_5_7(
        asks="model.run() of a question about a picture in base64",
        request="POST /model/run",
        body=(
            '{"stream":false,"params":{},"model":"Salesforce/blip-vqa-base",'
            f'"b64ImageBufferPng":"{_PIXEL}","question":"What kind of animal is this?"}}'
        ),
        state=running("Salesforce/blip-vqa-base"),
        answer=Json({"output": [{"score": 0.9, "answer": "octopus"}]}),
    ),
    _julia(
        asks="start()",
        request="POST /model/load",
        body='{"model":"openai-community/gpt2","concurrency":1,"timeout":300}',
        answer=_STARTED,
    ),
    _julia(
        asks="load(), waiting",
        request="POST /model/status",
        body='{"model":"openai-community/gpt2","concurrency":1,"timeout":300}',
        state=GPT2_RUNNING,
        answer=_RUNNING,
    ),
    _julia(
        asks="run()",
        request="POST /model/run",
        body=(
            '{"model":"openai-community/gpt2","stream":false,'
            '"params":{"min_new_tokens":1,"max_new_tokens":1},"input":"Jack and Jill "}'
        ),
        state=GPT2_RUNNING,
        answer=_GENERATED,
    ),
    _julia(
        asks="stop()",
        request="POST /model/delete",
        body='{"model":"openai-community/gpt2"}',
        state=GPT2_RUNNING,
        answer=_STOPPED,
    ),
    _curl(
        asks="a load without a key",
        request="POST /model/load",
        headers={"Content-Type": "application/json"},
        body='{"model": "openai-community/gpt2"}',
        answer=refusal_v1(401, "Unauthorized"),
    ),
    _curl(
        asks="a load with a wrong key in the body",
        request="POST /model/load",
        headers={"Content-Type": "application/json"},
        body='{"key": "ANOTHER_KEY", "modelId": "openai-community/gpt2"}',
        answer=refusal_v1(401, "Unauthorized"),
    ),
    _curl(
        asks="a wrong key in the header and the right one in the body",
        request="POST /model/status",
        headers={"Authorization": "Key ANOTHER_KEY", "Content-Type": "application/json"},
        body='{"key": "API_KEY", "model": "openai-community/gpt2"}',
        answer=refusal_v1(401, "Unauthorized"),
    ),
    _curl(
        asks="a list without a key",
        request="GET /model/list",
        headers={},
        answer=refusal_v1(401, "Unauthorized"),
        is_refused=True,
    ),
    _curl(
        asks="a load of no model",
        request="POST /model/load",
        headers=_KEY_AND_TYPE,
        body='{"concurrency": 1}',
        answer=Json({"error": 'body: "modelId" is a required property'}, 400),
        is_refused=True,
    ),
)
