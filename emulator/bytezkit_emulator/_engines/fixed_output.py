"""Outputs that are given, not made up."""

import re
from typing import Final

from bytezkit_emulator._common.json import JsonValue
from bytezkit_emulator._engines.files import FILES
from bytezkit_emulator._engines.job import Job, MediaOutput, Output

_PIECE: Final = re.compile(r"\s*\S+|\s+$")


def given(value: JsonValue, job: Job) -> Output | MediaOutput:
    """Answer with a value, whose text is streamed word by word; of the URL of media, make up the bytes."""
    if job.task.kind in FILES:
        made = FILES[job.task.kind](job)
        return MediaOutput(media=made.media, token=made.token, url=str(value))
    pieces = tuple(_PIECE.findall(_text_of(value)))
    return Output(value=value, pieces=pieces, tokens=len(pieces))


def _text_of(output: JsonValue) -> str:
    value = output.get("content") if isinstance(output, dict) else output
    return value if isinstance(value, str) else ""
