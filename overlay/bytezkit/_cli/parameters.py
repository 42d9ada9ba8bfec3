"""Options, parsers of their values, and help texts that several commands share."""

import json
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Final, TypeVar, cast

import click
from click.shell_completion import CompletionItem

from bytezkit._core.model_id import check_task
from bytezkit_models.json_value import JsonInput, JsonValue
from bytezkit_models.tasks import TASKS, TaskName

FC = TypeVar("FC", bound=Callable[..., object])

# Stands for stdin in the place of an INPUT.
STDIN: Final = "-"
# Stands for stdout in the place of an output file.
STDOUT: Final = "-"

_DURATION: Final = re.compile(r"(\d+)(s|m|h)")
_UNITS: Final = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}


def unwrapped(heading: str, *lines: str) -> str:
    """Return a paragraph of help whose lines click does not wrap."""
    # click's marker for such a paragraph is a backspace on a line of its own.
    return "\n".join(["\b", heading, *(f"  {line}" for line in lines)])


def examples(*lines: str) -> str:
    """Return the examples of a command for its help; the tests run each line."""
    return unwrapped("Examples:", *lines)


def _complete_task(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(task) for task in TASKS if task.startswith(incomplete)]


def task_option(description: str) -> Callable[[FC], FC]:
    """Return the option `--task`, which completes the names of the tasks and refuses other names."""
    return click.option(
        "--task", type=_parse_task, metavar="TASK", shell_complete=_complete_task, help=description
    )


def _parse_task(text: str) -> TaskName:
    try:
        return check_task(text)
    except ValueError as error:
        message = str(error)
    raise click.BadParameter(message)


def _parse_duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise click.BadParameter(f"{text!r} is not a duration such as 90s, 10m or 1h")
    try:
        return int(match[1]) * _UNITS[match[2]]
    except OverflowError:
        raise click.BadParameter(f"{text} is too long") from None


def duration_option(name: str, description: str, default: str | None = None) -> Callable[[FC], FC]:
    """Return an option that takes a duration such as 90s, 10m or 1h."""
    return click.option(
        name, type=_parse_duration, metavar="DURATION", default=default, show_default=True, help=description
    )


def output_path(text: str) -> Path:
    """Return the path of an output file.

    Raises:
        click.BadParameter: No file can be created there. The check comes before a run, which is charged even
            if its output cannot be written.
    """
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise click.BadParameter(f"{text} is a folder, or its folder does not exist")
    return path


out_option: Final = click.option(
    "--out", type=output_path, metavar="FILE", help="Write the output to a file, atomically."
)
json_option: Final = click.option("--json", "as_json", is_flag=True, help="Write JSON.")
timeout_option: Final = duration_option("--timeout", "Maximum time to wait.", "15m")


def read_text(argument: str) -> str:
    """Return a text argument, or stdin without its final newline for `-`."""
    return sys.stdin.read().removesuffix("\n") if argument == STDIN else argument


def parse_json(text: str) -> JsonValue:
    """Parse a JSON argument: JSON, `@FILE`, or `@-` for stdin.

    Raises:
        click.BadParameter: The text is not valid JSON.
        OSError: The file cannot be read.
    """
    try:
        if text.startswith("@"):
            text = sys.stdin.read() if text == "@-" else Path(text[1:]).read_text(encoding="utf-8")
        return cast("JsonValue", json.loads(text))
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"not valid JSON: {error}") from None


def _parse_members(text: str) -> JsonInput:
    value = parse_json(text)
    if not isinstance(value, (dict, list, str)):
        raise click.BadParameter("must be a JSON object, array or string")
    return value


def input_json_option(replaces: str) -> Callable[[FC], FC]:
    """Return the option `--input-json`, which replaces another argument."""
    return click.option(
        "--input-json",
        "members",
        type=_parse_members,
        metavar="JSON",
        help=f"Members of the request body as JSON, or @FILE; replaces {replaces}.",
    )


def _parse_object(text: str) -> dict[str, JsonValue]:
    value = parse_json(text)
    if not isinstance(value, dict):
        raise click.BadParameter("must be a JSON object")
    return value


def _parse_pair(text: str) -> tuple[str, JsonValue]:
    name, sign, value = text.partition("=")
    if not name or not sign:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE")
    try:
        return name, cast("JsonValue", json.loads(value))
    except (ValueError, RecursionError):
        # A string needs no quotes: `--param language=en`.
        return name, value


def pass_params(command: Callable[..., None]) -> Callable[..., None]:
    """Pass `params`, the arguments of the model, to a command, and add the options for them."""

    @click.option(
        "--param",
        "pairs",
        type=_parse_pair,
        multiple=True,
        metavar="NAME=VALUE",
        help="An argument of the model, such as max_new_tokens=20; may be repeated.",
    )
    @click.option(
        "--params",
        "json_params",
        type=_parse_object,
        metavar="JSON",
        help="Arguments of the model as a JSON object, or @FILE.",
    )
    @wraps(command)
    def call_with_params(
        pairs: tuple[tuple[str, JsonValue], ...],
        json_params: dict[str, JsonValue] | None,
        **kwargs: object,
    ) -> None:
        params: dict[str, JsonInput] = {**(json_params or {}), **dict(pairs)}
        command(params=params, **kwargs)

    return call_with_params
