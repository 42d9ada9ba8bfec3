"""Warnings of clients and streams that the program does not close."""

import warnings
from collections.abc import Coroutine
from contextlib import suppress
from traceback import walk_stack
from typing import TypeAlias

# File and line.
Place: TypeAlias = tuple[str, int]


def place_of_caller() -> Place:
    """Return the place in the program, outside of this package, that is being executed."""
    # By module, since frozen programs have other file names.
    frames = (
        (frame.f_code.co_filename, line)
        for frame, line in walk_stack(None)
        if str(frame.f_globals.get("__name__")).partition(".")[0] != "bytezkit"
    )
    return next(frames, ("sys", 1))


def warn_unclosed(description: str, made_at: Place) -> None:
    """Warn that an object was dropped while it was open.

    Args:
        description: The object.
        made_at: Where the program made it.
    """
    warnings.warn_explicit(f"unclosed {description}", ResourceWarning, *made_at)


def close_without_waiting(closing: Coroutine[object, None, None]) -> None:
    """Perform as much of an asynchronous close as is possible in `__del__`, which cannot wait."""
    # The event loop may have ended. The end of the coroutine is a `StopIteration`.
    with suppress(Exception):
        while closing.send(None) is None:
            pass
    closing.close()
