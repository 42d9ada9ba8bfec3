"""Engine that returns the examples of the contract, and outputs with a fixed value."""

import re
from typing import Final

from bytezkit_emulator._engines.files import FILE_GENERATORS
from bytezkit_emulator._engines.inputs import read_inputs
from bytezkit_emulator._engines.job import Job, MediaOutput, Output
from bytezkit_emulator._openapi.contract import Example
from bytezkit_models.json_value import JsonValue

# A word with the space before it, or space at the end; joined, the pieces are the whole text.
_PIECE: Final = re.compile(r"\s*\S+|\s+$")


def canned(job: Job) -> Output | MediaOutput:
    """Return the example with an equal request, or else the first example of the task."""
    examples = job.task.examples
    return fixed_output(next((it for it in examples if _is_equal(it, job)), examples[0]).output, job)


def fixed_output(value: JsonValue, job: Job) -> Output | MediaOutput:
    """Return an output with a value; a text is streamed by word, and for a media URL a file is generated."""
    if job.task.kind in FILE_GENERATORS:
        generated = FILE_GENERATORS[job.task.kind](job)
        return MediaOutput(media=generated.media, token=generated.token, url=str(value))
    pieces = tuple(_PIECE.findall(text_of_output(value)))
    return Output(value=value, pieces=pieces, tokens=len(pieces))


def _is_equal(example: Example, job: Job) -> bool:
    inputs = read_inputs(example.request, job.task)
    return (inputs, example.request.get("params", {})) == (job.inputs, job.params)


def text_of_output(output: JsonValue) -> str:
    """Return the text of an output, or of the message that it is; empty if it has no text."""
    value = output.get("content") if isinstance(output, dict) else output
    return value if isinstance(value, str) else ""
