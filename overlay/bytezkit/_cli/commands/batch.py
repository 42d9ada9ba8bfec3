"""The command `batch`."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from bytezkit._cli.batch_runner import run_batch
from bytezkit._cli.connect import pass_client
from bytezkit._cli.exit_codes import FAILED
from bytezkit._cli.parameters import STDOUT, examples, output_path

if TYPE_CHECKING:
    from bytezkit import Bytez

_SHARD: Final = re.compile(r"(\d{1,9})/(\d{1,9})")


def _parse_shard(text: str) -> tuple[int, int]:
    match = _SHARD.fullmatch(text)
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise click.BadParameter(f"{text!r} is not a shard such as 1/3, 2/3 or 3/3")
    return int(match[1]), int(match[2])


@click.command(
    epilog=examples(
        "bytezkit batch requests.jsonl answers.jsonl",
        "bytezkit batch requests.jsonl answers.jsonl --concurrency 32",
        "bytezkit batch requests.jsonl answers-2.jsonl --shard 2/3",
        "cat requests.jsonl | bytezkit batch - - > answers.jsonl",
    ),
    help="""Run each request of a JSON Lines file.

    The lines have the format of OpenAI's batches. `url` is /models/v2/{organization}/{name} with the `body`
    of a run, or /v1/chat/completions, /v1/completions, /v1/responses or /v1/embeddings with a `body` for
    the OpenAI-compatible API.

    The command resumes after any interruption: called again, it skips lines with a response in OUT.jsonl and
    retries lines with an error.

    `-` is stdin as IN.jsonl, and stdout as OUT.jsonl, where nothing is resumed.
    """,
)
@click.argument("requests", metavar="IN.jsonl", type=Path)
@click.argument("responses", metavar="OUT.jsonl", type=output_path)
@click.option(
    "--concurrency",
    type=click.IntRange(min=1),
    default=8,
    show_default=True,
    metavar="N",
    help="Maximum number of requests in flight; lower while the service returns 429.",
)
@click.option(
    "--shard",
    type=_parse_shard,
    default="1/1",
    metavar="I/N",
    help="Only the lines I, I + N, I + 2N and so on; each shard needs its own OUT.jsonl.",
)
@pass_client
def batch(client: "Bytez", requests: Path, responses: Path, concurrency: int, shard: tuple[int, int]) -> None:
    counts = run_batch(client, requests, responses, concurrency=concurrency, shard=shard)
    to_stdout = str(responses) == STDOUT
    advice = "; run the same command again to retry them" if counts.failed and not to_stdout else ""
    click.echo(f"{'stdout' if to_stdout else responses}: {counts}{advice}", err=True)
    if counts.failed:
        click.get_current_context().exit(FAILED)
