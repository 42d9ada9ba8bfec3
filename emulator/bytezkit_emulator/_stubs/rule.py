"""What people write down: rules, and what they hold."""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import msgspec

from bytezkit_emulator._common.choices import check_choice
from bytezkit_emulator._common.coercion import Json
from bytezkit_emulator._common.json import JsonObject

StubRepetition: TypeAlias = Literal["repeat", "cycle", "engine"]


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


StubOutput: TypeAlias = "Json | bytes | Refused"
StubValue: TypeAlias = "StubOutput | Callable[[RunCall], StubOutput]"


class Stub:
    """What runs of a model, or of all models of a task, are answered with.

    Args:
        responses: The responses in order, counted over all API keys. Each is an output in the form that the
            contract gives it; a text, for an assistant message with that text; for a task that makes media
            its URL, or the bytes of a PNG, WAV or MP4 file; a `Refused`; or a function of a `RunCall` that
            returns one of these. A function must not wait for other requests.
        model: The model. Default: every model.
        task: The task. Default: every task.
        then: What follows the last response: `repeat` (default), the last one again; `cycle`, the first one;
            `engine`, what the emulator makes up.

    Raises:
        ValueError: There are no responses, or `then` is none of its choices.
    """

    def __init__(
        self,
        *responses: StubValue,
        model: str | None = None,
        task: str | None = None,
        then: StubRepetition = "repeat",
    ) -> None:
        if not responses:
            raise ValueError("a stub needs a response")
        check_choice("then", then, StubRepetition)
        self.responses: Final = responses
        self.model: Final = model
        self.task: Final = task
        self.then: Final[StubRepetition] = then

    def __repr__(self) -> str:
        return f"Stub(<{len(self.responses)}>, model={self.model!r}, task={self.task!r}, then={self.then!r})"
