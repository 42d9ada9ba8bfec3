"""What is written to the terminal, to a pipe or to a file."""

import json
import sys
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import click

from bytezkit._media.files import atomic_file

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from bytezkit import Progress

# A text could move the cursor of a terminal, or write its title.
_CONTROLS: Final = {code: None for code in [*range(32), *range(127, 160)] if chr(code) not in "\n\t"}


def printable(text: str) -> str:
    """Write a text on one line, without control characters."""
    return "".join(character if character.isprintable() else " " for character in text)


def write_text(text: str) -> None:
    """Write a piece of text at once; a terminal gets no control characters of it."""
    sys.stdout.write(text.translate(_CONTROLS) if sys.stdout.isatty() else text)
    sys.stdout.flush()


def write_json(value: object) -> None:
    """Write a value as JSON."""
    write_text(f"{to_json(value)}\n")


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file, which appears whole or not at all, and say so."""
    with atomic_file(path) as file:
        file.writelines(chunks)
    click.echo(f"wrote {path} ({path.stat().st_size:,} bytes)", err=True)


def write_answer(text: str, out: Path | None) -> None:
    """Write a text: exactly to a file, else with a newline at its end."""
    write_stream([text], out)


def write_stream(texts: Iterable[str], out: Path | None) -> None:
    """Write a text as it comes: exactly to a file, else with a newline at its end."""
    if out is not None:
        write_file(out, (text.encode() for text in texts))
        return
    last = ""
    for text in texts:
        write_text(text)
        last = text
    if not last.endswith("\n"):
        write_text("\n")


def need_somewhere(out: Path | None) -> None:
    """Refuse to write media to a terminal, before they are made.

    Raises:
        click.UsageError: They would go there.
    """
    if out is None and sys.stdout.isatty():
        raise click.UsageError("media go to a file or a pipe: give --out FILE")


def write_media(chunks: Iterable[bytes], out: Path | None) -> None:
    """Write media as they come."""
    if out is not None:
        write_file(out, chunks)
        return
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()


def spelled(output: object) -> str:
    """Spell what a model gave: a text or a message as its text, all else as JSON."""
    if isinstance(output, str):
        return output
    if isinstance(output, dict):
        message = cast("dict[str, object]", output)
        content = message.get("content")
        if message.keys() == {"role", "content"} and isinstance(content, str):
            return content
        return to_json(message)
    return to_json(output)


def to_json(value: object) -> str:
    """Spell a value as JSON; durations are in seconds."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return {field.name: getattr(value, field.name) for field in fields(cast("DataclassInstance", value))}


def write_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table: aligned on a terminal, else a line per row with tabs between its cells."""
    texts = [[printable(_cell(cell)) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in [headings, *texts]:
            write_text("\t".join(row) + "\n")
        return
    from rich.console import Console  # noqa: PLC0415  # A pipe needs none of it.
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in texts:
        table.add_row(*map(Text, row))
    Console(file=sys.stdout).print(table)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


@contextmanager
def shown_progress() -> Generator["Callable[[Progress], None]", None, None]:
    """Show on stderr what is waited for: live on a terminal, else a line whenever it changes."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich import progress as live  # noqa: PLC0415  # A pipe needs none of it.
    from rich.console import Console  # noqa: PLC0415

    columns = (
        live.SpinnerColumn(finished_text="✓"),
        live.TextColumn("{task.description}", markup=False),
        live.TimeElapsedColumn(),
    )
    with live.Progress(*columns, console=Console(stderr=True)) as display:
        row = display.add_task("asking", total=None)

        def show(seen: "Progress") -> None:
            instances = "" if seen.instances is None else f", instances: {seen.instances}"
            display.update(row, description=printable(f"{seen.model_id}: {seen.status}{instances}"))

        try:
            yield show
        except BaseException:
            # The error says how far it came.
            display.remove_task(row)
            raise
        display.update(row, total=1, completed=1)


@contextmanager
def shown_count(total: int) -> Generator[Callable[[int, int], None], None, None]:
    """Show on stderr how many of so many are done, and how many of these failed: on a terminal alone."""
    if not sys.stderr.isatty():
        yield lambda _, __: None
        return
    from rich import progress as live  # noqa: PLC0415  # A pipe needs none of it.
    from rich.console import Console  # noqa: PLC0415

    columns = (
        live.BarColumn(),
        live.MofNCompleteColumn(),
        live.TextColumn("{task.description}", markup=False),
        live.TimeElapsedColumn(),
        live.TimeRemainingColumn(),
    )
    with live.Progress(*columns, console=Console(stderr=True)) as display:
        row = display.add_task("", total=total)

        def show(done: int, failed: int) -> None:
            display.update(row, completed=done, description=f"{failed:,} failed" if failed else "")

        yield show


class _Lines:
    """Writes a line for each new state."""

    def __init__(self) -> None:
        self._last: tuple[str, int | None] | None = None

    def __call__(self, seen: "Progress") -> None:
        """Write what is seen unless it was written already."""
        if (seen.status, seen.instances) != self._last:
            self._last = (seen.status, seen.instances)
            click.echo(printable(str(seen)), err=True)
