"""Each task of the contract: its examples, its outputs and rejected shapes of input."""

import json
import os
import subprocess
import sys
from importlib.resources import files
from typing import Any, Final

import pytest

from bytezkit_emulator import Emulator
from bytezkit_emulator._openapi.contract import load_contract
from tests.emulator.clients import error, open_client, output
from tests.emulator.contract_check import DOCUMENT

TASKS: Final[dict[str, Any]] = DOCUMENT["x-bytez-tasks"]
RUN: Final = DOCUMENT["paths"]["/models/v2/{org}/{name}"]["post"]
EXAMPLES: Final = RUN["requestBody"]["content"]["application/json"]["examples"]
CLIENT: Final = open_client(Emulator())
URL: Final = "https://example.com/a"
MEDIA: Final = "one of url, image_url, image or base64"
LABELS: Final = {"candidate_labels": ["b"]}
# An input of each shape, and the members that an error message names.
SHAPES: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "TextInput": ({"text": "A <mask>"}, "text"),
    "MessagesInput": ({"messages": [{"role": "user", "content": "Hi"}]}, "messages"),
    "MediaInput": ({"url": URL}, MEDIA),
    "TextMediaInput": ({"text": "Why?", "url": URL}, f"text and {MEDIA}"),
    "QuestionContextInput": ({"question": "Why?", "context": "So."}, "question and context"),
    "QuestionMediaInput": ({"question": "Why?", "url": URL}, f"question and {MEDIA}"),
    "LabelsTextInput": ({"text": "A", **LABELS}, "text and candidate_labels"),
    "LabelsMediaInput": ({**LABELS, "url": URL}, f"candidate_labels and {MEDIA}"),
    "LabelsTextMediaInput": ({"text": "A", **LABELS, "url": URL}, f"text and candidate_labels and {MEDIA}"),
    "EmptyInput": ({}, "no input"),
}


def path(task: str) -> str:
    return f"/models/v2/{TASKS[task]['model']}"


@pytest.mark.parametrize("task", TASKS)
def test_input_may_be_a_member(task: str) -> None:
    bodies = [EXAMPLES[name]["value"] for name in TASKS[task]["examples"]]
    for body in filter(None, [*bodies, *(SHAPES[shape][0] for shape in TASKS[task]["inputs"])]):
        results = [output(CLIENT.post(path(task), json=it)) for it in (body, {"input": body})]
        assert results[0] == results[1]


@pytest.mark.parametrize(
    ("task", "shape"),
    [(task, shape) for task, row in TASKS.items() for shape in SHAPES if shape not in row["inputs"]],
)
def test_input_of_another_shape_returns_422_with_expected_members(task: str, shape: str) -> None:
    message = error(CLIENT.post(path(task), json=SHAPES[shape][0]), 422)
    expected = [f"body: the task {task} takes {SHAPES[name][1]}" for name in TASKS[task]["inputs"]]
    assert message.partition(", not ")[0] in expected


@pytest.mark.parametrize("task", TASKS)
def test_arguments_that_nothing_behind_the_model_takes_are_refused(task: str) -> None:
    arguments = json.loads((files("bytezkit_emulator") / "arguments.json").read_bytes())
    assert arguments["tasks"].keys() < TASKS.keys()
    row = arguments["tasks"].get(task, {"generates": False, "own": []})
    shared = [*arguments["generate"], *arguments["containers"]] if row["generates"] else []
    body = SHAPES[TASKS[task]["inputs"][0]][0]
    # A documented argument has a type.
    for name in {*row["own"], *shared} - load_contract().tasks[task].arguments:
        assert output(CLIENT.post(path(task), json={**body, "params": {name: None}}))
    response = CLIENT.post(path(task), json={**body, "params": {"unknown": 1}})
    if task in arguments["tasks"]:
        assert error(response, 422) == f"body/params/unknown: is no parameter of the task {task}"
    else:
        assert output(response)


REQUESTS: Final = [[path(task), SHAPES[row["inputs"][0]][0]] for task, row in TASKS.items()]
PROGRAM: Final = """
import hashlib, json, sys
import httpx
from bytezkit_emulator import Emulator

digest = hashlib.sha256()
headers = {"authorization": "Key other"}
with httpx.Client(transport=Emulator().transport, base_url="http://emulator", headers=headers) as client:
    for path, body in json.load(sys.stdin):
        for more in ({}, {"stream": True}):
            digest.update(client.post(path, json={**body, **more}).content)
print(digest.hexdigest())
"""


def test_outputs_are_equal_in_every_process() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=json.dumps(REQUESTS),
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
    assert digests != {""}
