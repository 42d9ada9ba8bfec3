"""What people write down: rules, and what they hold."""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import msgspec

from bytezkit_emulator._choices import check_choice
from bytezkit_emulator._json import JsonObject
from bytezkit_emulator._plain_data import Json

Then: TypeAlias = Literal["repeat", "cycle", "engine"]


class Refused(msgspec.Struct, frozen=True):
    """A refusal, in the envelope that the API has for failures.

    Attributes:
        status: The HTTP status, one that the contract documents for a run.
        error: Why, for a person to read.
        retry_after: Seconds after which the client may try again, for the header `Retry-After`. Default: no
            such header.
    """

    status: int
    error: str
    retry_after: int | None = None


class RunCall(msgspec.Struct, frozen=True, kw_only=True):
    """A run, as a function that answers it gets to see it.

    Attributes:
        model: The model.
        task: Its task.
        inputs: The members of the input, in the current API's spelling, without those that hold media.
        media: The content of its media, or the URL where it is, or None.
        params: The arguments.
        stream: Whether the answer was asked for as a stream.
    """

    model: str
    task: str
    inputs: JsonObject
    media: bytes | str | None
    params: JsonObject
    stream: bool


Scripted: TypeAlias = "Json | bytes | Refused"
Written: TypeAlias = "Scripted | Callable[[RunCall], Scripted]"


class Rule:
    """What runs of a model, or of all models of a task, are answered with.

    Args:
        answers: The answers, one after the other, counted over all keys of the emulator. Each is an output,
            as the contract has it for the task; a text, for the assistant's message of that text; for
            a task that makes media its URL, or the bytes of a PNG, WAV or MP4 file; a `Refused`; or a
            function that makes one of these of a `RunCall`. Functions must not wait for other requests.
        model: The model. Default: every model.
        task: The task. Default: every task.
        then: What follows the last answer: `repeat` (default), the last one again; `cycle`, the first one;
            `engine`, what the emulator makes up.

    Raises:
        ValueError: There are no answers, or `then` is none of its choices.
    """

    def __init__(
        self,
        *answers: Written,
        model: str | None = None,
        task: str | None = None,
        then: Then = "repeat",
    ) -> None:
        if not answers:
            raise ValueError("a rule needs an answer")
        check_choice("then", then, Then)
        self.answers: Final = answers
        self.model: Final = model
        self.task: Final = task
        self.then: Final[Then] = then

    def __repr__(self) -> str:
        return f"Rule(<{len(self.answers)}>, model={self.model!r}, task={self.task!r}, then={self.then!r})"
