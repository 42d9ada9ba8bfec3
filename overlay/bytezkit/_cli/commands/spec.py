"""The command `spec`."""

from pathlib import Path
from typing import Literal

import click

from bytezkit._cli.help_text import examples
from bytezkit._cli.output import write_file, write_text
from bytezkit._cli.parameters import out_option


@click.command(
    epilog=examples(
        "bytezkit spec > openapi.yaml",
        "bytezkit spec --format json --tag v2 --out openapi.json",
        "bytezkit spec --server http://127.0.0.1:8080 --tag clusters",
    )
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "yaml"]),
    default="yaml",
    show_default=True,
    help="How it is written.",
)
@click.option("--tag", help="Only the operations of a tag: inference, clusters, catalog, v1; v2: all but v1.")
@click.option("--server", metavar="URL", help="URL that takes the place of the document's servers.")
@out_option
def spec(form: Literal["json", "yaml"], tag: str | None, server: str | None, out: Path | None) -> None:
    """Write the OpenAPI document of the API.

    The service is not asked.
    """
    from bytezkit._cli.document_filter import specification  # noqa: PLC0415  # No other command needs it.

    document = specification(form, tag=tag, server=server)
    if out is None:
        write_text(document)
    else:
        write_file(out, [document.encode()])
