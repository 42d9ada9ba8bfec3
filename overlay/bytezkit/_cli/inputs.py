"""From the inputs of a command to the members of a run."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias, cast

import click

from bytezkit._cli.parameters import STDIN, read_text
from bytezkit._cli.task_shapes import Shape
from bytezkit._media.inputs import media_members
from bytezkit_models.json_value import JsonInput

_URLS: Final = ("http://", "https://", "data:")


def spell_inputs(task: str, shape: Shape, inputs: Sequence[str], mime: str | None) -> dict[str, JsonInput]:
    """Spell the inputs of a task as the wire has them; `-` is what comes in at stdin.

    Args:
        task: The task's name, for errors.
        shape: What it takes.
        inputs: The inputs as they were given; none stands for stdin where the task takes one.
        mime: The type of media from a file or stdin, which are otherwise asked for it.

    Raises:
        click.UsageError: There are too few or too many.
        ValueError: They can not be used.
        OSError: A file can not be read.
    """
    given = [*inputs]
    if not given and shape.least == 1 and not sys.stdin.isatty():
        given = [STDIN]
    if len(given) < shape.least or (shape.most is not None and len(given) > shape.most):
        raise click.UsageError(f"the task {task} takes {shape.usage or 'no input'}: {len(given)} given")
    if given.count(STDIN) > 1:
        raise click.UsageError("stdin can stand for one input alone")
    if mime is not None and "media" not in shape.takes and not shape.part:
        raise click.UsageError(f"--mime goes with media, and the task {task} takes none")
    members: dict[str, JsonInput] = {}
    for index, name in enumerate(shape.takes):
        is_last = index == len(shape.takes) - 1
        members |= _SPELLINGS[name](given[index:] if is_last else [given[index]], shape.part, mime)
    return members


def _media(given: str, mime: str | None) -> Mapping[str, str]:
    source = given if given.lower().startswith(_URLS) else Path(given)
    return cast(
        "Mapping[str, str]", media_members(sys.stdin.buffer.read() if given == STDIN else source, mime)
    )


def _conversation(given: Sequence[str], part: str | None, mime: str | None) -> dict[str, JsonInput]:
    text = read_text(given[0])
    if len(given) == 1:
        return {"messages": [{"role": "user", "content": text}]}
    parts: list[JsonInput] = [{"type": "text", "text": text}]
    parts += [{"type": part, **_media(media, mime)} for media in given[1:]]
    return {"messages": [{"role": "user", "content": parts}]}


_Spell: TypeAlias = Callable[[Sequence[str], str | None, str | None], Mapping[str, JsonInput]]
# By the arguments of the handles' `run`; the last one gets all inputs that are left.
_SPELLINGS: Final[
    Mapping[str, Callable[[Sequence[str], str | None, str | None], Mapping[str, JsonInput]]]
] = {
    "text": lambda given, _, __: {"text": read_text(given[0])},
    "question": lambda given, _, __: {"question": read_text(given[0])},
    "context": lambda given, _, __: {"context": read_text(given[0])},
    "candidate_labels": lambda given, _, __: {"candidate_labels": [read_text(it) for it in given]},
    "media": lambda given, _, mime: _media(given[0], mime),
    "messages": _conversation,
}
