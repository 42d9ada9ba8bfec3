"""The commands `models`, `tasks` and `request`."""

from typing import TYPE_CHECKING

import click

from bytezkit._cli.help_text import examples
from bytezkit._cli.output import write_json, write_table, write_text
from bytezkit._cli.parameters import json_option, talks_to_service, task_option

if TYPE_CHECKING:
    from bytezkit import Bytez


@click.command(
    epilog=examples(
        "bytezkit models",
        "bytezkit models --task text-generation",
        "bytezkit models --json > models.json",
    )
)
@task_option("Only models of this task.")
@json_option
@talks_to_service
def models(client: "Bytez", task: str | None, as_json: bool) -> None:
    """List the models of the catalog.

    Parameters are in billions, memory is in GB.
    """
    found = client.models.list(task=task)
    if as_json:
        write_json(found)
    else:
        write_table(
            ["model", "task", "params", "memory", "meter", "price"],
            [(it.model_id, it.task, it.params, it.ram_required, it.meter, it.meter_price) for it in found],
        )


@click.command(epilog=examples("bytezkit tasks", "bytezkit tasks --json"))
@json_option
@talks_to_service
def tasks(client: "Bytez", as_json: bool) -> None:
    """List the tasks, and the INPUT that each takes.

    Also what comes out, and whether `stream` gives it as it comes.
    """
    from bytezkit._cli.task_shapes import shape_of  # noqa: PLC0415  # The help needs no client.

    found = client.tasks.list()
    if as_json:
        write_json(found)
        return
    shapes = [(name, shape_of(name)) for name in found]
    write_table(
        ["task", "input", "output", "streams"],
        [
            (name, "--input-json JSON", None, None)
            if shape is None
            else (name, shape.usage, shape.output, shape.streams)
            for name, shape in shapes
        ],
    )


@click.command(epilog=examples("bytezkit request openai-community/gpt2-xl"))
@click.argument("model")
@talks_to_service
def request(client: "Bytez", model: str) -> None:
    """Ask for a MODEL that the catalog lacks: organization/name."""
    write_text(f"{client.model(model).request()}\n")
