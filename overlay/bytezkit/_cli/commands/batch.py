"""The command `batch`."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bytezkit._cli.exit_codes import FAILED
from bytezkit._cli.help_text import examples
from bytezkit._cli.parameters import talks_to_service, writable

if TYPE_CHECKING:
    from bytezkit import Bytez

_SHARD: Final = re.compile(r"(\d{1,9})/(\d{1,9})")


def _shard(text: str) -> tuple[int, int]:
    match = _SHARD.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise click.BadParameter(f"{text!r} is not a shard such as 1/3, 2/3 or 3/3")
    return int(match[1]), int(match[2])


@click.command(
    epilog=examples(
        "bytezkit batch requests.jsonl answers.jsonl",
        "bytezkit batch requests.jsonl answers.jsonl --concurrency 32",
        "bytezkit batch requests.jsonl answers-2.jsonl --shard 2/3",
    )
)
@click.argument("requests", metavar="IN.jsonl", type=Path)
@click.argument("answers", metavar="OUT.jsonl", type=writable)
@click.option(
    "--concurrency",
    type=click.IntRange(min=1),
    default=8,
    show_default=True,
    metavar="N",
    help="Requests at once; fewer while the service refuses for having too many.",
)
@click.option(
    "--shard",
    type=_shard,
    default="1/1",
    metavar="I/N",
    help="Only the lines I, I + N, I + 2N and so on, to a file of their own.",
)
@talks_to_service
def batch(client: "Bytez", requests: Path, answers: Path, concurrency: int, shard: tuple[int, int]) -> None:
    """Run each line of a file, and write what comes of it.

    The lines are those of OpenAI's batches. Their `url` is /models/v2/ and the model, and `body` that of a
    run; or `url` is /v1/chat/completions, and `body` holds `model` and `messages`.

    Given again, the command goes on from where it ended, however it ended: lines that have an answer are
    not sent again, lines with an error are.
    """
    from bytezkit._cli.batch_runner import run_batch  # noqa: PLC0415  # The help needs no client.

    counts = run_batch(client, requests, answers, concurrency=concurrency, shard=shard)
    click.echo(f"{answers}: {counts}", err=True)
    if counts.failed:
        click.get_current_context().exit(FAILED)
