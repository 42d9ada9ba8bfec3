"""The input of a run and the properties of its output."""

import json
import math
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from tests.emulator.oracle.catalog import Model
from tests.emulator.oracle.messages import RefusedError, some_text

_INFERENCE_TIME: Final = 50
_TOKEN_TIME: Final = 20
_MAX_TOKENS: Final = 4096
# The documents state no length for a run without limits; the emulator generates 24 words.
_DEFAULT_TOKENS: Final = 24
_OPTIONS: Final = ("params", "stream", "json", "autoScale")

Members: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """The input of a model; equal jobs have equal outputs."""

    model: Model
    members: Members
    params: Members

    @property
    def key(self) -> str:
        return json.dumps([self.model.id, self.members, self.params], sort_keys=True)

    @property
    def prompt(self) -> str:
        """The beginning of the output."""
        return str(self.members["text"]) if self.model.task == "text-generation" else ""

    @property
    def input_words(self) -> int:
        messages = self.members.get("messages", [])
        return len(self.prompt.split()) + sum(len(it.get("content", "").split()) for it in messages)

    @property
    def tokens(self) -> int:
        """The number of new words, by `max_new_tokens` before all other arguments."""
        if "max_new_tokens" in self.params:
            wanted = self.params["max_new_tokens"]
        elif "max_length" in self.params:
            wanted = self.params["max_length"] - self.input_words
        elif "min_new_tokens" in self.params:
            wanted = max(self.params["min_new_tokens"], _DEFAULT_TOKENS)
        else:
            wanted = max(self.params.get("min_length", 0) - self.input_words, _DEFAULT_TOKENS)
        return int(min(max(wanted, 0), _MAX_TOKENS))

    @property
    def duration(self) -> int:
        """Milliseconds that an instance takes."""
        return _INFERENCE_TIME + self.tokens * _TOKEN_TIME

    def words_after(self, elapsed: int) -> int:
        """Return the new words that a stream has sent after this time; below 0 before its start."""
        return min(self.tokens, (elapsed - _INFERENCE_TIME) // _TOKEN_TIME)

    def next_word_after(self, elapsed: int) -> int:
        """Return the time of the next word of a stream, before its end."""
        return _INFERENCE_TIME + _TOKEN_TIME * max(0, self.words_after(elapsed) + 1)


def fits_contract(body: Members) -> bool:
    """Return whether a body of the current API, among the drawn bodies, fits the contract."""
    sent = set(body) - set(_OPTIONS)
    if not sent or sent == {"input"}:
        return True
    if sent == {"messages"}:
        return bool(body["messages"])
    if sent == {"text"}:
        return isinstance(body["text"], str)
    raise AssertionError(f"the histories send no {sent}")


def lifted(body: Members) -> Members:
    """Move `stream` from `params` to the body, unless the body has `stream`."""
    params = body.get("params", {})
    if not isinstance(params.get("stream"), bool):
        return body
    rest = {name: value for name, value in params.items() if name != "stream"}
    return {"stream": params["stream"]} | body | {"params": rest}


def read_job(body: Members, model: Model, *, is_v1: bool) -> Job:
    """Return the job of a body; raise 422 if it does not fit the model or contradicts itself."""
    shorthand = body.get("input")
    ignored = {"input", *_OPTIONS, *(("key", "app", "model", "modelId") if is_v1 else ())}
    if is_v1 and isinstance(shorthand, (str, list)):
        ignored |= {"prompt", "text"}
    members = {name: value for name, value in body.items() if name not in ignored}
    if isinstance(shorthand, dict):
        members = shorthand | members
    elif shorthand is not None:
        members = {"messages" if isinstance(shorthand, list) else "text": shorthand} | members
    if is_v1 and "prompt" in members:
        members["text"] = members.pop("prompt")
    params = body.get("params", {})
    if (
        set(members) != {"messages" if model.task == "chat" else "text"}
        or members == {"messages": []}
        or params.get("max_new_tokens", 1) < 1
        or params.get("max_length", 1) < 1
        or params.get("min_new_tokens", 0) > params.get("max_new_tokens", math.inf)
        or params.get("min_length", 0) > params.get("max_length", math.inf)
    ):
        raise RefusedError(422, some_text("body"))
    return Job(model, members, params)


class Outputs:
    """Checks outputs against their jobs and against the outputs of earlier equal jobs."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def known(self, job: Job) -> str | None:
        return self._texts.get(job.key)

    def check_text(self, job: Job, text: Any, *, words: int | None = None) -> str | None:
        """Check a text, or its beginning of some new words; return the violation."""
        if not isinstance(text, str) or not text.startswith(job.prompt):
            return f"expected a text that begins with {job.prompt!r}"
        new, count = text[len(job.prompt) :], job.tokens if words is None else words
        if len(new.split()) != count:
            return f"expected {count} new words"
        has_blank = bool(job.prompt) and not job.prompt[-1].isspace()
        if new and new != f"{' ' * has_blank}{' '.join(new.split())}":
            return "expected words with one blank between"
        if words is None:
            known = self._texts.setdefault(job.key, text)
            return None if known == text else f"expected the text of an equal request, {known!r:.200}"
        whole = self.known(job)
        return None if whole is None or whole.startswith(text) else f"expected the beginning of {whole!r}"
