"""Error messages and exit codes."""

import os
import sys
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
# 128 and the number of the signal, as shells report it: SIGINT and SIGPIPE.
INTERRUPTED: Final = 130
BROKEN_PIPE: Final = 141

_KEY_VARIABLES: Final = ("BYTEZ_KEY", "BYTEZ_PROVIDER_KEY")


def report_error(error: Exception) -> int:
    """Write an error to stderr on one line, and return its exit code."""
    sys.stderr.write(f"error: {_redact_keys(printable(_error_line(error)))}\n")
    return _exit_code(error)


def _error_line(error: Exception) -> str:
    if isinstance(error, BytezError):
        request_id = f" [request {error.request_id}]" if error.request_id else ""
        retry_after = error.retry_after
        advice = "" if retry_after is None else f"; try again in {retry_after.total_seconds():g} s"
        return f"{error}{request_id}{advice}"
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{error.format_message()} (see `{error.ctx.command_path} --help`)"
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def _redact_keys(line: str) -> str:
    # The library puts no key into an error, but an argument or a response can contain one.
    for name in _KEY_VARIABLES:
        if key := os.environ.get(name):
            line = line.replace(key, "***")
    return line


def _exit_code(error: Exception) -> int:
    if isinstance(error, (ConnectionFailedError, StreamInterruptedError)):
        return UNREACHABLE
    if isinstance(error, BytezError) and isinstance(error, TimeoutError):
        return TIMED_OUT
    # `ConfigurationError` is a `BytezError`, but the cause is an argument or an environment variable.
    if isinstance(error, (ConfigurationError, click.UsageError)):
        return USAGE
    return FAILED if isinstance(error, (BytezError, OSError)) else USAGE
