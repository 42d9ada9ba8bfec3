"""Request body members from the INPUT arguments of a command."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias, cast

import click

from bytezkit._cli.parameters import STDIN, read_text
from bytezkit._cli.task_shapes import TaskShape
from bytezkit._media.inputs import media_members
from bytezkit_models.json_value import JsonInput

_URL_PREFIXES: Final = ("http://", "https://", "data:")


def input_members(
    task: str, shape: TaskShape, inputs: Sequence[str], mime: str | None
) -> dict[str, JsonInput]:
    """Return the members of the request body for the inputs of a task.

    Args:
        task: Name of the task, for error messages.
        shape: Inputs of the task.
        inputs: The INPUT arguments; `-` is stdin. An empty sequence is stdin if the task takes one input.
        mime: Media type of a file or stdin; None detects the type from the first bytes.

    Raises:
        click.UsageError: There are too few or too many inputs, or `mime` is for a task without media.
        ValueError: An input is not valid.
        OSError: A file cannot be read.
    """
    inputs = [*inputs]
    # A terminal is not read: a user who forgot the input would see a command that hangs.
    if not inputs and shape.min_inputs == 1 and not sys.stdin.isatty():
        inputs = [STDIN]
    if len(inputs) < shape.min_inputs or (shape.max_inputs is not None and len(inputs) > shape.max_inputs):
        raise click.UsageError(f"the task {task} takes {shape.usage or 'no input'}: {len(inputs)} given")
    if inputs.count(STDIN) > 1:
        raise click.UsageError("only one INPUT can be - (stdin)")
    if mime is not None and "media" not in shape.arguments and not shape.media_part:
        raise click.UsageError(f"--mime is for media, but the task {task} takes no media")
    members: dict[str, JsonInput] = {}
    for index, name in enumerate(shape.arguments):
        is_last = index == len(shape.arguments) - 1
        # The last argument takes the rest: labels, or the media of a conversation.
        values = inputs[index:] if is_last else [inputs[index]]
        members |= _ENCODERS[name](values, shape.media_part, mime)
    return members


def _encode_media(value: str, mime: str | None) -> Mapping[str, str]:
    source = value if value.lower().startswith(_URL_PREFIXES) else Path(value)
    return cast(
        "Mapping[str, str]", media_members(sys.stdin.buffer.read() if value == STDIN else source, mime)
    )


def _encode_conversation(
    values: Sequence[str], media_part: str | None, mime: str | None
) -> dict[str, JsonInput]:
    text = read_text(values[0])
    if len(values) == 1:
        return {"messages": [{"role": "user", "content": text}]}
    parts: list[JsonInput] = [{"type": "text", "text": text}]
    parts += [{"type": media_part, **_encode_media(value, mime)} for value in values[1:]]
    return {"messages": [{"role": "user", "content": parts}]}


_Encoder: TypeAlias = Callable[[Sequence[str], str | None, str | None], Mapping[str, JsonInput]]
# By the name of the argument of the handle's `run`.
_ENCODERS: Final[Mapping[str, _Encoder]] = {
    "text": lambda values, _, __: {"text": read_text(values[0])},
    "question": lambda values, _, __: {"question": read_text(values[0])},
    "context": lambda values, _, __: {"context": read_text(values[0])},
    "candidate_labels": lambda values, _, __: {"candidate_labels": [read_text(value) for value in values]},
    "media": lambda values, _, mime: _encode_media(values[0], mime),
    "messages": _encode_conversation,
}
