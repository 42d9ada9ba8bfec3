"""Input and output of engines."""

import hashlib
from collections.abc import Callable
from functools import cached_property
from typing import TypeAlias

import msgspec

from bytezkit_emulator._common.json import JsonObject, canonical_json
from bytezkit_emulator._engines.inputs import Inputs
from bytezkit_emulator._engines.structured.tool_calls import ToolCall
from bytezkit_emulator._media import Media
from bytezkit_emulator._openapi.contract import Task
from bytezkit_models.json_value import JsonValue


class Job(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A run of a model, without the options of its transport, such as `stream`.

    Attributes:
        model_id: The model.
        task: The task of the model.
        inputs: The input.
        params: The parameters, including undocumented ones.
        tool_call: The call with which a chat model answers, instead of a text.
        json_text: The JSON with which a chat model answers, instead of another text.
        stops: Texts before which a new text ends. Live engines end it; other texts are cut by the caller.
        salt: Changes the seed, and so the output, of an otherwise equal job.
        choice: Number of the output, if a request asks for several. It changes the seed too.
    """

    model_id: str
    task: Task
    inputs: Inputs
    params: JsonObject
    tool_call: ToolCall | None = None
    json_text: str | None = None
    stops: tuple[str, ...] = ()
    salt: int = 0
    choice: int = 0

    @cached_property
    def seed(self) -> bytes:
        """64 bytes that are equal for equal jobs, on every machine."""
        # `return_full_text` selects a part of the output.
        params = {name: value for name, value in self.params.items() if name != "return_full_text"}
        parts: JsonObject = {"model": self.model_id, "input": self.inputs.members, "params": params}
        if self.inputs.media is not None:
            parts["media"] = self.media_seed.hex()
        if self.salt != 0:
            parts["salt"] = self.salt
        if self.choice != 0:
            parts["choice"] = self.choice
        return _digest(canonical_json(parts))

    @cached_property
    def media_seed(self) -> bytes:
        """64 bytes that are equal for equal media; a URL differs from the content that it refers to."""
        media = self.inputs.media
        return _digest(b"url:" + media.encode() if isinstance(media, str) else b"content:" + (media or b""))

    @property
    def model_number(self) -> int:
        """A number derived from the model id, which selects properties of the model."""
        return int.from_bytes(hashlib.blake2b(self.model_id.encode(), digest_size=4).digest(), "big")

    @cached_property
    def arguments(self) -> JsonObject:
        """The parameters that the contract documents, which were validated against it."""
        return {name: self.params[name] for name in self.params if name in self.task.arguments}

    @property
    def prefix(self) -> str:
        """The beginning of the output: the text that is continued, unless `return_full_text` is false."""
        is_full = self.task.kind == "continuation" and self.params.get("return_full_text") is not False
        return self.text("text") if is_full else ""

    def text(self, name: str) -> str:
        """Return a text member of the input."""
        return str(self.inputs.members[name])

    def number(self, name: str, default: float) -> float:
        """Return an argument that is a number."""
        value = self.arguments.get(name)
        return value if isinstance(value, (int, float)) else default

    def integer(self, name: str, default: int) -> int:
        """Return an argument that is an integer."""
        # JSON Schema admits 3.0 as an integer.
        return int(self.number(name, default))

    def strings(self, name: str) -> list[str] | None:
        """Return an argument that is a string or a list of strings, as a list, or None if it is absent."""
        value = self.arguments.get(name)
        if isinstance(value, str):
            return [value]
        return [str(item) for item in value] if isinstance(value, list) else None


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data).digest()


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """A JSON output.

    Attributes:
        value: The output.
        pieces: The text in the pieces of its stream; empty if the output has no text. Joined, they are the
            whole text.
        tokens: Number of generated tokens.
        prompt_tokens: Number of tokens of the input; None if the engine does not count them.
    """

    value: JsonValue
    pieces: tuple[str, ...] = ()
    tokens: int = 0
    prompt_tokens: int | None = None


class MediaOutput(msgspec.Struct, frozen=True, kw_only=True):
    """A file output.

    Attributes:
        media: The file.
        token: The name under which the emulator serves the file.
        url: The URL in the response instead of the emulator's, if not None.
    """

    media: Media
    token: str
    url: str | None = None


Engine: TypeAlias = Callable[[Job], Output | MediaOutput]


class RunRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A validated run request.

    Attributes:
        job: Input of the engine.
        wants_stream: Whether the client asks for a stream; not every task has one.
        wants_json: Whether the client accepts the URL of a media output instead of its bytes.
        ignores_queue_limit: Whether the run is queued even if the queue is full.
    """

    job: Job
    wants_stream: bool
    wants_json: bool
    ignores_queue_limit: bool
