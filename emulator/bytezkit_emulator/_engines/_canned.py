"""The engine that answers with the examples of the contract."""

import re
from typing import Final

from bytezkit_emulator._contract import Example
from bytezkit_emulator._engines._files import FILES
from bytezkit_emulator._engines._inputs import read_inputs
from bytezkit_emulator._engines._job import Job, MediaOutput, Output
from bytezkit_emulator._json import JsonValue

_PIECE: Final = re.compile(r"\s*\S+|\s+$")


def canned(job: Job) -> Output | MediaOutput:
    """Answer with the example of the same request, else with the first one of the task.

    An example that is the URL of media stays one; the bytes behind it are made up.
    """
    examples = job.task.examples
    value = next((it for it in examples if _is_of(it, job)), examples[0]).output
    if job.task.kind in FILES:
        made = FILES[job.task.kind](job)
        return MediaOutput(media=made.media, token=made.token, url=str(value))
    pieces = tuple(_PIECE.findall(_text_of(value)))
    return Output(value=value, pieces=pieces, tokens=len(pieces))


def _is_of(example: Example, job: Job) -> bool:
    inputs = read_inputs(example.request, job.task)
    return (inputs, example.request.get("params", {})) == (job.inputs, job.params)


def _text_of(output: JsonValue) -> str:
    value = output.get("content") if isinstance(output, dict) else output
    return value if isinstance(value, str) else ""
