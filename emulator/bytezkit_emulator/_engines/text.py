"""Outputs that are texts."""

from itertools import islice
from typing import Final

from bytezkit_emulator._common.json import JsonValue
from bytezkit_emulator._engines.job import Job, Output
from bytezkit_emulator._engines.lengths import new_tokens
from bytezkit_emulator._engines.words import words

_TOKENS: Final = 24
# What is said of a picture or heard in a sound is short.
_CAPTION_TOKENS: Final = 6


def continuation(job: Job) -> Output:
    """The text and what follows it."""
    prompt = job.text("text")
    # A blank that the prompt ends with stands before the first word.
    has_blank = not prompt or prompt[-1].isspace()
    tokens = _pieces(_new_words(job, prompt), is_first=has_blank)
    pieces = (prompt, *tokens)
    return Output(value="".join(pieces), pieces=pieces, tokens=len(tokens))


def text(job: Job) -> Output:
    """A text of its own; its input does not count to its length."""
    default = _TOKENS if job.inputs.media is None else _CAPTION_TOKENS
    pieces = _pieces(_new_words(job, "", default))
    return Output(value="".join(pieces), pieces=pieces, tokens=len(pieces))


def message(job: Job) -> Output:
    """The assistant's next message."""
    pieces = _pieces(_new_words(job, text_of_messages(job.inputs.members["messages"])))
    value: JsonValue = {"role": "assistant", "content": "".join(pieces)}
    return Output(value=value, pieces=pieces, tokens=len(pieces))


def text_of_messages(messages: JsonValue) -> str:
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


def _new_words(job: Job, prompt: str, default: int = _TOKENS) -> list[str]:
    return list(islice(words(job.seed), new_tokens(job.arguments, len(prompt.split()), default)))


def _pieces(spoken: list[str], *, is_first: bool = True) -> tuple[str, ...]:
    pieces = tuple([f" {word}" for word in spoken])
    return (spoken[0], *pieces[1:]) if spoken and is_first else pieces
