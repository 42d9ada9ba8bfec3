"""Seed 000, the page on the REST API of June 2024: its requests and answers as printed.

A curl with `--data` is POST, one without is GET. The page prints no answer for the list of instances and for
the shutdown: theirs are the contract's.
"""

from functools import partial
from typing import Final

from tests.wire.row import Json, Reading, Row, Text, printed
from tests.wire.states import GPT2_RUNNING, job_done, job_queued

MODELS: Final = Reading(
    printed=(
        '[{"name":"EleutherAI/gpt-neo-2.7B","requiredRAM":2.232933128273094,"benchmarked":true},'
        '{"name":"Gustavosta/MagicPrompt-Stable-Diffusion","requiredRAM":0.9401917929177755,"benchmarked":true},'
        '{"name":"Gustavosta/MagicPrompt-Stable-Diffusion.onnx.8-bit","requiredRAM":null,"benchmarked":false}'
        ", ....]"
    ),
    read=(
        '[{"name":"EleutherAI/gpt-neo-2.7B","requiredRAM":2.232933128273094,"benchmarked":true},'
        '{"name":"Gustavosta/MagicPrompt-Stable-Diffusion","requiredRAM":0.9401917929177755,"benchmarked":true},'
        '{"name":"Gustavosta/MagicPrompt-Stable-Diffusion.onnx.8-bit","requiredRAM":null,"benchmarked":false}]'
    ),
    how="`....` stands for further models; the order of the models means nothing",
)
WRITTEN: Final = Reading(
    printed="Once upon a time there was a man upon the throne...But now it is him who must stand up! [...]",
    read="Once upon a time there was a",
    how="a sample of what the model wrote: the prompt, then something else",
)
READY: Final = Reading(
    printed="When the model is ready, you will get the following response:",
    read='{\n    "model": "chavinlo/alpaca-native"\n}',
    how="its request is not printed: it is that of the two before, for the model of the answer",
)
READINGS: Final = (MODELS, WRITTEN, READY)

_row = partial(
    Row,
    client="seed-000",
    version="2024-06",
    headers={"Authorization": "Key API_KEY", "Content-Type": "application/json"},
)

ROWS: Final = (
    _row(
        asks="list models",
        request="GET /model/list",
        answer=printed(MODELS.read, "name", "requiredRAM", "benchmarked"),
    ),
    _row(
        asks="request a model",
        request="POST /model/job",
        body="""{
    "model": "openai-community/gpt2"
}""",
        answer=printed(
            """{
  "model": "openai-community/gpt2",
  "success": true,
  "modified": "2024-06-07T22:28:40.122Z"
}""",
            "model",
            "success",
        ),
    ),
    _row(
        asks="request a model again",
        request="POST /model/job",
        body="""{
    "model": "openai-community/gpt2"
}""",
        state=job_queued("openai-community/gpt2"),
        answer=printed(
            """{
  "model": "openai-community/gpt2",
  "success": true,
  "message": "Model is already queued",
  "startTime": null,
  "modified": "2024-06-07T22:29:22.333Z"
}""",
            "model",
            "success",
            "message",
            "startTime",
        ),
    ),
    _row(
        asks="request a model that is ready",
        request="POST /model/job",
        body=READY.read,
        state=job_done("chavinlo/alpaca-native"),
        answer=printed(
            """{
  "model": "chavinlo/alpaca-native",
  "success": true,
  "message": "Model available",
  "startTime": "2024-05-30T01:20:37.644Z",
  "endTime": "2024-05-30T01:22:07.804Z",
  "modified": "2024-05-30T01:22:07.804Z"
}""",
            "model",
            "success",
            "message",
        ),
    ),
    _row(
        asks="load a model",
        request="POST /model/load",
        body="""{
    "model": "openai-community/gpt2",
    "concurrency": 1
}""",
        answer=printed(
            '{ "model": "openai-community/gpt2", "status": "started", "concurrency": 1 }',
            "model",
            "status",
            "concurrency",
        ),
    ),
    _row(
        asks="load a model for five minutes",
        request="POST /model/load",
        body="""{
    "model": "openai-community/gpt2",
    "concurrency": 1,
    "expirationPeriodSeconds": 300
}""",
        answer=Json({"model": "openai-community/gpt2", "status": "started"}, constant=("model", "status")),
    ),
    _row(
        asks="check a loaded model's status",
        request="POST /model/status",
        body="""{
    "model": "openai-community/gpt2"
}""",
        state=GPT2_RUNNING,
        answer=printed(
            """{
  "model": "openai-community/gpt2",
  "status": "RUNNING",
  "concurrency": 1,
  "inferences": 0,
  "expirationPeriodSeconds": 1800,
  "expirationPeriodMinutes": 30,
  "expiresAt": "2024-05-28T00:12:18.738Z",
  "created": "2024-05-27T23:35:35.863Z",
  "modified": "2024-05-27T23:42:19.239Z"
}""",
            "model",
            "status",
            "concurrency",
            "inferences",
            "expirationPeriodSeconds",
            "expirationPeriodMinutes",
        ),
    ),
    _row(
        asks="run a model",
        request="POST /model/run",
        body="""{
    "model": "openai-community/gpt2",
    "prompt": "Once upon a time there was a",
    "params": {
        "min_length": 30,
        "max_length": 256
    },
    "stream": true
}""",
        state=GPT2_RUNNING,
        answer=Text(WRITTEN.read),
    ),
    _row(
        asks="list all running models",
        request="GET /model/instances",
        state=GPT2_RUNNING,
        answer=Json([{"model": "openai-community/gpt2", "status": "RUNNING"}], constant=("model", "status")),
    ),
    _row(
        asks="shut a loaded model down",
        request="POST /model/delete",
        body="""{
    "model": "openai-community/gpt2"
}""",
        state=GPT2_RUNNING,
        answer=Json({"model": "openai-community/gpt2", "status": "STOPPED"}, constant=("model",)),
    ),
)
