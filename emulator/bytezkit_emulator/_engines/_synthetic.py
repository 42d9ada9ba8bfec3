"""The engine that makes outputs up, always the same for the same job."""

import hashlib
import math
from collections.abc import Mapping
from itertools import islice
from typing import Final

from bytezkit_emulator._engines._canned import canned
from bytezkit_emulator._engines._job import Engine, Job, Output
from bytezkit_emulator._engines._lengths import new_tokens
from bytezkit_emulator._engines._numbers import numbers
from bytezkit_emulator._engines._words import words
from bytezkit_emulator._json import JsonValue

_DIMENSIONS: Final = (256, 384, 512, 768)
_DIGITS: Final = 7


def synthetic(job: Job) -> Output:
    """Make the output up, in the way that the task's kind asks for; of an unknown kind, take the example."""
    return _MAKERS.get(job.task.kind, canned)(job)


def _continuation(job: Job) -> Output:
    """The text and what follows it."""
    prompt = str(job.inputs["text"])
    tokens = [f" {word}" for word in _new_words(job, prompt)]
    pieces = (prompt, *tokens)
    return Output(value="".join(pieces), pieces=pieces, tokens=len(tokens))


def _text(job: Job) -> Output:
    """A text of its own; its input does not count to its length."""
    pieces = _pieces(_new_words(job, ""))
    return Output(value="".join(pieces), pieces=pieces, tokens=len(pieces))


def _message(job: Job) -> Output:
    """The assistant's next message."""
    pieces = _pieces(_new_words(job, _text_of_messages(job.inputs["messages"])))
    value: JsonValue = {"role": "assistant", "content": "".join(pieces)}
    return Output(value=value, pieces=pieces, tokens=len(pieces))


def _vector(job: Job) -> Output:
    """A vector of length 1, of as many dimensions as the model always has."""
    model = hashlib.blake2b(job.model_id.encode(), digest_size=4).digest()
    dimensions = _DIMENSIONS[int.from_bytes(model, "big") % len(_DIMENSIONS)]
    raw = [number / 2**31 - 1 for number in islice(numbers(job.seed), dimensions)]
    length = math.sqrt(math.fsum(number * number for number in raw))
    return Output(value=[round(number / length, _DIGITS) for number in raw])


_MAKERS: Final[Mapping[str, Engine]] = {
    "continuation": _continuation,
    "message": _message,
    "text": _text,
    "vector": _vector,
}


def _new_words(job: Job, prompt: str) -> list[str]:
    return list(islice(words(job.seed), new_tokens(job.params, len(prompt.split()))))


def _pieces(spoken: list[str]) -> tuple[str, ...]:
    return tuple(word if position == 0 else f" {word}" for position, word in enumerate(spoken))


def _text_of_messages(messages: JsonValue) -> str:
    """Join the texts of a conversation; media count for nothing."""
    texts: list[str] = []
    pending = [messages]
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            pending.extend(value[name] for name in ("content", "text") if name in value)
    return " ".join(texts)
