"""The commands `run` and `stream`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bytezkit._cli.help_text import examples
from bytezkit._cli.output import need_somewhere, spelled, to_json, write_answer, write_media, write_stream
from bytezkit._cli.parameters import (
    json_option,
    out_option,
    read_members,
    takes_params,
    talks_to_service,
    task_option,
)
from bytezkit_models.json_value import JsonInput

if TYPE_CHECKING:
    from bytezkit import Bytez
    from bytezkit._cli.task_shapes import Shape


@dataclass(frozen=True, slots=True)
class Asked:
    """What a model is asked to do.

    Attributes:
        model: The model's id.
        inputs: The inputs as they were given.
        task: The model's task, if it was given.
        members: The input as JSON, if it was given so.
        mime: The type of media, if it was given.
        params: The arguments of the model.
    """

    model: str
    inputs: tuple[str, ...]
    task: str | None
    members: JsonInput
    mime: str | None
    params: dict[str, JsonInput]


def _asks_model(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command `asked`, and the arguments and options that fill it."""

    @click.argument("model")
    @click.argument("inputs", nargs=-1, metavar="[INPUT]...")
    @task_option("The model's task.  [default: as the catalog says]")
    @takes_params
    @click.option(
        "--input-json",
        "members",
        type=read_members,
        metavar="JSON",
        help="In place of INPUT: the members of the body as JSON, or @FILE.",
    )
    @click.option(
        "--mime", metavar="TYPE", help="Type of media from a file or stdin.  [default: by its first bytes]"
    )
    @wraps(command)
    def ask(
        *,
        model: str,
        inputs: tuple[str, ...],
        task: str | None,
        members: JsonInput,
        mime: str | None,
        params: dict[str, JsonInput],
        **kwargs: object,
    ) -> None:
        command(asked=Asked(model, inputs, task, members, mime, params), **kwargs)

    return ask


@dataclass(frozen=True, slots=True)
class _Call:
    """A run that can be sent."""

    task: str
    shape: "Shape | None"
    members: JsonInput

    @property
    def makes_media(self) -> bool:
        return self.shape is not None and self.shape.makes_media


def _prepare(client: "Bytez", asked: Asked) -> _Call:
    """Find the task out, and read the input."""
    from bytezkit._cli.inputs import spell_inputs  # noqa: PLC0415  # The help needs no client.
    from bytezkit._cli.task_shapes import shape_of  # noqa: PLC0415

    if asked.members is not None and (asked.inputs or asked.mime):
        raise click.UsageError("--input-json goes without INPUT and --mime")
    task = client.model(asked.model).details().task if asked.task is None else asked.task
    shape = shape_of(task)
    if asked.members is not None:
        return _Call(task, shape, asked.members)
    if shape is None:
        raise click.UsageError(
            f"the task {task} is not known here: see `bytezkit tasks`, or give --input-json"
        )
    return _Call(task, shape, spell_inputs(task, shape, asked.inputs, asked.mime))


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
    )
)
@_asks_model
@out_option
@click.option("--url", is_flag=True, help="For media: write where they are.")
@json_option
@talks_to_service
def run(client: "Bytez", *, asked: Asked, out: Path | None, url: bool, as_json: bool) -> None:
    """Run a MODEL once.

    INPUT is what its task takes, as `bytezkit tasks` lists it: texts as they are, media as files or URLs,
    and `-` for stdin, which is also read where the one INPUT is missing.

    A text is written as text, media as their bytes, all else as JSON; with --json, the whole answer.
    """
    call = _prepare(client, asked)
    writes_media = call.makes_media and not (url or as_json)
    if url and not call.makes_media:
        raise click.UsageError(f"--url goes with media, and the task {call.task} makes none")
    if writes_media:
        need_somewhere(out)
    result = client.model(asked.model).run(call.members, params=asked.params)
    if as_json:
        write_answer(f"{to_json(result.raw)}\n", out)
    elif writes_media:
        write_media([client.media(str(result.output)).download()], out)
    else:
        write_answer(spelled(result.output), out)


@click.command(
    epilog=examples(
        "bytezkit stream openai-community/gpt2 'Jack and Jill'",
        "bytezkit stream Qwen/Qwen3-4B 'Tell me a story' --param max_new_tokens=200",
        "echo 'Jack and Jill' | bytezkit stream openai-community/gpt2 | cat",
        "bytezkit stream suno/bark-small 'Hello there' --out hello.wav",
    )
)
@_asks_model
@out_option
@talks_to_service
def stream(client: "Bytez", *, asked: Asked, out: Path | None) -> None:
    """Run a MODEL and write what it makes as it comes.

    INPUT is as for `run`.
    """
    call = _prepare(client, asked)
    if call.shape is not None and not call.shape.streams:
        raise click.UsageError(f"the task {call.task} does not stream: use run")
    model = client.model(asked.model)
    if call.makes_media:
        need_somewhere(out)
        with model.stream_media(call.members, params=asked.params) as chunks:
            write_media(chunks, out)
    else:
        with model.stream(call.members, params=asked.params) as texts:
            write_stream(texts, out)
