"""Requests of the published clients of the current API, from public history and packages, and of curl.

The bodies keep the order and the spacing of each client's JSON writer.
"""

from functools import partial
from typing import Final

from tests.wire.row import MP4, PNG, WAV, Json, Row, Text, output, refusal
from tests.wire.states import GPT2_CLUSTERED, GPT2_SWITCHED_OFF, NO_CREDITS, clustered

_PYTHON_1_0_1: Final = {"authorization": "Key API_KEY", "content-type": "application/json"}
_PYTHON: Final = {"lang": "python", **_PYTHON_1_0_1}
_JS_1_0_4: Final = {"Authorization": "Key API_KEY", "content-type": "application/json"}
_JS: Final = {"lang": "javascript", **_JS_1_0_4}
_LANGCHAIN: Final = {"Authorization": "Key API_KEY", "Content-Type": "application/json"}
_PROVIDER: Final = {"provider-key": "PROVIDER_KEY"}
_JSON: Final = {"Content-Type": "application/json"}

_MODEL: Final = {
    "modelId": "openai-community/gpt2",
    "task": "text-generation",
    "params": 0.14,
    "ramRequired": 0.5,
    "meter": "micro-free",
    "meterPrice": "0.0000872083 / sec",
}
_CLUSTER: Final = {
    "modelId": "openai-community/gpt2",
    "status": "running",
    "created": "2025-01-01T00:00:00.000Z",
    "modified": "2025-01-01T00:00:30.000Z",
    "timeout": 5,
    "capacity": {"min": 0, "desired": 1, "max": 1},
    "instances": 1,
    "inferences": 0,
    "lastInference": "2025-01-01T00:00:00.000Z",
}
_CHAT_MODELS: Final = Json(
    {"error": None, "output": [{"modelId": "Qwen/Qwen3-4B", "task": "chat"}]}, constant=("task",)
)
_ONE_MODEL: Final = Json({"error": None, "output": [_MODEL]}, constant=("modelId", "task"))
_CREATED: Final = Json({"error": None, "output": "Loading"}, 202, ("output",))
_DELETED: Final = Json({"error": None, "output": None})
_RUNNING: Final = Json({"error": None, "output": _CLUSTER}, constant=("modelId", "status"))
_MESSAGE: Final = Json(
    {"error": None, "output": {"role": "assistant", "content": "Aaaargh."}}, constant=("role",)
)
_DETECTIONS: Final = output(
    [{"score": 0.99, "label": "cat", "box": {"xmin": 255, "ymin": 175, "xmax": 1110, "ymax": 1531}}]
)
_URL: Final = output("https://example.com/file")
_PIXEL: Final = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)

_python_1_0_1 = partial(Row, "bytez (Python) 1.0.1", headers=_PYTHON_1_0_1)
_python_1_0_4 = partial(Row, "bytez (Python) 1.0.4", headers=_PYTHON)
_python_2_0_4 = partial(Row, "bytez (Python) 2.0.4", headers=_PYTHON)
_python_3_0_1 = partial(Row, "bytez (Python) 3.0.1", headers=_PYTHON)
_js_1_0_4 = partial(Row, "bytez.js 1.0.4", headers=_JS_1_0_4)
_js_1_1_15 = partial(Row, "bytez.js 1.1.15", headers=_JS)
_js_1_1_18 = partial(Row, "bytez.js 1.1.18", headers=_JS)
_js_3_0_0 = partial(Row, "bytez.js 3.0.0", headers=_JS)
_langchain_0_0_5 = partial(Row, "langchain-bytez 0.0.5", headers=_LANGCHAIN)
_langchain_0_0_7 = partial(Row, "langchain-bytez 0.0.7", headers=_LANGCHAIN)
_curl_2025 = partial(Row, "curl docs-2025-09")
_curl_2026 = partial(Row, "curl docs-2026-03")

ROWS: Final = (
    _python_1_0_1(
        "list.models() of one, before the first run()",
        "GET /models/v2/list/models?modelId=openai-community/gpt2",
        answer=_ONE_MODEL,
    ),
    _python_1_0_1(
        "list.clusters()",
        "GET /models/v2/list/clusters",
        state=GPT2_CLUSTERED,
        answer=Json({"error": None, "output": [_CLUSTER]}, constant=("modelId", "status")),
    ),
    _python_1_0_1("model.create()", "PUT /models/v2/openai-community/gpt2", answer=_CREATED),
    _python_1_0_1(
        "model.create() again",
        "PUT /models/v2/openai-community/gpt2",
        state=GPT2_CLUSTERED,
        answer=refusal(409, "Cluster already exists"),
    ),
    _python_1_0_1(
        "model.read()", "GET /models/v2/openai-community/gpt2", state=GPT2_CLUSTERED, answer=_RUNNING
    ),
    _python_1_0_1(
        "model.update()",
        "PATCH /models/v2/openai-community/gpt2",
        body='{"timeout": 1, "capacity": {"min": 1, "desired": 1, "max": 1}}',
        state=GPT2_CLUSTERED,
        answer=Json(
            {"error": None, "output": {"timeout": 1, "capacity": {"min": 1, "desired": 1, "max": 1}}},
            constant=("timeout", "capacity"),
        ),
    ),
    _python_1_0_1(
        "model.delete()", "DELETE /models/v2/openai-community/gpt2", state=GPT2_CLUSTERED, answer=_DELETED
    ),
    _python_1_0_1(
        "model.run() of a text",
        "POST /models/v2/openai-community/gpt2",
        body=(
            '{"params": {"min_new_tokens": 1, "max_new_tokens": 1}, "stream": false,'
            ' "text": "Jack and Jill "}'
        ),
        answer=output("Jack and Jill went"),
    ),
    _python_1_0_1(
        "model.run() as a stream",
        "POST /models/v2/openai-community/gpt2",
        body='{"stream": true, "text": "Jack and jill"}',
        state=GPT2_CLUSTERED,
        answer=Text("Jack and jill"),
    ),
    _python_1_0_1(
        "model.run() of a question and its context",
        "POST /models/v2/deepset/roberta-base-squad2",
        body=(
            '{"stream": false, "input": {"question": "Where do I live?",'
            ' "context": "My name is Merve and I live in \\u0130stanbul."}}'
        ),
        answer=output({"score": 0.2, "start": 0, "end": 3, "answer": "Ron"}),
    ),
    _python_1_0_1(
        "model.run() of a picture's URL",
        "POST /models/v2/facebook/detr-resnet-50",
        body='{"stream": false, "url": "https://example.com/cat.jpg"}',
        answer=_DETECTIONS,
    ),
    _python_1_0_1(
        "model.run() of a picture",
        "POST /models/v2/Salesforce/blip-image-captioning-base",
        body=f'{{"stream": false, "base64": "{_PIXEL}"}}',
        answer=output("A caption"),
    ),
    _python_1_0_4(
        "model.run() of messages",
        "POST /models/v2/Qwen/Qwen3-4B",
        body=(
            '{"params": {"max_length": 40}, "stream": false, "messages": [{"role": "user", "content": "Hi"}]}'
        ),
        answer=_MESSAGE,
    ),
    _python_1_0_4(
        "model.run() of labels for a text",
        "POST /models/v2/facebook/bart-large-mnli",
        body=(
            '{"stream": false, "candidate_labels": ["travel", "cooking", "dancing"],'
            ' "text": "One day I will see the world"}'
        ),
        answer=output({"sequence": "One day", "labels": ["travel"], "scores": [0.99]}),
    ),
    _python_1_0_4(
        "model.run() of labels for a picture",
        "POST /models/v2/google/owlv2-base-patch16-finetuned",
        body=(
            '{"stream": false, "input": {"candidate_labels": ["squid", "octopus"],'
            ' "url": "https://example.com/octopus.webp"}}'
        ),
        answer=_DETECTIONS,
    ),
    _python_1_0_4(
        "model.run() that makes a picture, as a stream",
        "POST /models/v2/dreamlike-art/dreamlike-photoreal-2.0",
        body='{"stream": true, "json": false, "text": "A cat in the hat"}',
        answer=PNG,
    ),
    _python_1_0_4(
        "model.run() of a closed-source model",
        "POST /models/v2/openai/gpt-4o",
        headers={**_PYTHON, **_PROVIDER},
        body=(
            '{"params": {"max_tokens": 20}, "stream": false, "messages": [{"role": "user", "content": "Hi"}]}'
        ),
        answer=Json(
            {"error": None, "output": {"role": "assistant", "content": "Hello."}, "provider": {}},
            constant=("role",),
        ),
    ),
    _python_2_0_4(
        "model.run() of messages",
        "POST /models/v2/google/gemma-3-4b-it",
        body=(
            '{"stream": false, "input": [{"role": "user", "content": ['
            '{"type": "text", "text": "Describe this image"},'
            ' {"type": "image", "url": "https://example.com/octopus.webp"}]}]}'
        ),
        answer=_MESSAGE,
    ),
    _python_3_0_1("list.tasks()", "GET /models/v2/list/tasks", answer=output(["chat"])),
    _python_3_0_1(
        "list.models() of one and its task",
        "GET /models/v2/list/models?task=text-generation&modelId=openai-community/gpt2",
        answer=_ONE_MODEL,
    ),
    _python_3_0_1(
        "model.run()",
        "POST /models/v2/openai-community/gpt2",
        body=(
            '{"params": {"min_new_tokens": 1, "max_new_tokens": 1}, "stream": false,'
            ' "input": "Jack and Jill "}'
        ),
        answer=output("Jack and Jill went"),
    ),
    _python_3_0_1(
        "model.run() as a stream",
        "POST /models/v2/Qwen/Qwen3-4B",
        body='{"stream": true, "input": [{"role": "user", "content": "Hi"}]}',
        answer=Text(),
    ),
    _python_3_0_1(
        "model.run() that makes a sound, as a stream",
        "POST /models/v2/suno/bark-small",
        body='{"stream": true, "json": false, "input": "Hello"}',
        answer=WAV,
    ),
    _python_3_0_1(
        "model.run() of a question about a document",
        "POST /models/v2/cloudqi/CQI_Visual_Question_Awnser_PT_v0",
        body=(
            '{"stream": false, "input": {"image": "https://example.com/invoice.png",'
            ' "question": "What\'s the total cost?"}}'
        ),
        answer=output([{"score": 0.997, "answer": "$154.06", "start": 75, "end": 75}]),
    ),
    _js_1_0_4(
        "model.run() of a question and its context",
        "POST /models/v2/deepset/roberta-base-squad2",
        body='{"context":"My name is Merve and I live in İstanbul.","question":"Where do I live?"}',
        answer=output({"score": 0.2, "start": 0, "end": 3, "answer": "Ron"}),
    ),
    _js_1_1_15(
        "model.create() with arguments for loading",
        "PUT /models/v2/openai-community/gpt2",
        body='{"timeout":10,"capacity":{"min":0,"desired":1,"max":2},"config":{"torch_dtype":"float16"}}',
        answer=_CREATED,
    ),
    _js_1_1_15(
        'model.update({ status: "off" })',
        "PATCH /models/v2/openai-community/gpt2",
        body='{"status":"off"}',
        state=GPT2_CLUSTERED,
        answer=Json({"error": None, "output": {"status": "off", "instances": 0}}, constant=("status",)),
    ),
    _js_1_1_15(
        'model.update({ status: "on" })',
        "PATCH /models/v2/openai-community/gpt2",
        body='{"status":"on"}',
        state=GPT2_SWITCHED_OFF,
        answer=Json({"error": None, "output": {"status": "booting instance"}}, constant=("status",)),
    ),
    _js_1_1_15(
        "model.run() while it is off",
        "POST /models/v2/openai-community/gpt2",
        body='{"text":"Jack and jill"}',
        state=GPT2_SWITCHED_OFF,
        answer=refusal(409, "Cluster is off"),
    ),
    _js_1_1_15(
        "model.read() after delete()",
        "GET /models/v2/openai-community/gpt2",
        answer=refusal(404, "Cluster does not exist"),
    ),
    _js_1_1_15(
        "model.run() of a question about a picture",
        "POST /models/v2/Salesforce/blip-vqa-base",
        body='{"question":"What kind of animal is this?","url":"https://example.com/octopus.webp"}',
        answer=output([{"score": 0.9, "answer": "octopus"}]),
    ),
    _js_1_1_15(
        "model.run() of labels for a picture",
        "POST /models/v2/BilelDJ/clip-hugging-face-finetuned",
        body=f'{{"candidate_labels":["squid","octopus","human","cat"],"base64":"{_PIXEL}"}}',
        answer=output([{"score": 0.333, "label": "cat"}]),
    ),
    _js_1_1_15(
        "model.run() that makes a video, as a stream",
        "POST /models/v2/ali-vilab/text-to-video-ms-1.7b",
        body='{"json":false,"text":"A cat in the hat"}',
        answer=MP4,
    ),
    _js_1_1_18(
        "model.run()",
        "POST /models/v2/facebook/detr-resnet-50",
        body='{"input":"https://example.com/cat.jpg"}',
        answer=_DETECTIONS,
    ),
    _js_3_0_0("list.models()", "GET /models/v2/list/models?task=chat", answer=_CHAT_MODELS),
    _js_3_0_0(
        "list.models() of one and its task",
        "GET /models/v2/list/models?task=text-generation?modelId=openai-community/gpt2",
        query_read_as="task=text-generation&modelId=openai-community/gpt2",
        answer=_ONE_MODEL,
    ),
    _js_3_0_0(
        "model.run() that makes a picture",
        "POST /models/v2/dreamlike-art/dreamlike-photoreal-2.0",
        body='{"input":"A cat in the hat"}',
        answer=_URL,
    ),
    _js_3_0_0(
        "model.run() that makes a picture of nothing",
        "POST /models/v2/afshr/cam_finetune",
        body="{}",
        answer=_URL,
    ),
    _js_3_0_0(
        "model.run() of a picture",
        "POST /models/v2/Salesforce/blip-image-captioning-base",
        body=f'{{"input":"{_PIXEL}"}}',
        answer=output("A caption"),
    ),
    _js_3_0_0(
        "model.run() of a closed-source model",
        "POST /models/v2/cohere/command-r-plus",
        headers={**_JS, **_PROVIDER},
        body='{"input":[{"role":"user","content":"Hi"}]}',
        answer=Json(
            {"error": None, "output": {"role": "assistant", "content": "Hello."}, "provider": {}},
            constant=("role",),
        ),
    ),
    _langchain_0_0_5(
        "start_cluster()",
        "PUT /models/v2/Qwen/Qwen3-4B",
        body='{"capacity": {}, "timeout": null}',
        answer=_CREATED,
    ),
    _langchain_0_0_5(
        "get_cluster()",
        "GET /models/v2/Qwen/Qwen3-4B",
        body="{}",
        state=clustered("Qwen/Qwen3-4B"),
        answer=Json(
            {"error": None, "output": {**_CLUSTER, "modelId": "Qwen/Qwen3-4B"}}, constant=("modelId",)
        ),
    ),
    _langchain_0_0_5(
        "shutdown_cluster()",
        "DELETE /models/v2/Qwen/Qwen3-4B",
        body="{}",
        state=clustered("Qwen/Qwen3-4B"),
        answer=_DELETED,
    ),
    _langchain_0_0_7(
        "BytezChatModel.invoke()",
        "POST /models/v2/Qwen/Qwen3-4B",
        body=(
            '{"messages": [{"role": "system", "content": "You are a helpful assistant."},'
            ' {"role": "user", "content": [{"type": "text", "text": "List the phylums"}]}],'
            ' "params": {"max_new_tokens": 64}, "stream": false}'
        ),
        answer=_MESSAGE,
    ),
    _langchain_0_0_7(
        "BytezChatModel.stream()",
        "POST /models/v2/Qwen/Qwen3-4B",
        body=(
            '{"messages": [{"role": "user", "content": "Weather?"},'
            ' {"role": "assistant", "content": "",'
            ' "tool_calls": [{"id": "1", "name": "weather", "args": {}}]},'
            ' {"role": "tool", "content": "Sunny", "tool_call_id": "1"},'
            ' {"role": "function", "content": "Sunny", "name": "weather"}], "params": {}, "stream": true}'
        ),
        answer=Text(),
    ),
    _curl_2026(
        "the bare key",
        "POST /models/v2/openai-community/gpt2",
        headers={"Authorization": "API_KEY", **_JSON},
        body='{"text": "Once upon a time there was a"}',
        answer=output("Once upon a time there was a woman"),
    ),
    _curl_2026(
        "the bare key, and a picture as `image`",
        "POST /models/v2/Salesforce/blip-vqa-base",
        headers={"Authorization": "API_KEY", **_JSON},
        body='{"question": "What kind of animal is this?", "image": "https://example.com/octopus.webp"}',
        answer=output([{"score": 0.9, "answer": "octopus"}]),
    ),
    _curl_2026(
        "a bearer key",
        "GET /models/v2/list/tasks",
        headers={"Authorization": "Bearer API_KEY"},
        answer=output(["chat"]),
    ),
    _curl_2025(
        "`stream` inside `params`, read as the member beside them",
        "POST /models/v2/openai-community/gpt2",
        headers={"Authorization": "Key API_KEY", **_JSON},
        body='{"text": "Once upon a time there was a", "params": {"max_length": 30, "stream": true}}',
        answer=Text("Once upon a time there was a"),
    ),
    _curl_2026(
        "a model to be requested, without a key",
        "POST /models/v2/request/some-organization/some-model",
        headers={},
        answer=Json({"error": None, "output": "Job queued"}, constant=("output",)),
    ),
    _curl_2025(
        "a run without a key",
        "POST /models/v2/openai-community/gpt2",
        headers=_JSON,
        body='{"text": "Once upon a time"}',
        answer=refusal(401, "Unauthorized"),
        is_refused=True,
    ),
    _curl_2025(
        "a run with a wrong key",
        "POST /models/v2/openai-community/gpt2",
        headers={"Authorization": "Key ANOTHER_KEY", **_JSON},
        body='{"text": "Once upon a time"}',
        answer=refusal(401, "Unauthorized"),
    ),
    _curl_2026(
        "a model to be requested, with a wrong key",
        "POST /models/v2/request/some-organization/some-model",
        headers={"Authorization": "Key ANOTHER_KEY"},
        answer=refusal(401, "Unauthorized"),
    ),
    _curl_2026(
        "a run without credits",
        "POST /models/v2/openai-community/gpt2",
        headers={"Authorization": "Key API_KEY", **_JSON},
        body='{"text": "Once upon a time"}',
        state=NO_CREDITS,
        answer=Json(
            {
                "status": 402,
                "error": "Payment Required",
                "message": "Insufficient credits. Please add credits to continue.",
            },
            402,
            ("status", "error", "message"),
        ),
    ),
    _curl_2026(
        "an unknown model",
        "POST /models/v2/some-organization/some-model",
        headers={"Authorization": "Key API_KEY", **_JSON},
        body='{"text": "Once upon a time"}',
        answer=refusal(404, "Model does not exist or has yet to be added to the Bytez catalog"),
    ),
    _curl_2026(
        "parameters of the provider beside `messages`",
        "POST /models/v2/openai/gpt-4o",
        headers={"Authorization": "Key API_KEY", **_JSON},
        body='{"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 20}',
        answer=refusal(400, "body: Additional properties are not allowed ('max_tokens' was unexpected)"),
        is_refused=True,
    ),
    _curl_2025(
        "the members of another task",
        "POST /models/v2/deepset/roberta-base-squad2",
        headers={"Authorization": "Key API_KEY", **_JSON},
        body='{"text": "Where do I live?"}',
        answer=refusal(422, "body: the task question-answering takes question and context, not text"),
    ),
)
