"""The options that several commands share, and how their values are read."""

import json
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar, cast

import click
from click.shell_completion import CompletionItem

from bytezkit_models.json_value import JsonInput, JsonValue
from bytezkit_models.tasks import TASKS

if TYPE_CHECKING:
    from bytezkit import Bytez

P = ParamSpec("P")
FC = TypeVar("FC", bound=Callable[..., object])

# What stands for stdin among the inputs.
STDIN: Final = "-"

_DURATION: Final = re.compile(r"(\d+)(s|m|h)")
_UNITS: Final = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}


def talks_to_service(command: Callable[Concatenate["Bytez", P], None]) -> Callable[..., None]:
    """Give a command a client, and the options that set it up."""

    @click.option("--base-url", metavar="URL", help="Where the service is.  [default: BYTEZ_BASE_URL]")
    @click.option(
        "--key-file", type=Path, metavar="FILE", help="File that holds the key.  [default: BYTEZ_KEY]"
    )
    @click.option(
        "--allow-insecure", is_flag=True, help="Send the key over plain http to another machine, too."
    )
    @wraps(command)
    def talk(
        base_url: str | None,
        key_file: Path | None,
        allow_insecure: bool,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        from bytezkit._cli.connect import connect  # noqa: PLC0415  # The help needs no client.

        with connect(base_url, key_file, allow_insecure=allow_insecure) as client:
            command(client, *args, **kwargs)

    return talk


def _complete_task(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(task) for task in TASKS if task.startswith(incomplete)]


def task_option(about: str) -> Callable[[FC], FC]:
    """Make the option `--task`."""
    return click.option("--task", metavar="TASK", shell_complete=_complete_task, help=about)


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise click.BadParameter(f"{text!r} is not a duration such as 90s, 10m or 1h")
    try:
        return int(match[1]) * _UNITS[match[2]]
    except OverflowError:
        raise click.BadParameter(f"{text} is too long") from None


def duration_option(name: str, about: str, default: str | None = None) -> Callable[[FC], FC]:
    """Make an option that takes a duration."""
    return click.option(
        name, type=_duration, metavar="DURATION", default=default, show_default=True, help=about
    )


def writable(text: str) -> Path:
    """Refuse a file that can not be written before a run is paid that it would hold."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise click.BadParameter(f"{text} is a folder, or in none")
    return path


out_option: Final = click.option(
    "--out", type=writable, metavar="FILE", help="Write to a file, which appears whole or not at all."
)
json_option: Final = click.option("--json", "as_json", is_flag=True, help="Write JSON.")


def read_text(given: str) -> str:
    """Read a text: itself, or stdin without the newline at its end."""
    return sys.stdin.read().removesuffix("\n") if given == STDIN else given


def read_json(text: str) -> JsonValue:
    """Read JSON from an argument: itself, or `@FILE`, or `@-` for stdin.

    Raises:
        click.BadParameter: It is no JSON.
        OSError: The file can not be read.
    """
    try:
        if text.startswith("@"):
            text = sys.stdin.read() if text == "@-" else Path(text[1:]).read_text(encoding="utf-8")
        return cast("JsonValue", json.loads(text))
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"it is no JSON: {error}") from None


def read_members(text: str) -> JsonInput:
    """Read the input of a run as JSON: as for `read_json`, but what the body has a place for.

    Raises:
        click.BadParameter: It is no JSON object, list or string.
        OSError: The file can not be read.
    """
    value = read_json(text)
    if not isinstance(value, (dict, list, str)):
        raise click.BadParameter("it is neither an object, a list nor a string")
    return value


def _read_object(text: str) -> dict[str, JsonValue]:
    value = read_json(text)
    if not isinstance(value, dict):
        raise click.BadParameter("it is no JSON object")
    return value


def _read_pair(text: str) -> tuple[str, JsonValue]:
    name, sign, value = text.partition("=")
    if not name or not sign:
        raise click.BadParameter(f"{text!r} is not NAME=VALUE")
    try:
        return name, cast("JsonValue", json.loads(value))
    except (ValueError, RecursionError):
        return name, value


def takes_params(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command `params`, the arguments of a model."""

    @click.option(
        "--param",
        "pairs",
        type=_read_pair,
        multiple=True,
        metavar="NAME=VALUE",
        help="An argument of the model, such as max_new_tokens=20; may be given again.",
    )
    @click.option(
        "--params",
        "given",
        type=_read_object,
        metavar="JSON",
        help="The arguments as a JSON object, or @FILE.",
    )
    @wraps(command)
    def parametrise(
        pairs: tuple[tuple[str, JsonValue], ...],
        given: dict[str, JsonValue] | None,
        **kwargs: object,
    ) -> None:
        params: dict[str, JsonInput] = {**(given or {}), **dict(pairs)}
        command(params=params, **kwargs)

    return parametrise
