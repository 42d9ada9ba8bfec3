"""Seed 001, the API page of May 2024: its requests and answers as printed.

The key stands in the body, in backticks, so none of the bodies is JSON as printed. The page prints no answer
for the list of instances and for the deletion: theirs are the contract's.
"""

from functools import partial
from typing import Final

from tests.wire.row import Json, Reading, Row, Text, printed
from tests.wire.states import GPT2_RUNNING

_QUOTES: Final = "the backticks around the key are double quotes"

LIST: Final = Reading(
    printed="""{
    "key": `API_KEY`
}""",
    read="""{
    "key": "API_KEY"
}""",
    how=_QUOTES,
)
LOAD: Final = Reading(
    printed="""{
    "key": `API_KEY`,
    "modelId": "openai-community/gpt2",
    "concurrency": 1
}""",
    read="""{
    "key": "API_KEY",
    "modelId": "openai-community/gpt2",
    "concurrency": 1
}""",
    how=_QUOTES,
)
STATUS: Final = Reading(
    printed="""{
    "key": `API_KEY`,
    "modelId": "openai-community/gpt2"
}""",
    read="""{
    "key": "API_KEY",
    "modelId": "openai-community/gpt2"
}""",
    how=_QUOTES,
)
RUN: Final = Reading(
    printed="""{
    "key": `API_KEY`,
    "app": false,
    "modelId": "openai-community/gpt2",
    "text": "Once upon a time there was a",
    "params": {
        "min_length": 30,
        "max_length": 256
    },
    "stream": true
}""",
    read="""{
    "key": "API_KEY",
    "app": false,
    "modelId": "openai-community/gpt2",
    "text": "Once upon a time there was a",
    "params": {
        "min_length": 30,
        "max_length": 256
    },
    "stream": true
}""",
    how=_QUOTES,
)
DELETE: Final = Reading(
    printed="""{
    "key": `API_KEY`
    "modelId": "openai-community/gpt2"
}""",
    read="""{
    "key": "API_KEY",
    "modelId": "openai-community/gpt2"
}""",
    how=f"{_QUOTES}, and a comma follows it",
)
MODELS: Final = Reading(
    printed=(
        '[{"name":"EleutherAI/gpt-neo-2.7B","requiredRAM":2.232933128273094,"benchmarked":true},'
        '{"name":"Gustavosta/MagicPrompt-Stable-Diffusion","requiredRAM":0.9401917929177755,"benchmarked":true},'
        '{"name":"Gustavosta/MagicPrompt-Stable-Diffusion.onnx.8-bit","requiredRAM":null,"benchmarked":false}'
        ", .... "
    ),
    read=(
        '[{"name":"EleutherAI/gpt-neo-2.7B","requiredRAM":2.232933128273094,"benchmarked":true},'
        '{"name":"Gustavosta/MagicPrompt-Stable-Diffusion","requiredRAM":0.9401917929177755,"benchmarked":true},'
        '{"name":"Gustavosta/MagicPrompt-Stable-Diffusion.onnx.8-bit","requiredRAM":null,"benchmarked":false}]'
    ),
    how="`....` stands for further models and the end of the list; the order of the models means nothing",
)
WRITTEN: Final = Reading(
    printed="Once upon a time there was a man upon the throne...But now it is him who must stand up! [...]",
    read="Once upon a time there was a",
    how="a sample of what the model wrote: the prompt, then something else",
)
BODIES: Final = (LIST, LOAD, STATUS, RUN, DELETE)
READINGS: Final = (*BODIES, MODELS, WRITTEN)

_row = partial(
    Row,
    client="seed-001",
    version="2024-05",
    headers={"Content-Type": "application/json"},
)

ROWS: Final = (
    _row(
        asks="list all models",
        request="POST /model/list",
        body=LIST.read,
        answer=printed(MODELS.read, "name", "requiredRAM", "benchmarked"),
    ),
    _row(
        asks="load a model",
        request="POST /model/load",
        body=LOAD.read,
        answer=printed(
            '{"modelId":"openai-community/gpt2","status":"started","concurrency":1}',
            "modelId",
            "status",
            "concurrency",
        ),
    ),
    _row(
        asks="check a model status",
        request="POST /model/status",
        body=STATUS.read,
        state=GPT2_RUNNING,
        answer=printed(
            '{"modelId":"openai-community/gpt2","status":"RUNNING","concurrency":1,"inferences":0,'
            '"expirationPeriodSeconds":1800,"expirationPeriodMinutes":30,'
            '"expiresAt":"2024-05-28T00:12:18.738Z","created":"2024-05-27T23:35:35.863Z",'
            '"modified":"2024-05-27T23:42:19.239Z"}',
            "modelId",
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
        body=RUN.read,
        state=GPT2_RUNNING,
        answer=Text(WRITTEN.read),
    ),
    _row(
        asks="list all running models",
        request="POST /model/instances",
        body=LIST.read,
        state=GPT2_RUNNING,
        answer=Json([{"status": "RUNNING"}], constant=("status",)),
    ),
    _row(
        asks="delete a model",
        request="POST /model/delete",
        body=DELETE.read,
        state=GPT2_RUNNING,
        answer=Json({"modelId": "openai-community/gpt2", "status": "STOPPED"}, constant=("modelId",)),
    ),
)
