"""Tables on stdout and live progress on stderr; plain lines if they are not terminals."""

import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import click
from rich import progress as rich_progress
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bytezkit import Progress
from bytezkit._cli.output import printable, write_text
from bytezkit.errors import BytezError

if TYPE_CHECKING:
    from bytezkit.handles import UntypedModel

# Seconds. A run of a loaded model is usually shorter.
_RUN_DELAY: Final = 3.0
_CLUSTER_INTERVAL: Final = 3.0


def write_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write an aligned table to a terminal, or one line per row with tabs between the cells."""
    text_rows = [[printable(_format_cell(cell)) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in [headings, *text_rows]:
            write_text("\t".join(row) + "\n")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in headings:
        # Folded: a narrow terminal must not truncate a model id.
        table.add_column(heading, overflow="fold")
    for row in text_rows:
        # `Text`, since rich would read square brackets in a string as markup.
        table.add_row(*map(Text, row))
    Console(file=sys.stdout).print(table)


def _format_cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


@contextmanager
def show_progress(*, transient: bool = False) -> Generator[Callable[[Progress], None], None, None]:
    """Show the progress of a wait on stderr: live on a terminal, or a line per change.

    Args:
        transient: Whether the live display is removed at the end.
    """
    if not sys.stderr.isatty():
        yield _ProgressLines()
        return
    columns = (
        rich_progress.SpinnerColumn(finished_text="✓"),
        rich_progress.TextColumn("{task.description}", markup=False),
        rich_progress.TimeElapsedColumn(),
    )
    with rich_progress.Progress(*columns, console=Console(stderr=True), transient=transient) as display:
        row = display.add_task("requesting", total=None)

        def show(progress: Progress) -> None:
            instances = "" if progress.instances is None else f", instances: {progress.instances}"
            text = f"{progress.model_id}: {progress.status}{instances}"
            display.update(row, description=printable(text))

        try:
            yield show
        except BaseException:
            # The error message repeats the last status.
            display.remove_task(row)
            raise
        display.update(row, total=1, completed=1)


@contextmanager
def show_cluster(model: "UntypedModel") -> Generator[None, None, None]:
    """Show the state of a model's cluster on stderr while a run, the block, waits for it."""
    finished = threading.Event()
    start = time.monotonic()

    def watch() -> None:
        if finished.wait(_RUN_DELAY):
            return
        with show_progress(transient=True) as show:
            while not finished.is_set():
                # Closed-source models have no cluster, and the run reports the other errors.
                with suppress(BytezError):
                    cluster = model.cluster.get()
                    elapsed = timedelta(seconds=time.monotonic() - start)
                    show(Progress(model.model_id, cluster.status, cluster.instances, elapsed))
                finished.wait(_CLUSTER_INTERVAL)

    # A daemon, and not joined for longer than a moment: the response must not wait for a slow poll.
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        finished.set()
        watcher.join(1)


class _ProgressLines:
    """Writes a line for each change of status or instances."""

    def __init__(self) -> None:
        self._last: tuple[str, int | None] | None = None

    def __call__(self, progress: "Progress") -> None:
        """Write the progress unless its line would repeat the last one."""
        if (progress.status, progress.instances) != self._last:
            self._last = (progress.status, progress.instances)
            click.echo(printable(str(progress)), err=True)


@contextmanager
def show_counts(total: int, *, live: bool) -> Generator[Callable[[int, int], None], None, None]:
    """Show the numbers of finished and failed items on stderr, if `live` is true and stderr is a terminal."""
    if not live or not sys.stderr.isatty():
        yield lambda _, __: None
        return
    columns = (
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        rich_progress.TextColumn("{task.description}", markup=False),
        rich_progress.TimeElapsedColumn(),
        rich_progress.TimeRemainingColumn(),
    )
    with rich_progress.Progress(*columns, console=Console(stderr=True)) as display:
        row = display.add_task("", total=total)

        def show(finished: int, failed: int) -> None:
            display.update(row, completed=finished, description=f"{failed:,} failed" if failed else "")

        yield show
