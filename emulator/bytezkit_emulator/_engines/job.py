"""What an engine gets and gives."""

import hashlib
from collections.abc import Callable
from functools import cached_property
from typing import TypeAlias

import msgspec

from bytezkit_emulator._common.json import JsonObject, JsonValue, canonical_json
from bytezkit_emulator._engines.inputs import Inputs
from bytezkit_emulator._media import Media
from bytezkit_emulator._openapi.contract import Task


class Job(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A request to a model, without what concerns only its transport.

    Attributes:
        model_id: The model.
        task: Its task.
        inputs: The input.
        params: The arguments.
        salt: What tells its outputs from those of an equal job.
    """

    model_id: str
    task: Task
    inputs: Inputs
    params: JsonObject
    salt: int = 0

    @cached_property
    def seed(self) -> bytes:
        """A number of 64 bytes that is the same for equal jobs, on every machine."""
        parts: JsonObject = {"model": self.model_id, "input": self.inputs.members, "params": self.params}
        if self.inputs.media is not None:
            parts["media"] = self.media_seed.hex()
        if self.salt != 0:
            parts["salt"] = self.salt
        return _digest(canonical_json(parts))

    @cached_property
    def media_seed(self) -> bytes:
        """A number of 64 bytes that is the same for equal media; a URL is never equal to its content."""
        media = self.inputs.media
        return _digest(b"url:" + media.encode() if isinstance(media, str) else b"content:" + (media or b""))

    @property
    def model_number(self) -> int:
        """A number that is the model's own."""
        return int.from_bytes(hashlib.blake2b(self.model_id.encode(), digest_size=4).digest(), "big")

    @cached_property
    def arguments(self) -> JsonObject:
        """The arguments that the contract describes, and that were held against it."""
        return {name: self.params[name] for name in self.params if name in self.task.arguments}

    def text(self, name: str) -> str:
        """Return a member of the input that is a text."""
        return str(self.inputs.members[name])


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data).digest()


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """What a model answers in JSON.

    Attributes:
        value: The output.
        pieces: Its text as it is streamed, empty where there is none; joined, they are the whole text.
        tokens: How many of the last pieces took the time of a token.
    """

    value: JsonValue
    pieces: tuple[str, ...] = ()
    tokens: int = 0


class MediaOutput(msgspec.Struct, frozen=True, kw_only=True):
    """What a model answers as a file.

    Attributes:
        media: The file.
        token: Its name where the emulator serves it.
        url: Where it is said to be instead, if so.
    """

    media: Media
    token: str
    url: str | None = None


Engine: TypeAlias = Callable[[Job], Output | MediaOutput]
