"""Every task of the registry: its examples, its result, and the inputs that it does not take."""

import json
import os
import subprocess
import sys
from typing import Any, Final

import jsonschema_rs
import pytest

from bytezkit_emulator import Emulator
from tests.emulator.clients import error, open_client, output
from tests.emulator.contract_check import DOCUMENT

TASKS: Final[dict[str, Any]] = DOCUMENT["x-bytez-tasks"]
RUN: Final = DOCUMENT["paths"]["/models/v2/{org}/{name}"]["post"]
EXAMPLES: Final = RUN["requestBody"]["content"]["application/json"]["examples"]
CLIENT: Final = open_client(Emulator())
URL: Final = "https://example.com/a"
MEDIA: Final = "one of url, image_url, image or base64"

# A request in each shape, and what a task of that shape is said to take.
SHAPES: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "TextInput": ({"text": "A <mask>"}, "text"),
    "MessagesInput": ({"messages": [{"role": "user", "content": "Hi"}]}, "messages"),
    "MediaInput": ({"url": URL}, MEDIA),
    "TextMediaInput": ({"text": "Why?", "url": URL}, f"text and {MEDIA}"),
    "QuestionContextInput": ({"question": "Why?", "context": "So."}, "question and context"),
    "QuestionMediaInput": ({"question": "Why?", "url": URL}, f"question and {MEDIA}"),
    "LabelsTextInput": ({"text": "A", "candidate_labels": ["b"]}, "text and candidate_labels"),
    "LabelsMediaInput": ({"candidate_labels": ["b"], "url": URL}, f"candidate_labels and {MEDIA}"),
    "EmptyInput": ({}, "no input"),
}
WRONG: Final = [
    (task, shape) for task, row in TASKS.items() for shape in SHAPES if shape not in row["inputs"]
]


def path(task: str) -> str:
    return f"/models/v2/{TASKS[task]['model']}"


def test_the_table_knows_all_shapes() -> None:
    assert {shape for row in TASKS.values() for shape in row["inputs"]} == set(SHAPES)


@pytest.mark.parametrize("engine", ["canned", "synthetic"])
@pytest.mark.parametrize("task", TASKS)
def test_examples_and_shapes_have_a_result_of_the_task(task: str, engine: Any) -> None:
    row = TASKS[task]
    result = {"$ref": f"#/components/schemas/{row['result']}", "components": DOCUMENT["components"]}
    validator = jsonschema_rs.validator_for(result, validate_formats=True)
    requests = [EXAMPLES[name]["value"] for name in row["examples"]]
    with open_client(Emulator(engine=engine)) as client:
        for request in [*requests, *(SHAPES[shape][0] for shape in row["inputs"])]:
            answer = output(client.post(path(task), json=request))
            assert validator.is_valid(answer), list(validator.iter_errors(answer))
            if request:
                assert output(client.post(path(task), json={"input": request})) == answer


@pytest.mark.parametrize(("task", "shape"), WRONG)
def test_inputs_of_another_shape_are_explained(task: str, shape: str) -> None:
    reason = error(CLIENT.post(path(task), json=SHAPES[shape][0]), 422)
    taken = [SHAPES[name][1] for name in TASKS[task]["inputs"]]
    beginnings = tuple(f"body: the task {task} takes {needs}" for needs in taken)
    assert reason.startswith(beginnings)
    rest = reason.removeprefix(next(it for it in beginnings if reason.startswith(it)))
    assert rest == "" or rest.startswith(", not ")


SEEDED: Final = [[path(task), SHAPES[row["inputs"][0]][0]] for task, row in TASKS.items()]
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


def test_answers_are_the_same_in_every_process() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=json.dumps(SEEDED),
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
    assert digests != {""}
