"""The command `v1`: commands of the v1 API."""

import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bytezkit._cli.connect import pass_client
from bytezkit._cli.display import show_progress, write_table
from bytezkit._cli.output import (
    format_output,
    refuse_terminal,
    to_json,
    write_json,
    write_media,
    write_stream,
)
from bytezkit._cli.parameters import (
    duration_option,
    examples,
    input_json_option,
    json_option,
    out_option,
    pass_params,
    read_text,
    task_option,
    timeout_option,
)
from bytezkit._cli.task_shapes import shape_of
from bytezkit_models.json_value import JsonInput

if TYPE_CHECKING:
    from bytezkit import Bytez
    from bytezkit.types import Instance, Job

_text_argument: Final = click.argument("text", required=False)


@click.group(
    epilog=examples(
        "bytezkit v1 load openai-community/gpt2",
        "bytezkit v1 run openai-community/gpt2 'Once upon a time'",
        "bytezkit v1 instances",
        "bytezkit v1 delete openai-community/gpt2",
    ),
    help="""Use the v1 API of 2024.

    New scripts should use the other commands, which use the v2 API.
    """,
)
def v1() -> None:
    pass


@v1.command(
    epilog=examples("bytezkit v1 models --task text-generation"),
    help="""List the models of the v1 API.

    Memory is in GB.
    """,
)
@task_option("Only models of this task.")
@json_option
@pass_client
def models(client: "Bytez", task: str | None, as_json: bool) -> None:
    entries = client.v1.list_models(task)
    if as_json:
        write_json(entries)
    else:
        rows = [(entry.name, entry.task, entry.required_ram) for entry in entries]
        write_table(["model", "task", "memory"], rows)


@v1.command(
    epilog=examples("bytezkit v1 job openai-community/gpt2-xl --wait"),
    help="Request a MODEL, or show the state of an earlier request.",
)
@click.argument("model")
@click.option("--wait", is_flag=True, help="Wait until the model is available.")
@timeout_option
@json_option
@pass_client
def job(client: "Bytez", model: str, wait: bool, timeout: timedelta, as_json: bool) -> None:
    if wait:
        with show_progress() as on_progress:
            state = client.v1.wait_until_available(model, timeout=timeout, on_progress=on_progress)
    else:
        state = client.v1.request(model)
    _write_job(state, as_json=as_json)


def _write_job(state: "Job", *, as_json: bool) -> None:
    if as_json:
        write_json(state)
    else:
        cells = (state.model_id, state.message or "queued", state.started, state.ended)
        write_table(["model", "message", "started", "ended"], [cells])


@v1.command(
    epilog=examples("bytezkit v1 load openai-community/gpt2 --concurrency 2 --idle-timeout 10m --json"),
    help="Load a MODEL if it is not loaded, and wait until it is running. Progress goes to stderr.",
)
@click.argument("model")
@click.option("--concurrency", type=int, metavar="N", help="Number of requests served at once, 1 to 1000.")
@duration_option("--idle-timeout", "Time without a run before the instance stops, up to 24h.")
@timeout_option
@json_option
@pass_client
def load(
    client: "Bytez",
    model: str,
    *,
    concurrency: int | None,
    idle_timeout: timedelta | None,
    timeout: timedelta,
    as_json: bool,
) -> None:
    with show_progress() as on_progress:
        instance = client.v1.load(
            model,
            concurrency=concurrency,
            idle_timeout=idle_timeout,
            timeout=timeout,
            on_progress=on_progress,
        )
    _write_instance(instance, as_json=as_json)


@v1.command(
    epilog=examples("bytezkit v1 status openai-community/gpt2"),
    help="Show the instance of a MODEL.",
)
@click.argument("model")
@json_option
@pass_client
def status(client: "Bytez", model: str, as_json: bool) -> None:
    _write_instance(client.v1.status(model), as_json=as_json)


@v1.command(
    epilog=examples("bytezkit v1 instances --json"),
    help="List the instances of the account.",
)
@json_option
@pass_client
def instances(client: "Bytez", as_json: bool) -> None:
    entries = client.v1.instances()
    if as_json:
        write_json(entries)
    else:
        _write_instances(entries)


@v1.command(
    epilog=examples("bytezkit v1 delete openai-community/gpt2"),
    help="Delete the instance of a MODEL.",
)
@click.argument("model")
@pass_client
def delete(client: "Bytez", model: str) -> None:
    client.v1.shut_down(model)


def _write_instance(instance: "Instance", *, as_json: bool) -> None:
    if as_json:
        write_json(instance)
    else:
        _write_instances([instance])


def _write_instances(entries: "Sequence[Instance]") -> None:
    write_table(
        ["model", "status", "concurrency", "inferences", "idle timeout", "expires at", "error"],
        [
            (
                *(instance.model_id, instance.status, instance.concurrency, instance.inferences),
                *(instance.idle_timeout, instance.expires_at, instance.error),
            )
            for instance in entries
        ],
    )


@v1.command(
    epilog=examples(
        "bytezkit v1 run openai-community/gpt2 'Once upon a time' --param max_new_tokens=20",
        "bytezkit v1 run dreamlike-art/dreamlike-photoreal-2.0 'A cat' --out cat.png",
    ),
    help="Run a loaded MODEL once on a TEXT, or `-` for stdin.",
)
@click.argument("model")
@_text_argument
@pass_params
@input_json_option("TEXT")
@out_option
@json_option
@pass_client
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
    # A run is charged even if its output cannot be written. Only this check needs the task, and the request
    # that looks it up.
    if out is None and not as_json and sys.stdout.isatty() and _produces_media(client, model):
        refuse_terminal(out)
    result = client.v1.run(model, _input_members(text, members), params=params)
    if as_json:
        write_stream([f"{to_json(result.raw)}\n"], out)
    elif result.media is not None:
        refuse_terminal(out)
        write_media([result.media], out)
    else:
        write_stream([format_output(result.output)], out)


@v1.command(
    epilog=examples("bytezkit v1 stream openai-community/gpt2 'Jack and Jill'"),
    help="Run a loaded MODEL on a TEXT, or `-` for stdin, and stream its output.",
)
@click.argument("model")
@_text_argument
@pass_params
@input_json_option("TEXT")
@out_option
@pass_client
def stream(
    client: "Bytez",
    *,
    model: str,
    text: str | None,
    members: JsonInput,
    params: dict[str, JsonInput],
    out: Path | None,
) -> None:
    with client.v1.stream(model, _input_members(text, members), params=params) as texts:
        write_stream(texts, out)


def _produces_media(client: "Bytez", model: str) -> bool:
    task = next((entry.task for entry in client.v1.list_models() if entry.name == model), None)
    shape = None if task is None else shape_of(task)
    return shape is not None and shape.produces_media


def _input_members(text: str | None, members: JsonInput) -> JsonInput:
    if text is not None and members is not None:
        raise click.UsageError("--input-json cannot be combined with TEXT")
    return members if text is None else read_text(text)
