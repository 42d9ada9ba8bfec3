"""One generated text: a choice of a completion, or the message of a response."""

from collections.abc import Iterator

import msgspec

from bytezkit_emulator._common.json import write_json
from bytezkit_emulator._engines import Job, MediaOutput, Output
from bytezkit_emulator._engines.structured.flattening import mapping_of
from bytezkit_models.json_value import JsonValue


class FunctionCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call of a function.

    Attributes:
        call_id: Id that the message with the result repeats.
        name: Name of the function.
        arguments: The arguments as JSON text.
    """

    call_id: str
    name: str
    arguments: str


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """A generated text, or calls of functions.

    Attributes:
        seed: 64 bytes that are equal for equal jobs.
        pieces: The tokens of the text; joined, they are the whole text.
        is_cut: Whether the limit of tokens ended the text.
        usage: Tokens of the input and of the output that the engine counted; None if it does not count them.
        tool_calls: The calls of functions.
    """

    seed: bytes
    pieces: tuple[str, ...]
    is_cut: bool
    usage: tuple[int, int] | None = None
    tool_calls: tuple[FunctionCall, ...] = ()

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.pieces)

    @property
    def tokens(self) -> int:
        """Number of generated tokens; unless the engine counts them, a call of a function is one."""
        return self.usage[1] if self.usage else len(self.pieces) + len(self.tool_calls)

    @property
    def finish_reason(self) -> str:
        """Why the text ends: `tool_calls`, `length` or `stop`."""
        if self.tool_calls:
            return "tool_calls"
        return "length" if self.is_cut else "stop"


def read_output(
    job: Job, output: Output | MediaOutput, *, limit: int | None, stops: tuple[str, ...]
) -> Generation:
    """Return the new text in the output of a text model.

    Args:
        job: The job.
        output: Its output.
        limit: Limit of tokens that the request sets, if any.
        stops: Texts before which the new text ends.
    """
    if not isinstance(output, Output):
        raise TypeError(f"the task {job.task.name} has no text")
    text = "".join(output.pieces)
    start = len(job.prefix) if text.startswith(job.prefix) else 0
    end = min((at for stop in stops if stop and (at := text.find(stop, start)) >= 0), default=len(text))
    pieces = _characters(output.pieces, start, end)
    usage = None if output.prompt_tokens is None else (output.prompt_tokens, output.tokens)
    return Generation(
        seed=job.seed,
        pieces=pieces,
        is_cut=end == len(text) and (usage[1] if usage else len(pieces)) == limit,
        usage=usage,
        tool_calls=tuple(_tool_calls(output.value)),
    )


def strings(value: JsonValue) -> tuple[str, ...]:
    """Return the strings of a member that is a string, a list of strings or null."""
    if isinstance(value, list):
        return tuple(str(item) for item in value)
    return () if value is None else (str(value),)


def _tool_calls(value: JsonValue) -> Iterator[FunctionCall]:
    """Yield the calls in an assistant's message, which a stub may have given in a shorter form."""
    calls = value.get("tool_calls") if isinstance(value, dict) else None
    for index, it in enumerate(calls if isinstance(calls, list) else []):
        call = mapping_of(it)
        function = mapping_of(call.get("function"))
        arguments = function.get("arguments", {})
        yield FunctionCall(
            call_id=str(call.get("id", f"call_{index}")),
            name=str(function.get("name", "")),
            arguments=arguments if isinstance(arguments, str) else write_json(arguments).decode(),
        )


def _characters(pieces: tuple[str, ...], start: int, end: int) -> tuple[str, ...]:
    """Return the pieces of a part of the whole text."""
    found: list[str] = []
    at = 0
    for piece in pieces:
        part = piece[max(start - at, 0) : max(end - at, 0)]
        if part:
            found.append(part)
        at += len(piece)
    return tuple(found)
