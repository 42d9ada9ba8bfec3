"""The commands `run` and `stream`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bytezkit._cli.connect import pass_client
from bytezkit._cli.display import show_cluster
from bytezkit._cli.inputs import input_members
from bytezkit._cli.output import format_output, refuse_terminal, to_json, write_media, write_stream
from bytezkit._cli.parameters import (
    examples,
    input_json_option,
    json_option,
    out_option,
    pass_params,
    task_option,
)
from bytezkit._cli.task_shapes import TaskShape, shape_of
from bytezkit_models.json_value import JsonInput

if TYPE_CHECKING:
    from bytezkit import Bytez


@dataclass(frozen=True, slots=True)
class RunArguments:
    """Arguments that `run` and `stream` share.

    Attributes:
        model: The model's id.
        inputs: The INPUT arguments.
        task: The value of `--task`, or None.
        members: The value of `--input-json`, or None.
        mime: The value of `--mime`, or None.
        params: The arguments of the model.
    """

    model: str
    inputs: tuple[str, ...]
    task: str | None
    members: JsonInput
    mime: str | None
    params: dict[str, JsonInput]


def _pass_run_arguments(command: Callable[..., None]) -> Callable[..., None]:
    """Pass `arguments` to a command, and add the arguments and options for them."""

    @click.argument("model")
    @click.argument("inputs", nargs=-1, metavar="[INPUT]...")
    @task_option("Task of the model.  [default: the task in the catalog]")
    @pass_params
    @input_json_option("INPUT")
    @click.option(
        "--mime", metavar="TYPE", help="Media type of a file or stdin.  [default: from the first bytes]"
    )
    @wraps(command)
    def call_with_arguments(
        *,
        model: str,
        inputs: tuple[str, ...],
        task: str | None,
        members: JsonInput,
        mime: str | None,
        params: dict[str, JsonInput],
        **kwargs: object,
    ) -> None:
        command(arguments=RunArguments(model, inputs, task, members, mime, params), **kwargs)

    return call_with_arguments


@dataclass(frozen=True, slots=True)
class _PreparedRun:
    """A task, its shape if the task is known, and the members of the request body."""

    task: str
    shape: TaskShape | None
    members: JsonInput

    @property
    def produces_media(self) -> bool:
        return self.shape is not None and self.shape.produces_media


def _prepare(client: "Bytez", arguments: RunArguments) -> _PreparedRun:
    """Look up the task in the catalog unless it is given, and read the input."""
    if arguments.members is not None and (arguments.inputs or arguments.mime):
        raise click.UsageError("--input-json cannot be combined with INPUT or --mime")
    task = arguments.task
    if task is None:
        task = client.model(arguments.model).details().task
    shape = shape_of(task)
    if arguments.members is not None:
        return _PreparedRun(task, shape, arguments.members)
    if shape is None:
        raise click.UsageError(f"unknown task {task}: see `bytezkit tasks`, or give --input-json")
    return _PreparedRun(task, shape, input_members(task, shape, arguments.inputs, arguments.mime))


@click.command(
    epilog=examples(
        "bytezkit run openai-community/gpt2 'Once upon a time' --param max_new_tokens=20",
        "echo 'The soup was cold.' | bytezkit run ainize/bart-base-cnn",
        "bytezkit run facebook/detr-resnet-50 cat.jpg --param threshold=0.5",
        "bytezkit run Salesforce/blip-vqa-base cat.jpg 'How many cats?'",
        "bytezkit run facebook/bart-large-mnli 'I will see the world' travel cooking",
        "bytezkit run deepset/roberta-base-squad2 'Who went?' - < story.txt",
        "bytezkit run google/gemma-3-4b-it 'Describe this' https://example.com/cat.jpg",
        "bytezkit run dreamlike-art/dreamlike-photoreal-2.0 'A cat in a hat' --out cat.png",
        "bytezkit run suno/bark-small 'Hello there' > hello.wav",
        "bytezkit run suno/bark-small 'Hello there' --url",
        "bytezkit run Qwen/Qwen3-4B --input-json @conversation.json --json",
    ),
    help="""Run a MODEL once.

    `bytezkit tasks` lists the INPUT of each task. Texts are arguments, media are files or URLs, and `-` is
    stdin, which is also the default if the task takes one INPUT.

    The output is text, the bytes of media, or JSON; with --json, the whole response. While a run waits for
    its model to load, the progress goes to stderr.
    """,
)
@_pass_run_arguments
@out_option
@click.option("--url", is_flag=True, help="Write the URL of media instead of their bytes.")
@json_option
@pass_client
def run(client: "Bytez", *, arguments: RunArguments, out: Path | None, url: bool, as_json: bool) -> None:
    prepared = _prepare(client, arguments)
    writes_media = prepared.produces_media and not (url or as_json)
    if url and not prepared.produces_media:
        raise click.UsageError(f"--url is for media, but the task {prepared.task} produces no media")
    if writes_media:
        refuse_terminal(out)
    model = client.model(arguments.model)
    with show_cluster(model):
        result = model.run(prepared.members, params=arguments.params)
    if as_json:
        write_stream([f"{to_json(result.raw)}\n"], out)
    elif writes_media:
        write_media([client.media(str(result.output)).download()], out)
    else:
        write_stream([format_output(result.output)], out)


@click.command(
    epilog=examples(
        "bytezkit stream openai-community/gpt2 'Jack and Jill'",
        "bytezkit stream Qwen/Qwen3-4B 'Tell me a story' --param max_new_tokens=200",
        "echo 'Jack and Jill' | bytezkit stream openai-community/gpt2 | cat",
        "bytezkit stream suno/bark-small 'Hello there' --out hello.wav",
    ),
    help="""Run a MODEL and stream its output.

    INPUT is as for `run`.
    """,
)
@_pass_run_arguments
@out_option
@pass_client
def stream(client: "Bytez", *, arguments: RunArguments, out: Path | None) -> None:
    prepared = _prepare(client, arguments)
    if prepared.shape is not None and not prepared.shape.streams:
        raise click.UsageError(f"the task {prepared.task} does not support streaming: use `bytezkit run`")
    model = client.model(arguments.model)
    if prepared.produces_media:
        refuse_terminal(out)
        with show_cluster(model):
            media = model.stream_media(prepared.members, params=arguments.params)
        with media:
            write_media(media, out)
    else:
        with show_cluster(model):
            text = model.stream(prepared.members, params=arguments.params)
        with text:
            write_stream(text, out)
