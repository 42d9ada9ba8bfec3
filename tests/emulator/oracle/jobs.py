"""The input of a run and the properties of its output."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from tests.emulator.oracle.catalog import Model

INFERENCE_TIME: Final = 50
TOKEN_TIME: Final = 20
_MOST_TOKENS: Final = 4096
# The documents state no length for a run without limits; the emulator generates 24 words.
_TOKENS: Final = 24
_OPTIONS: Final = ("params", "stream", "json", "autoScale")
_POSITIVE: Final = ("max_new_tokens", "max_length")
_CONTRADICTIONS: Final = (("min_new_tokens", "max_new_tokens"), ("min_length", "max_length"))

Members: TypeAlias = dict[str, Any]


class MisfitError(Exception):
    """A body fits the contract but not the model, or contradicts itself."""


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
    def read(self) -> int:
        """The number of words in the input."""
        if self.model.task == "text-generation":
            return len(self.prompt.split())
        return sum(len(message.get("content", "").split()) for message in self.members["messages"])

    @property
    def tokens(self) -> int:
        """The number of new words, by `max_new_tokens` before all other arguments."""
        if "max_new_tokens" in self.params:
            wanted = self.params["max_new_tokens"]
        elif "max_length" in self.params:
            wanted = self.params["max_length"] - self.read
        elif "min_new_tokens" in self.params:
            wanted = max(self.params["min_new_tokens"], _TOKENS)
        else:
            wanted = max(self.params.get("min_length", 0) - self.read, _TOKENS)
        return int(min(max(wanted, 0), _MOST_TOKENS))

    @property
    def length(self) -> int:
        """Milliseconds that an instance takes."""
        return INFERENCE_TIME + self.tokens * TOKEN_TIME

    def words_after(self, milliseconds: int) -> int | None:
        """Return the new words that a stream has sent after this time; None before its start."""
        if milliseconds < INFERENCE_TIME:
            return None
        return min(self.tokens, (milliseconds - INFERENCE_TIME) // TOKEN_TIME)


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
    """Return the job of a body that fits the contract."""
    members = {name: value for name, value in body.items() if name not in _OPTIONS}
    members = _without_shorthand(members, is_v1=is_v1)
    name = "messages" if model.task == "chat" else "text"
    if set(members) != {name} or members == {"messages": []}:
        raise MisfitError(f"not an input of {model.task}")
    params = body.get("params", {})
    _check_params(params)
    return Job(model, members, params)


def _without_shorthand(members: Members, *, is_v1: bool) -> Members:
    members = dict(members)
    if is_v1:
        members = {
            name: value for name, value in members.items() if name not in ("key", "app", "model", "modelId")
        }
    shorthand = members.pop("input", None)
    if is_v1 and isinstance(shorthand, (str, list)):
        members = {name: value for name, value in members.items() if name not in ("prompt", "text")}
    if isinstance(shorthand, dict):
        members = shorthand | members
    elif isinstance(shorthand, list):
        members = {"messages": shorthand} | members
    elif shorthand is not None:
        members = {"text": shorthand} | members
    if is_v1 and "prompt" in members:
        members["text"] = members.pop("prompt")
    return members


def _check_params(params: Mapping[str, Any]) -> None:
    for name in _POSITIVE:
        if params.get(name, 1) < 1:
            raise MisfitError(f"{name} is below 1")
    for lower, upper in _CONTRADICTIONS:
        if params.get(lower, 0) > params.get(upper, math.inf):
            raise MisfitError(f"{lower} is above {upper}")


class Outputs:
    """Checks outputs against their jobs and against the outputs of earlier equal jobs."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def known(self, job: Job) -> str | None:
        return self._texts.get(job.key)

    def check_text(self, job: Job, text: Any, *, words: int | None = None) -> str | None:
        """Check a text, or its beginning of some new words; return the violation."""
        count = job.tokens if words is None else words
        if not isinstance(text, str) or not text.startswith(job.prompt):
            return f"expected a text that begins with {job.prompt!r}"
        new = text[len(job.prompt) :]
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

    def check_message(self, job: Job, message: Any, *, has_parts: bool) -> str | None:
        if (
            not isinstance(message, dict)
            or set(message) != {"role", "content"}
            or message["role"] != "assistant"
        ):
            return "expected a message of the assistant"
        content = message["content"]
        if has_parts:
            if not isinstance(content, list) or len(content) != 1 or set(content[0]) != {"type", "text"}:
                return "expected content of one part"
            if content[0]["type"] != "text":
                return "expected a part of text"
            content = content[0]["text"]
        return self.check_text(job, content)
