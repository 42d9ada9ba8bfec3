"""Seed 000, the page on the REST API of June 2024: its requests and answers as printed.

A curl with `--data` is POST, one without is GET. The page prints no answer for the list of instances and for
the shutdown: theirs are the contract's.
"""

from functools import partial
from typing import Final

from tests.wire.row import Json, Row, Text
from tests.wire.states import GPT2_RUNNING, job_done, job_queued

MODELS: Final = Json(
    [
        {"name": "EleutherAI/gpt-neo-2.7B", "requiredRAM": 2.232933128273094, "benchmarked": True},
        {
            "name": "Gustavosta/MagicPrompt-Stable-Diffusion",
            "requiredRAM": 0.9401917929177755,
            "benchmarked": True,
        },
        {
            "name": "Gustavosta/MagicPrompt-Stable-Diffusion.onnx.8-bit",
            "requiredRAM": None,
            "benchmarked": False,
        },
    ],
    constant=("name", "requiredRAM", "benchmarked"),
)
RUNNING: Final = Json(
    {
        "status": "RUNNING",
        "concurrency": 1,
        "inferences": 0,
        "expirationPeriodSeconds": 1800,
        "expirationPeriodMinutes": 30,
        "expiresAt": "2024-05-28T00:12:18.738Z",
        "created": "2024-05-27T23:35:35.863Z",
        "modified": "2024-05-27T23:42:19.239Z",
    },
    constant=("status", "concurrency", "inferences", "expirationPeriodSeconds", "expirationPeriodMinutes"),
)
_row = partial(
    Row,
    "seed-000 2024-06",
    headers={"Authorization": "Key API_KEY", "Content-Type": "application/json"},
)

ROWS: Final = (
    _row("list models", "GET /model/list", answer=MODELS),
    _row(
        "request a model",
        "POST /model/job",
        body='{"model": "openai-community/gpt2"}',
        answer=Json(
            {"model": "openai-community/gpt2", "success": True, "modified": "2024-06-07T22:28:40.122Z"},
            constant=("model", "success"),
        ),
    ),
    _row(
        "request a model again",
        "POST /model/job",
        body='{"model": "openai-community/gpt2"}',
        state=job_queued("openai-community/gpt2"),
        answer=Json(
            {
                "model": "openai-community/gpt2",
                "success": True,
                "message": "Model is already queued",
                "startTime": None,
                "modified": "2024-06-07T22:29:22.333Z",
            },
            constant=("model", "success", "message", "startTime"),
        ),
    ),
    _row(
        "request a model that is ready",
        "POST /model/job",
        body='{"model": "chavinlo/alpaca-native"}',
        state=job_done("chavinlo/alpaca-native"),
        answer=Json(
            {
                "model": "chavinlo/alpaca-native",
                "success": True,
                "message": "Model available",
                "startTime": "2024-05-30T01:20:37.644Z",
                "endTime": "2024-05-30T01:22:07.804Z",
                "modified": "2024-05-30T01:22:07.804Z",
            },
            constant=("model", "success", "message"),
        ),
    ),
    _row(
        "load a model",
        "POST /model/load",
        body='{"model": "openai-community/gpt2", "concurrency": 1}',
        answer=Json(
            {"model": "openai-community/gpt2", "status": "started", "concurrency": 1},
            constant=("model", "status", "concurrency"),
        ),
    ),
    _row(
        "load a model for five minutes",
        "POST /model/load",
        body='{"model": "openai-community/gpt2", "concurrency": 1, "expirationPeriodSeconds": 300}',
        answer=Json({"model": "openai-community/gpt2", "status": "started"}, constant=("model", "status")),
    ),
    _row(
        "check a loaded model's status",
        "POST /model/status",
        body='{"model": "openai-community/gpt2"}',
        state=GPT2_RUNNING,
        answer=RUNNING,
    ),
    _row(
        "run a model",
        "POST /model/run",
        body=(
            '{"model": "openai-community/gpt2", "prompt": "Once upon a time there was a", "params":'
            ' {"min_length": 30, "max_length": 256}, "stream": true}'
        ),
        state=GPT2_RUNNING,
        answer=Text("Once upon a time there was a"),
    ),
    _row(
        "list all running models",
        "GET /model/instances",
        state=GPT2_RUNNING,
        answer=Json([{"model": "openai-community/gpt2", "status": "RUNNING"}], constant=("model", "status")),
    ),
    _row(
        "shut a loaded model down",
        "POST /model/delete",
        body='{"model": "openai-community/gpt2"}',
        state=GPT2_RUNNING,
        answer=Json({"model": "openai-community/gpt2", "status": "STOPPED"}, constant=("model",)),
    ),
)
