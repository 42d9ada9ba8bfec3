"""Stubs and their responses, as users declare them in Python."""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

import msgspec

from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._common.settings import check_choice
from bytezkit_models.json_value import JsonInput

StubRepetition: TypeAlias = Literal["repeat", "cycle", "engine"]


class StubError(ValueError):
    """A stub is invalid; the message has its location and the reason."""


class Refused(msgspec.Struct, frozen=True):
    """An error response, in the error envelope of the API.

    Attributes:
        status: The HTTP status, one that the contract documents for a run.
        error: The error message.
        retry_after: Seconds for the header `Retry-After`. Default: no such header.
    """

    status: int
    error: str
    retry_after: int | None = None


class RunCall(msgspec.Struct, frozen=True, kw_only=True):
    """A run, as a stub function receives it.

    Attributes:
        model: The model id.
        task: The task of the model.
        inputs: The members of the input, in the spelling of the v2 API, without media members. An input of
            another form is converted: for a chat, a text is the only item of `messages`.
        media: The content of the media, its URL, or None.
        params: The parameters of the run.
        stream: Whether the request asks for a stream.
    """

    model: str
    task: str
    inputs: JsonObject
    media: bytes | str | None
    params: JsonObject
    stream: bool


StubOutput: TypeAlias = JsonInput | bytes | Refused
StubValue: TypeAlias = StubOutput | Callable[[RunCall], StubOutput]


class Stub:
    """Responses for the runs of a model, or of all models of a task.

    Args:
        responses: The responses in order, counted over all API keys. Each is an output in the form that the
            contract documents; a string, for an assistant message with that text; for a task that generates
            media its URL, or the bytes of a PNG, WAV or MP4 file; a `Refused`; or a function of a `RunCall`
            that returns one of these. It is called in a thread of its own, and may use the emulator; virtual
            time does not wait for it.
        model: The model id. Default: every model.
        task: The task. Default: every task.
        then: After the last response: `repeat` (default) serves it again, `cycle` starts again at the first,
            `engine` uses the engine of the emulator.

    Raises:
        ValueError: There are no responses, or `then` is not one of the three words.
    """

    def __init__(
        self,
        *responses: StubValue,
        model: str | None = None,
        task: str | None = None,
        then: StubRepetition = "repeat",
    ) -> None:
        if not responses:
            raise ValueError("a stub needs at least one response")
        check_choice("then", then, StubRepetition)
        self.responses: Final = responses
        self.model: Final = model
        self.task: Final = task
        self.then: Final[StubRepetition] = then

    def __repr__(self) -> str:
        # The number alone: responses may be large files, or functions.
        return f"Stub(<{len(self.responses)}>, model={self.model!r}, task={self.task!r}, then={self.then!r})"
