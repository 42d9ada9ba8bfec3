"""The commands of the older API."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bytezkit._cli.help_text import examples
from bytezkit._cli.output import (
    need_somewhere,
    shown_progress,
    spelled,
    to_json,
    write_answer,
    write_json,
    write_media,
    write_stream,
    write_table,
)
from bytezkit._cli.parameters import (
    duration_option,
    json_option,
    out_option,
    read_members,
    read_text,
    takes_params,
    talks_to_service,
    task_option,
)
from bytezkit_models.json_value import JsonInput

if TYPE_CHECKING:
    from bytezkit import Bytez
    from bytezkit.types import Instance, Job

_LONGEST_WAIT: Final = "15m"
_timeout_option: Final = duration_option("--timeout", "How long to wait at most.", _LONGEST_WAIT)
_text_argument: Final = click.argument("text", required=False)
_input_option: Final = click.option(
    "--input-json",
    "members",
    type=read_members,
    metavar="JSON",
    help="In place of TEXT: the members of the body as JSON, or @FILE.",
)


@click.group(
    epilog=examples(
        "bytezkit v1 load openai-community/gpt2",
        "bytezkit v1 run openai-community/gpt2 'Once upon a time'",
        "bytezkit v1 instances",
        "bytezkit v1 delete openai-community/gpt2",
    )
)
def v1() -> None:
    """Speak the older API of 2024.

    New scripts should use the other commands.
    """


@v1.command(epilog=examples("bytezkit v1 models --task text-generation"))
@task_option("Only models of this task.")
@json_option
@talks_to_service
def models(client: "Bytez", task: str | None, as_json: bool) -> None:
    """List the models that the older API runs.

    Memory is in GB.
    """
    found = client.v1.list_models(task)
    if as_json:
        write_json(found)
    else:
        write_table(["model", "task", "memory"], [(it.name, it.task, it.required_ram) for it in found])


@v1.command(epilog=examples("bytezkit v1 job openai-community/gpt2-xl --wait"))
@click.argument("model")
@click.option("--wait", is_flag=True, help="Ask again until it is available.")
@_timeout_option
@json_option
@talks_to_service
def job(client: "Bytez", model: str, wait: bool, timeout: timedelta, as_json: bool) -> None:
    """Ask for a MODEL to be made available, or how far that is."""
    if wait:
        with shown_progress() as show:
            found = client.v1.wait_until_available(model, timeout=timeout, on_progress=show)
    else:
        found = client.v1.request(model)
    _write_job(found, as_json=as_json)


def _write_job(found: "Job", *, as_json: bool) -> None:
    if as_json:
        write_json(found)
    else:
        cells = (found.model_id, found.message or "queued", found.started, found.ended)
        write_table(["model", "message", "started", "ended"], [cells])


@v1.command(
    epilog=examples("bytezkit v1 load openai-community/gpt2 --concurrency 2 --idle-timeout 10m --json")
)
@click.argument("model")
@click.option("--concurrency", type=int, metavar="N", help="Requests served at once, 1 to 1000.")
@duration_option("--idle-timeout", "Time without a run until it goes, up to 24h.")
@_timeout_option
@json_option
@talks_to_service
def load(
    client: "Bytez",
    model: str,
    *,
    concurrency: int | None,
    idle_timeout: timedelta | None,
    timeout: timedelta,
    as_json: bool,
) -> None:
    """Load a MODEL unless it is loaded, and wait until it runs. Progress goes to stderr."""
    with shown_progress() as show:
        instance = client.v1.load(
            model, concurrency=concurrency, idle_timeout=idle_timeout, timeout=timeout, on_progress=show
        )
    _write(instance, as_json=as_json)


@v1.command(epilog=examples("bytezkit v1 status openai-community/gpt2"))
@click.argument("model")
@json_option
@talks_to_service
def status(client: "Bytez", model: str, as_json: bool) -> None:
    """Say what the instance of a MODEL does."""
    _write(client.v1.status(model), as_json=as_json)


@v1.command(epilog=examples("bytezkit v1 instances --json"))
@json_option
@talks_to_service
def instances(client: "Bytez", as_json: bool) -> None:
    """List your instances."""
    found = client.v1.instances()
    if as_json:
        write_json(found)
    else:
        _write_table(found)


@v1.command(epilog=examples("bytezkit v1 delete openai-community/gpt2"))
@click.argument("model")
@talks_to_service
def delete(client: "Bytez", model: str) -> None:
    """Shut the instance of a MODEL down."""
    client.v1.shut_down(model)


def _write(found: "Instance", *, as_json: bool) -> None:
    if as_json:
        write_json(found)
    else:
        _write_table([found])


def _write_table(found: "Sequence[Instance]") -> None:
    write_table(
        ["model", "status", "concurrency", "inferences", "idle timeout", "expires at", "error"],
        [
            (
                *(it.model_id, it.status, it.concurrency, it.inferences),
                *(it.idle_timeout, it.expires_at, it.error),
            )
            for it in found
        ],
    )


@v1.command(
    epilog=examples(
        "bytezkit v1 run openai-community/gpt2 'Once upon a time' --param max_new_tokens=20",
        "bytezkit v1 run dreamlike-art/dreamlike-photoreal-2.0 'A cat' --out cat.png",
    )
)
@click.argument("model")
@_text_argument
@takes_params
@_input_option
@out_option
@json_option
@talks_to_service
def run(
    client: "Bytez",
    *,
    model: str,
    text: str | None,
    members: JsonInput,
    params: dict[str, JsonInput],
    out: Path | None,
    as_json: bool,
) -> None:
    """Run a loaded MODEL once on a TEXT, or `-` for stdin."""
    if out is None and not as_json and sys.stdout.isatty() and _makes_media(client, model):
        need_somewhere(out)
    result = client.v1.run(model, _input(text, members), params=params)
    if as_json:
        write_answer(f"{to_json(result.raw)}\n", out)
    elif result.media is not None:
        need_somewhere(out)
        write_media([result.media], out)
    else:
        write_answer(spelled(result.output), out)


@v1.command(epilog=examples("bytezkit v1 stream openai-community/gpt2 'Jack and Jill'"))
@click.argument("model")
@_text_argument
@takes_params
@_input_option
@out_option
@talks_to_service
def stream(
    client: "Bytez",
    *,
    model: str,
    text: str | None,
    members: JsonInput,
    params: dict[str, JsonInput],
    out: Path | None,
) -> None:
    """Run a loaded MODEL on a TEXT, or `-` for stdin, and write its text as it comes."""
    with client.v1.stream(model, _input(text, members), params=params) as texts:
        write_stream(texts, out)


def _makes_media(client: "Bytez", model: str) -> bool:
    from bytezkit._cli.task_shapes import shape_of  # noqa: PLC0415  # The help needs no client.

    task = next((it.task for it in client.v1.list_models() if it.name == model), None)
    shape = None if task is None else shape_of(task)
    return shape is not None and shape.makes_media


def _input(text: str | None, members: JsonInput) -> JsonInput:
    if text is not None and members is not None:
        raise click.UsageError("--input-json goes without TEXT")
    return members if text is None else read_text(text)
