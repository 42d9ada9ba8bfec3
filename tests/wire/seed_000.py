"""Seed 000, the page on the REST API of June 2024: its requests and responses as printed.

A curl with `--data` is POST, otherwise GET. The page prints no response for the list of instances and the
shutdown: these are the contract's.
"""

from functools import partial
from typing import Final

from bytezkit_emulator import Settings
from tests.wire.row import Json, Row, Text
from tests.wire.samples import GPT2, GPT2_RUNNING

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
_MODEL_BODY: Final = '{"model": "openai-community/gpt2"}'
_JOB_TIME: Final = Settings().queue_time + Settings().job_time
_row = partial(
    Row, "seed-000 2024-06", headers={"Authorization": "Key API_KEY", "Content-Type": "application/json"}
)


def _job(model: str, **members: object) -> Json:
    sample = {"model": model, "success": True, "modified": "2024-06-07T22:28:40.122Z", **members}
    return Json(sample, constant=("model", "success", "message"))


ROWS: Final = (
    _row("list models", "GET /model/list", MODELS),
    _row("request a model", "POST /model/job", _job(GPT2), _MODEL_BODY),
    _row(
        "request a model again",
        "POST /model/job",
        _job(GPT2, message="Model is already queued", startTime=None),
        _MODEL_BODY,
        (("POST /model/job", {"model": GPT2}),),
    ),
    _row(
        "request a model that is ready",
        "POST /model/job",
        _job(
            "chavinlo/alpaca-native",
            message="Model available",
            startTime="2024-05-30T01:20:37.644Z",
            endTime="2024-05-30T01:22:07.804Z",
        ),
        '{"model": "chavinlo/alpaca-native"}',
        (("POST /model/job", {"model": "chavinlo/alpaca-native"}), _JOB_TIME),
    ),
    _row(
        "load a model",
        "POST /model/load",
        Json(
            {"model": GPT2, "status": "started", "concurrency": 1},
            constant=("model", "status", "concurrency"),
        ),
        '{"model": "openai-community/gpt2", "concurrency": 1}',
    ),
    _row(
        "load a model for five minutes",
        "POST /model/load",
        Json({"model": GPT2, "status": "started"}, constant=("model", "status")),
        '{"model": "openai-community/gpt2", "concurrency": 1, "expirationPeriodSeconds": 300}',
    ),
    _row("check a loaded model's status", "POST /model/status", RUNNING, _MODEL_BODY, GPT2_RUNNING),
    _row(
        "run a model",
        "POST /model/run",
        Text("Once upon a time there was a"),
        '{"model": "openai-community/gpt2", "prompt": "Once upon a time there was a",'
        ' "params": {"min_length": 30, "max_length": 256}, "stream": true}',
        GPT2_RUNNING,
    ),
    _row(
        "list all running models",
        "GET /model/instances",
        Json([{"model": GPT2, "status": "RUNNING"}], constant=("model", "status")),
        state=GPT2_RUNNING,
    ),
    _row(
        "shut a loaded model down",
        "POST /model/delete",
        Json({"model": GPT2, "status": "STOPPED"}, constant=("model", "status")),
        _MODEL_BODY,
        GPT2_RUNNING,
    ),
)
