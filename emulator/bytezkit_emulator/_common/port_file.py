"""A file that says at which port the emulator can be reached."""

import os
from pathlib import Path


def write_port(file: Path, port: int) -> None:
    """Write a port to a file at once, so that nobody reads a part of it.

    Raises:
        OSError: It can not be written.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.write_text(f"{port}\n", encoding="ascii")
    draft.replace(file)
