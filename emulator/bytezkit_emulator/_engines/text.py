"""Text outputs."""

import re
from itertools import islice
from typing import Final

from bytezkit_emulator._engines.constraints import new_token_count
from bytezkit_emulator._engines.inputs import text_of_messages
from bytezkit_emulator._engines.job import Job, Output
from bytezkit_emulator._engines.random_words import random_words
from bytezkit_models.json_value import JsonValue

_DEFAULT_TOKENS: Final = 24
# Captions of images and transcripts of audio are shorter than generated texts.
_DEFAULT_CAPTION_TOKENS: Final = 6
_SECONDS_PER_WORD: Final = 0.5
# A word or a character with the space before it; joined, the tokens are the whole text.
_JSON_TOKEN: Final = re.compile(r"\s*(?:\w+|\S)|\s+$")


def continuation(job: Job) -> Output:
    """The prompt and its continuation, or the continuation alone."""
    prompt = job.text("text")
    # A space at the end of the prompt already separates the first word.
    is_separated = not prompt or prompt[-1].isspace()
    tokens = _pieces(_new_words(job, prompt), is_separated=is_separated)
    pieces = (job.prefix, *tokens) if job.prefix else tokens
    return Output(value="".join(pieces), pieces=pieces, tokens=len(tokens))


def text(job: Job) -> Output:
    """A new text; its input does not count towards its length."""
    default = _DEFAULT_TOKENS if job.inputs.media is None else _DEFAULT_CAPTION_TOKENS
    pieces = _pieces(_new_words(job, "", default))
    return Output(value="".join(pieces), pieces=pieces, tokens=len(pieces))


def transcript(job: Job) -> Output:
    """A new text; with `return_timestamps`, its words with their times too, half a second each."""
    spoken = text(job)
    if not job.arguments.get("return_timestamps"):
        return spoken
    words = str(spoken.value).split()
    chunks: list[JsonValue] = [
        {"text": word, "timestamp": [index * _SECONDS_PER_WORD, (index + 1) * _SECONDS_PER_WORD]}
        for index, word in enumerate(words)
    ]
    return Output(value={"text": spoken.value, "chunks": chunks}, tokens=spoken.tokens)


def message(job: Job) -> Output:
    """The next message of the assistant: a text, or the call of a tool."""
    if job.tool_call is not None:
        calls: list[JsonValue] = [job.tool_call.as_json()]
        calling: JsonValue = {"role": "assistant", "content": None, "tool_calls": calls}
        # A call takes the time of a token, and of one for each argument.
        return Output(value=calling, tokens=1 + len(job.tool_call.arguments))
    pieces = (
        _pieces(_new_words(job, text_of_messages(job.inputs.members["messages"])))
        if job.json_text is None
        else tuple(_JSON_TOKEN.findall(job.json_text))
    )
    value: JsonValue = {"role": "assistant", "content": "".join(pieces)}
    return Output(value=value, pieces=pieces, tokens=len(pieces))


def _new_words(job: Job, prompt: str, default: int = _DEFAULT_TOKENS) -> list[str]:
    number = new_token_count(job.arguments, len(prompt.split()), default)
    return list(islice(random_words(job.seed), number))


def _pieces(words: list[str], *, is_separated: bool = True) -> tuple[str, ...]:
    pieces = tuple([f" {word}" for word in words])
    return (words[0], *pieces[1:]) if words and is_separated else pieces
