"""What an engine gets and gives."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from bytezkit_emulator._contract import Task
from bytezkit_emulator._json import JsonObject, JsonValue, canonical_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A request to a model, without what concerns only its transport.

    Attributes:
        model_id: The model.
        task: Its task.
        inputs: The members of the input, in the shape that the task takes.
        params: The arguments.
    """

    model_id: str
    task: Task
    inputs: JsonObject
    params: JsonObject

    @property
    def seed(self) -> bytes:
        """A number of 64 bytes that is the same for equal jobs, on every machine."""
        parts: JsonObject = {"model": self.model_id, "input": self.inputs, "params": self.params}
        return hashlib.blake2b(canonical_json(parts)).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What the model answers.

    Attributes:
        value: The output as JSON.
        pieces: Its text as it is streamed, empty where there is none; joined, they are the whole text.
        tokens: How many of the last pieces took the time of a token.
    """

    value: JsonValue
    pieces: tuple[str, ...] = ()
    tokens: int = 0


Engine: TypeAlias = Callable[[Job], Output]
