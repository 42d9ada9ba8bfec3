"""The commands `models`, `tasks` and `request`."""

from typing import TYPE_CHECKING

import click

from bytezkit._cli.connect import pass_client
from bytezkit._cli.display import write_table
from bytezkit._cli.output import write_json, write_text
from bytezkit._cli.parameters import examples, json_option, task_option
from bytezkit._cli.task_shapes import shape_of

if TYPE_CHECKING:
    from bytezkit import Bytez
    from bytezkit_models.tasks import TaskName


@click.command(
    epilog=examples(
        "bytezkit models",
        "bytezkit models --task text-generation",
        "bytezkit models --json > models.json",
    ),
    help="""List the models of the catalog.

    Parameters are in billions, memory is in GB.
    """,
)
@task_option("Only models of this task.")
@json_option
@pass_client
def models(client: "Bytez", task: "TaskName | None", as_json: bool) -> None:
    entries = client.models.list(task=task)
    if as_json:
        write_json(entries)
        return
    write_table(
        ["model", "task", "params", "memory", "meter", "price"],
        [
            (entry.model_id, entry.task, entry.params, entry.ram_required, entry.meter, entry.meter_price)
            for entry in entries
        ],
    )


@click.command(
    epilog=examples("bytezkit tasks", "bytezkit tasks --json"),
    help="""List the tasks with their INPUT and output.

    The column "streams" shows whether the command `stream` supports the task.
    """,
)
@json_option
@pass_client
def tasks(client: "Bytez", as_json: bool) -> None:
    names = client.tasks.list()
    if as_json:
        write_json(names)
        return
    rows: list[tuple[object, ...]] = []
    for name in names:
        shape = shape_of(name)
        if shape is None:
            rows.append((name, "--input-json JSON", None, None))
        else:
            rows.append((name, shape.usage, shape.output, shape.streams))
    write_table(["task", "input", "output", "streams"], rows)


@click.command(
    epilog=examples("bytezkit request openai-community/gpt2-xl"),
    help="""Request a MODEL that the catalog lacks.

    MODEL is organization/name.
    """,
)
@click.argument("model")
@pass_client
def request(client: "Bytez", model: str) -> None:
    write_text(f"{client.model(model).request()}\n")
