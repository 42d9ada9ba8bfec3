"""Output to a terminal, a pipe or a file: text, JSON and media.

Without rich, which the help would load through the error messages; `display` has the parts that need it.
"""

import json
import sys
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import click

from bytezkit._media.files import atomic_file

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# C0 and C1 control characters: a model's output could move the cursor of a terminal, or set its title.
# Bidirectional controls (Unicode Standard Annex 9): it could show its text in another order.
_BIDIRECTIONAL_CONTROLS: Final = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROL_CHARACTERS: Final = {
    code: None for code in [*range(32), *range(127, 160), *_BIDIRECTIONAL_CONTROLS] if chr(code) not in "\n\t"
}


def printable(text: str) -> str:
    """Replace line breaks and control characters by spaces."""
    return "".join(character if character.isprintable() else " " for character in text)


def write_text(text: str) -> None:
    """Write text to stdout and flush; remove control characters if stdout is a terminal."""
    sys.stdout.write(text.translate(_CONTROL_CHARACTERS) if sys.stdout.isatty() else text)
    sys.stdout.flush()


def write_json(value: object) -> None:
    """Write a value to stdout as JSON."""
    write_text(f"{to_json(value)}\n")


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file atomically, and report its size on stderr."""
    with atomic_file(path) as file:
        file.writelines(chunks)
    click.echo(f"wrote {path} ({path.stat().st_size:,} bytes)", err=True)


def write_stream(texts: Iterable[str], out: Path | None) -> None:
    """Write each text on arrival: unchanged to a file, or to stdout with a final newline."""
    if out is not None:
        write_file(out, (text.encode() for text in texts))
        return
    last = ""
    for text in texts:
        write_text(text)
        last = text
    if not last.endswith("\n"):
        write_text("\n")


def refuse_terminal(out: Path | None) -> None:
    """Raise if media would be written to a terminal. Called before the run, which is charged.

    Raises:
        click.UsageError: There is no output file, and stdout is a terminal.
    """
    if out is None and sys.stdout.isatty():
        raise click.UsageError("media cannot be written to a terminal: give --out FILE, or use a pipe")


def write_media(chunks: Iterable[bytes], out: Path | None) -> None:
    """Write each chunk on arrival to a file or to stdout."""
    if out is not None:
        write_file(out, chunks)
        return
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()


def format_output(output: object) -> str:
    """Return the text of a text or message, or JSON for any other output of a model."""
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
    """Return a value as JSON; durations are in seconds."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=_json_default)


def _json_default(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return {field.name: getattr(value, field.name) for field in fields(cast("DataclassInstance", value))}
