"""The commands `clusters` and `load`."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import click

from bytezkit._cli.connect import pass_client
from bytezkit._cli.display import show_progress, write_table
from bytezkit._cli.output import write_json, write_text
from bytezkit._cli.parameters import duration_option, examples, json_option, timeout_option

if TYPE_CHECKING:
    from bytezkit import Bytez
    from bytezkit.types import Cluster

FC = TypeVar("FC", bound=Callable[..., object])

_HEADINGS: Final = ("model", "status", "instances", "min", "desired", "max", "idle timeout", "inferences")


def _capacity_options(command: FC) -> FC:
    options = (
        click.option("--min", type=int, metavar="N", help="Minimum number of instances, 0 to 10."),
        click.option("--desired", type=int, metavar="N", help="Number of instances at the start."),
        click.option("--max", type=int, metavar="N", help="Maximum number of instances, 0 to 10."),
        duration_option("--idle-timeout", "Whole minutes without a request before scaling down to --min."),
    )
    # Reversed, since decorators apply from the last to the first: the help then has the order above.
    for option in reversed(options):
        command = option(command)
    return command


def _write_cluster(cluster: "Cluster", *, as_json: bool) -> None:
    if as_json:
        write_json(cluster)
    else:
        _write_clusters([cluster])


def _write_clusters(entries: "Sequence[Cluster]") -> None:
    write_table(
        _HEADINGS,
        [
            (
                *(cluster.model_id, cluster.status, cluster.instances),
                *(cluster.capacity.min, cluster.capacity.desired, cluster.capacity.max),
                *(cluster.idle_timeout, cluster.inferences),
            )
            for cluster in entries
        ],
    )


@click.command(
    epilog=examples(
        "bytezkit load openai-community/gpt2",
        "bytezkit load openai-community/gpt2 --max 3 --idle-timeout 10m --timeout 20m --json",
    ),
    help="""Load a MODEL, and wait until it is running.

    The command creates the cluster of the model if there is none. --min, --desired, --max and --idle-timeout
    do not change an existing cluster. Progress goes to stderr.
    """,
)
@click.argument("model")
@_capacity_options
@timeout_option
@json_option
@pass_client
def load(
    client: "Bytez",
    model: str,
    *,
    min: int | None,
    desired: int | None,
    max: int | None,
    idle_timeout: timedelta | None,
    timeout: timedelta,
    as_json: bool,
) -> None:
    with show_progress() as on_progress:
        cluster = client.model(model).load(
            min=min,
            desired=desired,
            max=max,
            idle_timeout=idle_timeout,
            timeout=timeout,
            on_progress=on_progress,
        )
    _write_cluster(cluster, as_json=as_json)


@click.group(
    epilog=examples(
        "bytezkit clusters create Qwen/Qwen3-4B --max 2",
        "bytezkit clusters wait Qwen/Qwen3-4B",
        "bytezkit clusters list",
        "bytezkit clusters delete Qwen/Qwen3-4B",
    ),
    help="Create, show, change and delete clusters.",
)
def clusters() -> None:
    pass


@clusters.command(
    "list",
    epilog=examples("bytezkit clusters list", "bytezkit clusters list --json"),
    help="List the clusters of the account.",
)
@json_option
@pass_client
def list_clusters(client: "Bytez", as_json: bool) -> None:
    entries = client.clusters.list()
    if as_json:
        write_json(entries)
    else:
        _write_clusters(entries)


@clusters.command(
    epilog=examples("bytezkit clusters create google/flan-t5-base --min 1 --max 3 --idle-timeout 30m"),
    help="Create the cluster of a MODEL without waiting for it.",
)
@click.argument("model")
@_capacity_options
@pass_client
def create(
    client: "Bytez",
    model: str,
    *,
    min: int | None,
    desired: int | None,
    max: int | None,
    idle_timeout: timedelta | None,
) -> None:
    message = client.model(model).cluster.create(min=min, desired=desired, max=max, idle_timeout=idle_timeout)
    write_text(f"{message}\n")


@clusters.command(
    epilog=examples("bytezkit clusters show openai-community/gpt2"),
    help="Show the cluster of a MODEL.",
)
@click.argument("model")
@json_option
@pass_client
def show(client: "Bytez", model: str, as_json: bool) -> None:
    _write_cluster(client.model(model).cluster.get(), as_json=as_json)


@clusters.command(
    epilog=examples(
        "bytezkit clusters update openai-community/gpt2 --max 5",
        "bytezkit clusters update openai-community/gpt2 --off",
        "bytezkit clusters update openai-community/gpt2 --on",
    ),
    help="Change the cluster of a MODEL. Values that are not given stay unchanged.",
)
@click.argument("model")
@_capacity_options
@click.option(
    "--on/--off",
    default=None,
    help="Start the cluster again, or stop all its instances and keep the cluster.",
)
@json_option
@pass_client
def update(
    client: "Bytez",
    model: str,
    *,
    min: int | None,
    desired: int | None,
    max: int | None,
    idle_timeout: timedelta | None,
    on: bool | None,
    as_json: bool,
) -> None:
    cluster = client.model(model).cluster.update(
        min=min, desired=desired, max=max, idle_timeout=idle_timeout, on=on
    )
    _write_cluster(cluster, as_json=as_json)


@clusters.command(
    epilog=examples("bytezkit clusters delete openai-community/gpt2"),
    help="Delete the cluster of a MODEL.",
)
@click.argument("model")
@pass_client
def delete(client: "Bytez", model: str) -> None:
    client.model(model).cluster.delete()


@clusters.command(
    epilog=examples("bytezkit clusters wait openai-community/gpt2 --timeout 5m"),
    help="Wait until the cluster of a MODEL is running. Progress goes to stderr.",
)
@click.argument("model")
@timeout_option
@json_option
@pass_client
def wait(client: "Bytez", model: str, timeout: timedelta, as_json: bool) -> None:
    with show_progress() as on_progress:
        cluster = client.model(model).cluster.wait_until_running(timeout=timeout, on_progress=on_progress)
    _write_cluster(cluster, as_json=as_json)
