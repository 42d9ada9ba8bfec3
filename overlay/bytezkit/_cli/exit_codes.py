"""What is said of an error, and the exit code that it has."""

import os
import sys
from datetime import timedelta
from typing import Final

import click

from bytezkit._cli.output import printable
from bytezkit.errors import (
    BytezError,
    ConfigurationError,
    ConnectionFailedError,
    StreamInterruptedError,
)

FAILED: Final = 1
USAGE: Final = 2
UNREACHABLE: Final = 3
TIMED_OUT: Final = 4
INTERRUPTED: Final = 130
NOBODY_READS: Final = 141

_KEYS: Final = ("BYTEZ_KEY", "BYTEZ_PROVIDER_KEY")


def tell(error: Exception) -> int:
    """Write an error on one line and return its exit code."""
    sys.stderr.write(f"error: {_without_keys(printable(_line(error)))}\n")
    return _code(error)


def _line(error: Exception) -> str:
    if isinstance(error, BytezError):
        request_id = f" [request {error.request_id}]" if error.request_id else ""
        pause = "" if error.retry_after is None else f"; try again in {_seconds(error.retry_after)}"
        return f"{error}{request_id}{pause}"
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{error.format_message()} (see `{error.ctx.command_path} --help`)"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _seconds(length: timedelta) -> str:
    return f"{length.total_seconds():g} s"


def _without_keys(line: str) -> str:
    """Blot keys out: who gave one in the wrong place would see it repeated."""
    for name in _KEYS:
        if key := os.environ.get(name):
            line = line.replace(key, "***")
    return line


def _code(error: Exception) -> int:
    if isinstance(error, (ConnectionFailedError, StreamInterruptedError)):
        return UNREACHABLE
    if isinstance(error, BytezError) and isinstance(error, TimeoutError):
        return TIMED_OUT
    if isinstance(error, (ConfigurationError, click.UsageError)):
        return USAGE
    return FAILED if isinstance(error, (BytezError, OSError)) else USAGE
