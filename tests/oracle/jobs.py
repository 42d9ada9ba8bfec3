"""What a run asks for, and what its output must be like."""

import base64
import binascii
import io
import json
import math
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from PIL import Image, UnidentifiedImageError

from tests.oracle.catalog import Model

INFERENCE_TIME: Final = 50
TOKEN_TIME: Final = 20
_MOST_TOKENS: Final = 4096
# Documents say nothing of a run without any limit; the emulator speaks 24 words.
_TOKENS: Final = 24
_SIDE, _LONGEST_SIDE = 64, 256
_OPTIONS: Final = ("params", "stream", "json", "autoScale")
_MEDIA: Final = ("url", "image_url", "image", "base64")
_POSITIVE: Final = {
    "text-generation": ("max_new_tokens", "max_length"),
    "chat": ("max_new_tokens", "max_length"),
    "text-to-image": ("width", "height"),
}
_CONTRADICTIONS: Final = (("min_new_tokens", "max_new_tokens"), ("min_length", "max_length"))
# The members of the older API, the first of which counts.
_OLDER: Final = {
    "prompt": "text",
    "imageUrl": "url",
    "b64ImageBufferPng": "image",
}

Members: TypeAlias = dict[str, Any]


class MisfitError(Exception):
    """A body fits the contract and not the model, or it contradicts itself."""


@dataclass(frozen=True)
class Job:
    """What a model has to do; runs of equal jobs have equal outputs."""

    model: Model
    members: Members
    media: str | bytes | None
    params: Members

    @property
    def key(self) -> str:
        media = f"content:{self.media.hex()}" if isinstance(self.media, bytes) else self.media
        return json.dumps([self.model.id, self.members, media, self.params], sort_keys=True)

    @property
    def speaks(self) -> bool:
        """Whether the output is a text, which can be streamed."""
        return self.model.task in ("text-generation", "chat")

    @property
    def is_drawn(self) -> bool:
        return self.model.task == "text-to-image"

    @property
    def prompt(self) -> str:
        """What a continuation begins with."""
        return str(self.members["text"]) if self.model.task == "text-generation" else ""

    @property
    def read(self) -> int:
        """How many words a text or a conversation has."""
        if self.model.task == "text-generation":
            return len(self.prompt.split())
        return sum(len(message.get("content", "").split()) for message in self.members["messages"])

    @property
    def tokens(self) -> int:
        """How many words are new: as many as the arguments allow, `max_new_tokens` before all others."""
        if not self.speaks:
            return 0
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
        """Milliseconds that an instance is busy with it."""
        return INFERENCE_TIME + self.tokens * TOKEN_TIME

    def words_after(self, milliseconds: int) -> int | None:
        """Return how many new words a stream has given so long after its run began; None before its start."""
        if milliseconds < INFERENCE_TIME:
            return None
        return min(self.tokens, (milliseconds - INFERENCE_TIME) // TOKEN_TIME)


def fits_contract(body: Members) -> bool:
    """Say whether a body of the current API, of those that machines send, has a shape of the contract."""
    sent = set(body) - set(_OPTIONS)
    if not sent or sent == {"input"}:
        return True
    if sent == {"messages"}:
        return bool(body["messages"])
    if sent == {"text"}:
        return isinstance(body["text"], str)
    return sent <= set(_MEDIA) and all(isinstance(body[name], str) and body[name] for name in sent)


def lifted(body: Members) -> Members:
    """Take `stream` inside `params` for the member of the body, where one that stands there wins."""
    params = body.get("params", {})
    if not isinstance(params.get("stream"), bool):
        return body
    rest = {name: value for name, value in params.items() if name != "stream"}
    return {"stream": params["stream"]} | body | {"params": rest}


def read_job(body: Members, model: Model, *, is_v1: bool) -> Job:
    """Read what a body that fits the contract asks a model for."""
    members = {name: value for name, value in body.items() if name not in _OPTIONS}
    members = _without_shorthand(members, model.task, is_v1=is_v1)
    media = next((members[name] for name in _MEDIA if name in members), None)
    if model.task in {"text-generation", "text-to-image"}:
        fits = set(members) == {"text"}
    elif model.task == "chat":
        fits = set(members) == {"messages"} and bool(members["messages"])
    else:
        fits = media is not None and set(members) <= set(_MEDIA) and all(members.values())
    if not fits:
        raise MisfitError(f"not an input of {model.task}")
    params = body.get("params", {})
    _check_params(params, model.task)
    first = next((name for name in _MEDIA if name in members), None)
    if media is not None and (first == "base64" or (first == "image" and not media.startswith("http"))):
        media = _decoded(media)
    texts = {name: value for name, value in members.items() if name not in _MEDIA}
    return Job(model, texts, media, params)


def _without_shorthand(members: Members, task: str, *, is_v1: bool) -> Members:
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
    elif task == "object-detection" and shorthand is not None:
        members = {"url" if shorthand.startswith("http") else "base64": shorthand} | members
    elif shorthand is not None:
        members = {"text": shorthand} | members
    if is_v1:
        for spelling, meaning in _OLDER.items():
            if spelling in members:
                members[meaning] = members.pop(spelling)
    return members


def _check_params(params: Mapping[str, Any], task: str) -> None:
    for name in _POSITIVE.get(task, ()):
        if params.get(name, 1) < 1:
            raise MisfitError(f"{name} is below 1")
    for lower, upper in _CONTRADICTIONS:
        if upper in _POSITIVE.get(task, ()) and params.get(lower, 0) > params.get(upper, math.inf):
            raise MisfitError(f"{lower} is above {upper}")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(
            text.partition("base64,")[2] if text.startswith("data:") else text, validate=True
        )
    except ValueError:
        raise MisfitError("neither base64 nor a data URL") from None


class Outputs:
    """Holds outputs against their jobs, and against those of equal jobs before."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Any] = {}

    def known(self, kind: str, job: Job) -> Any:
        return self._known.get((kind, job.key))

    def check_text(self, job: Job, text: Any, *, words: int | None = None) -> str | None:
        """Say what is wrong with a text, or with its beginning of some new words."""
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
            return self.check_equal("text", job, text)
        whole = self.known("text", job)
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

    def check_detections(self, job: Job, found: Any) -> str | None:
        if not isinstance(found, list):
            return "expected a list"
        least = job.params.get("threshold", 0.5)
        width, height = _size(job.media)
        scores = []
        for thing in found:
            box = thing["box"]
            if set(thing) != {"score", "label", "box"} or not isinstance(thing["label"], str):
                return "expected score, label and box"
            if not (0 <= box["xmin"] < box["xmax"] <= width and 0 <= box["ymin"] < box["ymax"] <= height):
                return f"expected boxes within {width} x {height}"
            scores.append(thing["score"])
        if scores != sorted(scores, reverse=True) or not all(least <= score <= 1 for score in scores):
            return f"expected falling scores from 1 to {least}"
        return self.check_equal("detections", job, found)

    def check_picture(self, job: Job, content: Any) -> str | None:
        """Say what is wrong with the bytes of a picture."""
        if not isinstance(content, bytes) or not content.startswith(b"\x89PNG\r\n\x1a\n"):
            return "expected a PNG"
        wanted = tuple(min(job.params.get(side, _SIDE), _LONGEST_SIDE) for side in ("width", "height"))
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
            if picture.size != wanted:
                return f"expected {wanted} pixels, found {picture.size}"
        return self.check_equal("picture", job, content)

    def check_base64_picture(self, job: Job, text: Any) -> str | None:
        try:
            content = base64.b64decode(text, validate=True)
        except (binascii.Error, TypeError):
            return "expected base64"
        return self.check_picture(job, content)

    def check_equal(self, kind: str, job: Job, value: Any) -> str | None:
        known = self._known.setdefault((kind, job.key), value)
        return None if known == value else f"expected the same as for an equal request, {known!r:.200}"


def _size(media: str | bytes | None) -> tuple[int, int]:
    """Return the size of a picture; of what can not be read as one, nothing is known."""
    if isinstance(media, bytes):
        with suppress(UnidentifiedImageError), Image.open(io.BytesIO(media)) as picture:
            return picture.size
    return sys.maxsize, sys.maxsize
