"""Requests of the published clients of the current API, from public history and packages, and of curl.

The bodies keep the order and the spacing of each client's JSON writer.
"""

from functools import partial
from typing import Final

from tests.wire.row import MP4, PNG, WAV, Json, Media, Row, Text, error, output
from tests.wire.samples import (
    ANSWER,
    ANSWERS,
    DETECTIONS,
    DETR,
    GPT2,
    GPT2_CLUSTERED,
    LABELS,
    PIXEL,
    QWEN,
    clustered,
)

_PYTHON_1_0_1: Final = {"authorization": "Key API_KEY", "content-type": "application/json"}
_PYTHON: Final = {"lang": "python", **_PYTHON_1_0_1}
_JS_1_0_4: Final = {"Authorization": "Key API_KEY", "content-type": "application/json"}
_JS: Final = {"lang": "javascript", **_JS_1_0_4}
_JSON: Final = {"Content-Type": "application/json"}
_KEY: Final = {"Authorization": "Key API_KEY", **_JSON}
_BARE_KEY: Final = {"Authorization": "API_KEY", **_JSON}
_ROBERTA: Final = "deepset/roberta-base-squad2"
_OWL: Final = "google/owlv2-base-patch16-finetuned"
_DREAMLIKE: Final = "dreamlike-art/dreamlike-photoreal-2.0"
_BLIP: Final = "Salesforce/blip-vqa-base"
_CLIP: Final = "BilelDJ/clip-hugging-face-finetuned"
_GPT2: Final = f"/models/v2/{GPT2}"
_IMAGE: Final = "https://example.com/a.webp"
_REQUEST: Final = "POST /models/v2/request/some-organization/some-model"
_WRONG_KEY: Final = {"Authorization": "Key ANOTHER_KEY", **_JSON}
_ONCE: Final = '{"text": "Once upon a time"}'
_ONE_TOKEN: Final = '"params": {"min_new_tokens": 1, "max_new_tokens": 1}, "stream": false'
_DATA_URL: Final = f"data:image/png;base64,{PIXEL}"

_MODEL: Final = {
    "modelId": GPT2,
    "task": "text-generation",
    "params": 0.14,
    "ramRequired": 0.5,
    "meter": "micro-free",
    "meterPrice": "0.0000872083 / sec",
}
_CLUSTER: Final = {
    "status": "running",
    "timeout": 5,
    "capacity": {"min": 0, "desired": 1, "max": 1},
    "created": "2025-01-01T00:00:00.000Z",
    "modified": "2025-01-01T00:00:30.000Z",
    "instances": 1,
    "inferences": 0,
    "lastInference": "2025-01-01T00:00:00.000Z",
}
_ONE_MODEL: Final = output([_MODEL], "modelId", "task")
_JACK_AND_JILL: Final = output("Jack and Jill went")
_FILE: Final = output("https://example.com/file")
_CREATED: Final = Json({"error": None, "output": "Loading"}, 202, ("output",))
_ASSISTANT: Final = {"error": None, "output": {"role": "assistant", "content": "Hello."}}
_MESSAGE: Final = Json(_ASSISTANT, constant=("role",))
_UNAUTHORIZED: Final = error(401, "Unauthorized")
_NO_CREDITS: Final = {
    "status": 402,
    "error": "Payment Required",
    "message": "Insufficient credits. Please add credits to continue.",
}
_SWITCHED_OFF: Final = (*GPT2_CLUSTERED, (f"PATCH {_GPT2}", {"status": "off"}))


_python_1_0_1 = partial(Row, "bytez (Python) 1.0.1", headers=_PYTHON_1_0_1)
_python_1_0_4 = partial(Row, "bytez (Python) 1.0.4", headers=_PYTHON)
_python_2_0_4 = partial(Row, "bytez (Python) 2.0.4", headers=_PYTHON)
_python_3_0_1 = partial(Row, "bytez (Python) 3.0.1", headers=_PYTHON)
_js_1_0_4 = partial(Row, "bytez.js 1.0.4", headers=_JS_1_0_4)
_js_1_1_15 = partial(Row, "bytez.js 1.1.15", headers=_JS)
_js_3_0_0 = partial(Row, "bytez.js 3.0.0", headers=_JS)
_langchain_0_0_5 = partial(Row, "langchain-bytez 0.0.5", headers=_KEY)
_langchain_0_0_7 = partial(Row, "langchain-bytez 0.0.7", headers=_KEY)
_curl_2025 = partial(Row, "curl docs-2025-09", headers=_KEY)
_curl_2026 = partial(Row, "curl docs-2026-03", headers=_KEY)


def _run(client: partial[Row], call: str, model: str, response: Json | Text | Media, body: str) -> Row:
    return client(f"model.run() {call}", f"POST /models/v2/{model}", response, body)


ROWS: Final = (
    _python_1_0_1("list.models() of one", f"GET /models/v2/list/models?modelId={GPT2}", _ONE_MODEL),
    _python_1_0_1(
        "list.clusters()",
        "GET /models/v2/list/clusters",
        output([{"modelId": GPT2, **_CLUSTER}], "modelId", "status"),
        state=GPT2_CLUSTERED,
    ),
    _python_1_0_1("model.create()", f"PUT {_GPT2}", _CREATED),
    _python_1_0_1(
        "model.create() again", f"PUT {_GPT2}", error(409, "Cluster already exists"), state=GPT2_CLUSTERED
    ),
    _python_1_0_1(
        "model.update()",
        f"PATCH {_GPT2}",
        output({"timeout": 1, "capacity": {"min": 1, "desired": 1, "max": 1}}, "timeout", "capacity"),
        '{"timeout": 1, "capacity": {"min": 1, "desired": 1, "max": 1}}',
        GPT2_CLUSTERED,
    ),
    _python_1_0_1(
        "model.run() as a stream",
        f"POST {_GPT2}",
        Text("Jack and jill"),
        '{"stream": true, "text": "Jack and jill"}',
        GPT2_CLUSTERED,
    ),
    _python_3_0_1("list.tasks()", "GET /models/v2/list/tasks", output(["chat"])),
    _js_1_1_15(
        "model.create() with options",
        f"PUT {_GPT2}",
        _CREATED,
        '{"timeout":10,"capacity":{"min":0,"desired":1,"max":2},"config":{"torch_dtype":"float16"}}',
    ),
    _js_1_1_15(
        'model.update({ status: "off" })',
        f"PATCH {_GPT2}",
        output({"status": "off", "instances": 0}, "status"),
        '{"status":"off"}',
        GPT2_CLUSTERED,
    ),
    _js_1_1_15(
        'model.update({ status: "on" })',
        f"PATCH {_GPT2}",
        output({"status": "booting instance"}, "status"),
        '{"status":"on"}',
        _SWITCHED_OFF,
    ),
    _js_1_1_15(
        "model.run() of a model that is off",
        f"POST {_GPT2}",
        error(409, "Cluster is off"),
        '{"text":"Jack and jill"}',
        _SWITCHED_OFF,
    ),
    _js_1_1_15("model.read() after delete()", f"GET {_GPT2}", error(404, "Cluster does not exist")),
    _js_3_0_0(
        "list.models()",
        "GET /models/v2/list/models?task=chat",
        output([{"modelId": QWEN, "task": "chat"}], "task"),
    ),
    _js_3_0_0(
        "list.models() of one and its task",
        f"GET /models/v2/list/models?task=text-generation?modelId={GPT2}",
        _ONE_MODEL,
    ),
    _js_3_0_0(
        "model.run() of a closed-source model",
        "POST /models/v2/cohere/command-r-plus",
        Json({**_ASSISTANT, "provider": {}}, constant=("role",)),
        '{"input":[{"role":"user","content":"Hi"}]}',
        headers={**_JS, "provider-key": "PROVIDER_KEY"},
    ),
    _langchain_0_0_5(
        "start_cluster()", f"PUT /models/v2/{QWEN}", _CREATED, '{"capacity": {}, "timeout": null}'
    ),
    _langchain_0_0_5(
        "get_cluster()",
        f"GET /models/v2/{QWEN}",
        output({"modelId": QWEN, **_CLUSTER}, "modelId", "status"),
        "{}",
        clustered(QWEN),
    ),
    _langchain_0_0_5("shutdown_cluster()", f"DELETE /models/v2/{QWEN}", output(None), "{}", clustered(QWEN)),
    _langchain_0_0_7(
        "BytezChatModel.invoke()",
        f"POST /models/v2/{QWEN}",
        _MESSAGE,
        '{"messages": [{"role": "system", "content": "You are a helpful assistant."},'
        ' {"role": "user", "content": [{"type": "text", "text": "List the phylums"}]}],'
        ' "params": {"max_new_tokens": 64}, "stream": false}',
    ),
    _langchain_0_0_7(
        "BytezChatModel.stream()",
        f"POST /models/v2/{QWEN}",
        Text(),
        '{"messages": [{"role": "user", "content": "Weather?"}, {"role": "assistant", "content": "",'
        ' "tool_calls": [{"id": "1", "name": "weather", "args": {}}]},'
        ' {"role": "tool", "content": "Sunny", "tool_call_id": "1"},'
        ' {"role": "function", "content": "Sunny", "name": "weather"}], "params": {}, "stream": true}',
    ),
    _curl_2026(
        "bare key, and an image as `image`",
        f"POST /models/v2/{_BLIP}",
        output(ANSWERS),
        f'{{"question": "What is this?", "image": "{_IMAGE}"}}',
        headers=_BARE_KEY,
    ),
    _curl_2026(
        "bearer key",
        "GET /models/v2/list/tasks",
        output(["chat"]),
        headers={"Authorization": "Bearer API_KEY"},
    ),
    _curl_2025(
        "`stream` inside `params`, read as a member of the body",
        f"POST {_GPT2}",
        Text("Once upon a time there was a"),
        '{"text": "Once upon a time there was a", "params": {"max_length": 30, "stream": true}}',
    ),
    _curl_2026("request of a model without a key", _REQUEST, output("Job queued", "output"), headers={}),
    _curl_2025("run without a key", f"POST {_GPT2}", _UNAUTHORIZED, _ONCE, headers=_JSON),
    _curl_2025("run with a wrong key", f"POST {_GPT2}", _UNAUTHORIZED, _ONCE, headers=_WRONG_KEY),
    _curl_2026("request of a model with a wrong key", _REQUEST, _UNAUTHORIZED, headers=_WRONG_KEY),
    _curl_2026(
        "run without credits",
        f"POST {_GPT2}",
        Json(_NO_CREDITS, 402, ("status", "error", "message")),
        _ONCE,
        ((f"POST /models/v2/{QWEN}", {"messages": [{"role": "user", "content": "Hi"}]}),),
        credits=1e-6,
    ),
    _curl_2026(
        "unknown model",
        "POST /models/v2/some-organization/some-model",
        error(404, "Model does not exist or has yet to be added to the Bytez catalog"),
        _ONCE,
    ),
    _curl_2026(
        "parameters of the provider beside `messages`",
        "POST /models/v2/openai/gpt-4o",
        _MESSAGE,
        '{"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 20}',
    ),
    _curl_2025(
        "members of another task",
        f"POST /models/v2/{_ROBERTA}",
        error(422, "body: the task question-answering takes question and context, not text"),
        '{"text": "Where?"}',
    ),
    _run(_python_1_0_1, "of a text", GPT2, _JACK_AND_JILL, f'{{{_ONE_TOKEN}, "text": "Jack and Jill "}}'),
    _run(
        _python_1_0_1,
        "of a question",
        _ROBERTA,
        output(ANSWER),
        '{"stream": false, "input": {"question": "Where?", "context": "I live in \\u0130stanbul."}}',
    ),
    _run(
        _python_1_0_1, "of an image URL", DETR, output(DETECTIONS), f'{{"stream": false, "url": "{_IMAGE}"}}'
    ),
    _run(
        _python_1_0_4,
        "of a text and labels",
        "facebook/bart-large-mnli",
        output({"sequence": "One day", "labels": ["travel"], "scores": [0.99]}),
        '{"stream": false, "candidate_labels": ["travel"], "text": "One day"}',
    ),
    _run(
        _python_1_0_4,
        "of an image and labels",
        _OWL,
        output(DETECTIONS),
        f'{{"stream": false, "input": {{"candidate_labels": ["squid"], "url": "{_IMAGE}"}}}}',
    ),
    _run(
        _python_1_0_4,
        "as an image stream",
        _DREAMLIKE,
        PNG,
        '{"stream": true, "json": false, "text": "A cat"}',
    ),
    _run(
        _python_2_0_4,
        "of messages",
        "google/gemma-3-4b-it",
        _MESSAGE,
        '{"stream": false, "input": [{"role": "user", "content": [{"type": "text", "text": "Describe this"},'
        f' {{"type": "image", "url": "{_IMAGE}"}}]}}]}}',
    ),
    _run(_python_3_0_1, "of an input", GPT2, _JACK_AND_JILL, f'{{{_ONE_TOKEN}, "input": "Jack and Jill "}}'),
    _run(
        _python_3_0_1,
        "of a text, closed-source",
        "openai/gpt-4o",
        _MESSAGE,
        '{"stream": false, "input": "Once upon a time"}',
    ),
    _run(
        _python_3_0_1,
        "of a text, as a stream of a chat",
        QWEN,
        Text(),
        '{"stream": true, "input": "Once upon a time"}',
    ),
    _run(
        _python_3_0_1,
        "of messages for text generation",
        GPT2,
        output("Jack and Jill went"),
        '{"stream": false, "input": [{"role": "user", "content": "Jack and Jill"}]}',
    ),
    _run(
        _python_3_0_1,
        "as an audio stream",
        "suno/bark-small",
        WAV,
        '{"stream": true, "json": false, "input": "Hello"}',
    ),
    _run(
        _python_3_0_1,
        "of a document and a question",
        "cloudqi/CQI_Visual_Question_Awnser_PT_v0",
        output([{"score": 0.997, "answer": "$154.06", "start": 75, "end": 75}]),
        f'{{"stream": false, "input": {{"image": "{_IMAGE}", "question": "What\'s the total?"}}}}',
    ),
    _run(
        _js_1_0_4,
        "of a question",
        _ROBERTA,
        output(ANSWER),
        '{"context":"I live in İstanbul.","question":"Where?"}',
    ),
    _run(
        _js_1_1_15,
        "of an image and a question",
        _BLIP,
        output(ANSWERS),
        f'{{"question":"What is this?","url":"{_IMAGE}"}}',
    ),
    _run(
        _js_1_1_15,
        "of an image and labels",
        _CLIP,
        output(LABELS),
        f'{{"candidate_labels":["squid"],"base64":"{_DATA_URL}"}}',
    ),
    _run(
        _js_1_1_15,
        "as a video stream",
        "ali-vilab/text-to-video-ms-1.7b",
        MP4,
        '{"json":false,"text":"A cat"}',
    ),
    _run(_js_3_0_0, "that returns an image URL", _DREAMLIKE, _FILE, '{"input":"A cat"}'),
    _run(_js_3_0_0, "without an input", "afshr/cam_finetune", _FILE, "{}"),
    _run(
        _js_3_0_0,
        "of an image",
        "Salesforce/blip-image-captioning-base",
        output("A caption"),
        f'{{"input":"{_DATA_URL}"}}',
    ),
)
