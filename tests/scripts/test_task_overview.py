"""What the published documents say about each task."""

import json
import re
from typing import Any, Final

import pytest

from bytezkit_openapi import read_json, read_sdk_json
from scripts.bundle import RUN_PATH

WIRE: Final[Any] = json.loads(read_json())
SDK: Final[Any] = json.loads(read_sdk_json())
ROWS: Final = {
    cells[0]: cells[1:]
    for cells in (line.strip("| ").split(" | ") for line in WIRE["info"]["description"].splitlines())
    if cells[0] in WIRE["x-bytez-tasks"]
}


@pytest.mark.parametrize(
    ("task", "row"),
    [
        (
            "chat",
            [
                "`messages: ChatMessage[]`, or `text: string`; `params?: GenerationParams`",
                (
                    "`{role: string, content: string or null, tool_calls?: {id?: string, type?: string,"
                    " function?: {name: string, arguments: string}}[] or null}`; stream: `text/plain`"
                ),
            ],
        ),
        (
            "visual-question-answering",
            [
                "`question: string`, *media*, or `text: string`, *media*; `params?: {top_k?: integer}`",
                "`{answer: string, score?: number or null}[]`",
            ],
        ),
        (
            "token-classification",
            [
                "`text: string`; `params?: {ignore_labels?: string[]}`",
                (
                    "`{entity: string, score: number, index: integer, word: string, start: integer or null,"
                    " end: integer or null}[]`, or with `aggregation_strategy` `{entity_group: string,"
                    " score: number, word: string, start: integer or null, end: integer or null}[]`"
                ),
            ],
        ),
        (
            "unconditional-image-generation",
            ["`params?: {num_inference_steps?: integer}`", "`URL`; stream: `image/png`"],
        ),
    ],
)
def test_row_of_a_task(task: str, row: list[str]) -> None:
    assert ROWS[task] == row


def test_each_task_has_a_row_whose_output_its_operation_repeats() -> None:
    assert ROWS.keys() == WIRE["x-bytez-tasks"].keys()
    for task, (_, output) in ROWS.items():
        description = SDK["paths"][f"{RUN_PATH}#{task}"]["post"]["description"]
        ordinary, *_ = re.split(";|, or", output)
        assert f"- Output: {ordinary}\n" in description
        assert ("stream: " in output) is (WIRE["x-bytez-tasks"][task]["stream"] != "none")


@pytest.mark.parametrize("document", [WIRE, SDK])
def test_contract_states_no_limit_of_the_emulator(document: Any) -> None:
    assert "emulator" not in json.dumps({**document, "servers": []}).lower()
