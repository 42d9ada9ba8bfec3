"""The commands `clusters` and `load`."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import click

from bytezkit._cli.help_text import examples
from bytezkit._cli.output import shown_progress, write_json, write_table, write_text
from bytezkit._cli.parameters import duration_option, json_option, talks_to_service

if TYPE_CHECKING:
    from bytezkit import Bytez
    from bytezkit.types import Cluster

FC = TypeVar("FC", bound=Callable[..., object])

_LONGEST_WAIT: Final = "15m"
_HEADINGS: Final = ("model", "status", "instances", "min", "desired", "max", "idle timeout", "inferences")


def _capacity_options(command: FC) -> FC:
    options = (
        click.option("--min", type=int, metavar="N", help="Instances that stay up when idle, 0 to 10."),
        click.option("--desired", type=int, metavar="N", help="Instances that are started at first."),
        click.option("--max", type=int, metavar="N", help="Instances that load may raise it to, 0 to 10."),
        duration_option("--idle-timeout", "Whole minutes without a request until it goes down to --min."),
    )
    for option in reversed(options):
        command = option(command)
    return command


_timeout_option: Final = duration_option("--timeout", "How long to wait at most.", _LONGEST_WAIT)


def _write(found: "Cluster", *, as_json: bool) -> None:
    if as_json:
        write_json(found)
    else:
        _write_table([found])


def _write_table(found: "Sequence[Cluster]") -> None:
    write_table(
        _HEADINGS,
        [
            (
                *(it.model_id, it.status, it.instances),
                *(it.capacity.min, it.capacity.desired, it.capacity.max),
                *(it.idle_timeout, it.inferences),
            )
            for it in found
        ],
    )


@click.command(
    epilog=examples(
        "bytezkit load openai-community/gpt2",
        "bytezkit load openai-community/gpt2 --max 3 --idle-timeout 10m --timeout 20m --json",
    )
)
@click.argument("model")
@_capacity_options
@_timeout_option
@json_option
@talks_to_service
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
    """Load a MODEL, and wait until it serves.

    Its cluster is created unless there is one; --min, --desired, --max and --idle-timeout have no effect
    on one that is there already. Progress goes to stderr.
    """
    with shown_progress() as show:
        cluster = client.model(model).load(
            min=min, desired=desired, max=max, idle_timeout=idle_timeout, timeout=timeout, on_progress=show
        )
    _write(cluster, as_json=as_json)


@click.group(
    epilog=examples(
        "bytezkit clusters create Qwen/Qwen3-4B --max 2",
        "bytezkit clusters wait Qwen/Qwen3-4B",
        "bytezkit clusters list",
        "bytezkit clusters delete Qwen/Qwen3-4B",
    )
)
def clusters() -> None:
    """Create, watch, change and delete clusters."""


@clusters.command("list", epilog=examples("bytezkit clusters list", "bytezkit clusters list --json"))
@json_option
@talks_to_service
def list_clusters(client: "Bytez", as_json: bool) -> None:
    """List your clusters."""
    found = client.clusters.list()
    if as_json:
        write_json(found)
    else:
        _write_table(found)


@clusters.command(
    epilog=examples("bytezkit clusters create google/flan-t5-base --min 1 --max 3 --idle-timeout 30m")
)
@click.argument("model")
@_capacity_options
@talks_to_service
def create(
    client: "Bytez",
    model: str,
    *,
    min: int | None,
    desired: int | None,
    max: int | None,
    idle_timeout: timedelta | None,
) -> None:
    """Create the cluster of a MODEL, and do not wait for it."""
    said = client.model(model).cluster.create(min=min, desired=desired, max=max, idle_timeout=idle_timeout)
    write_text(f"{said}\n")


@clusters.command(epilog=examples("bytezkit clusters show openai-community/gpt2"))
@click.argument("model")
@json_option
@talks_to_service
def show(client: "Bytez", model: str, as_json: bool) -> None:
    """Show the cluster of a MODEL."""
    _write(client.model(model).cluster.get(), as_json=as_json)


@clusters.command(
    epilog=examples(
        "bytezkit clusters update openai-community/gpt2 --max 5",
        "bytezkit clusters update openai-community/gpt2 --off",
        "bytezkit clusters update openai-community/gpt2 --on",
    )
)
@click.argument("model")
@_capacity_options
@click.option("--on/--off", default=None, help="Start it again, or shut all its instances down and keep it.")
@json_option
@talks_to_service
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
    """Change the cluster of a MODEL; what is not given stays as it is."""
    cluster = client.model(model).cluster.update(
        min=min, desired=desired, max=max, idle_timeout=idle_timeout, on=on
    )
    _write(cluster, as_json=as_json)


@clusters.command(epilog=examples("bytezkit clusters delete openai-community/gpt2"))
@click.argument("model")
@talks_to_service
def delete(client: "Bytez", model: str) -> None:
    """Shut the cluster of a MODEL down and remove it."""
    client.model(model).cluster.delete()


@clusters.command(epilog=examples("bytezkit clusters wait openai-community/gpt2 --timeout 5m"))
@click.argument("model")
@_timeout_option
@json_option
@talks_to_service
def wait(client: "Bytez", model: str, timeout: timedelta, as_json: bool) -> None:
    """Wait until the cluster of a MODEL serves. Progress goes to stderr."""
    with shown_progress() as show_state:
        cluster = client.model(model).cluster.wait_until_running(timeout=timeout, on_progress=show_state)
    _write(cluster, as_json=as_json)
