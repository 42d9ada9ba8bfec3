"""Seed 001, the API page of May 2024: its requests and answers as printed.

The page prints the key in the body between backticks, here double quotes. It prints no answer for
the list of instances and for the deletion: theirs are the contract's.
"""

from functools import partial
from typing import Final

from tests.wire.row import Json, Row, Text
from tests.wire.seed_000 import MODELS, RUNNING
from tests.wire.states import GPT2_RUNNING

_row = partial(
    Row,
    "seed-001 2024-05",
    headers={"Content-Type": "application/json"},
)

ROWS: Final = (
    _row("list all models", "POST /model/list", body='{"key": "API_KEY"}', answer=MODELS),
    _row(
        "load a model",
        "POST /model/load",
        body='{"key": "API_KEY", "modelId": "openai-community/gpt2", "concurrency": 1}',
        answer=Json(
            {"modelId": "openai-community/gpt2", "status": "started", "concurrency": 1},
            constant=("modelId", "status", "concurrency"),
        ),
    ),
    _row(
        "check a model status",
        "POST /model/status",
        body='{"key": "API_KEY", "modelId": "openai-community/gpt2"}',
        state=GPT2_RUNNING,
        answer=RUNNING,
    ),
    _row(
        "run a model",
        "POST /model/run",
        body=(
            '{"key": "API_KEY", "app": false, "modelId": "openai-community/gpt2", "text": "Once upon'
            ' a time there was a", "params": {"min_length": 30, "max_length": 256}, "stream": true}'
        ),
        state=GPT2_RUNNING,
        answer=Text("Once upon a time there was a"),
    ),
    _row(
        "list all running models",
        "POST /model/instances",
        body='{"key": "API_KEY"}',
        state=GPT2_RUNNING,
        answer=Json([{"status": "RUNNING"}], constant=("status",)),
    ),
    _row(
        "delete a model",
        "POST /model/delete",
        body='{"key": "API_KEY", "modelId": "openai-community/gpt2"}',
        state=GPT2_RUNNING,
        answer=Json({"modelId": "openai-community/gpt2", "status": "STOPPED"}, constant=("modelId",)),
    ),
)
