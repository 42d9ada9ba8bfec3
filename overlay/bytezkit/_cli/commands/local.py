"""The commands `spec` and `completion`, which need neither key nor network."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from bytezkit._cli.document_filter import filter_document
from bytezkit._cli.output import write_file, write_text
from bytezkit._cli.parameters import examples, out_option

_SHELLS: Final[Mapping[str, type[ShellComplete]]] = {
    "bash": BashComplete,
    "fish": FishComplete,
    "zsh": ZshComplete,
}


@click.command(
    epilog=examples(
        "bytezkit spec > openapi.yaml",
        "bytezkit spec --format json --tag v2 --out openapi.json",
        "bytezkit spec --server http://127.0.0.1:8080 --tag clusters",
    ),
    help="""Write the OpenAPI document of the API.

    The document is part of the package; the command sends no request.
    """,
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["json", "yaml"]),
    default="yaml",
    show_default=True,
    help="Format of the document.",
)
@click.option(
    "--tag",
    help="Only the operations with a tag: inference, clusters, catalog, openai, v1; v2 is all but v1.",
)
@click.option("--server", metavar="URL", help="URL that replaces the servers of the document.")
@out_option
def spec(
    output_format: Literal["json", "yaml"], tag: str | None, server: str | None, out: Path | None
) -> None:
    document = filter_document(output_format, tag=tag, server=server)
    if out is None:
        write_text(document)
    else:
        write_file(out, [document.encode()])


@click.command(
    epilog=examples(
        "bytezkit completion bash > bytezkit.bash",
        "bytezkit completion fish > bytezkit.fish",
    ),
    help="""Write the completion script of a shell.

    For bash and zsh, put `eval "$(bytezkit completion bash)"` into the start-up file of the shell; for fish,
    write the script to ~/.config/fish/completions/.
    """,
)
@click.argument("shell", type=click.Choice([*_SHELLS]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    program = context.find_root().command
    click.echo(_SHELLS[shell](program, {}, "bytezkit", "_BYTEZKIT_COMPLETE").source())
