"""Seed 001, the API page of May 2024: its requests and responses as printed.

The page prints the key in the body between backticks, here double quotes. It prints no response for
the list of instances and the deletion: these are the contract's.
"""

from functools import partial
from typing import Final

from tests.wire.row import Json, Row, Text
from tests.wire.samples import GPT2, GPT2_RUNNING
from tests.wire.seed_000 import MODELS, RUNNING

_KEY_AND_MODEL: Final = '{"key": "API_KEY", "modelId": "openai-community/gpt2"}'
_row = partial(Row, "seed-001 2024-05", headers={"Content-Type": "application/json"})

ROWS: Final = (
    _row("list all models", "POST /model/list", MODELS, '{"key": "API_KEY"}'),
    _row(
        "load a model",
        "POST /model/load",
        Json(
            {"modelId": GPT2, "status": "started", "concurrency": 1},
            constant=("modelId", "status", "concurrency"),
        ),
        '{"key": "API_KEY", "modelId": "openai-community/gpt2", "concurrency": 1}',
    ),
    _row("check a model status", "POST /model/status", RUNNING, _KEY_AND_MODEL, GPT2_RUNNING),
    _row(
        "run a model",
        "POST /model/run",
        Text("Once upon a time there was a"),
        '{"key": "API_KEY", "app": false, "modelId": "openai-community/gpt2", "text": "Once upon'
        ' a time there was a", "params": {"min_length": 30, "max_length": 256}, "stream": true}',
        GPT2_RUNNING,
    ),
    _row(
        "list all running models",
        "POST /model/instances",
        Json([{"modelId": GPT2, "status": "RUNNING"}], constant=("modelId", "status")),
        '{"key": "API_KEY"}',
        GPT2_RUNNING,
    ),
    _row(
        "delete a model",
        "POST /model/delete",
        Json({"modelId": GPT2, "status": "STOPPED"}, constant=("modelId", "status")),
        _KEY_AND_MODEL,
        GPT2_RUNNING,
    ),
)
