"""Runs the lines of a batch."""

import sys
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeAlias

import click

from bytezkit._bulk.log import error_line, response_line
from bytezkit._cli.batch_lines import (
    BatchRequest,
    InputLine,
    check_unique_ids,
    parse_request,
    read_lines,
    response_body,
)
from bytezkit._cli.batch_log import BatchLog, OutputStream
from bytezkit._cli.display import show_counts
from bytezkit._cli.parameters import STDIN, STDOUT
from bytezkit.errors import AuthenticationError, PaymentRequiredError
from bytezkit.types import JsonValue, Outcome, UntypedInput

if TYPE_CHECKING:
    from bytezkit import Bytez


@dataclass(slots=True)
class BatchCounts:
    """Numbers of lines by outcome.

    Attributes:
        completed_before: Lines with a response from an earlier call of the command.
        completed: Lines with a response from this call.
        failed: Lines with an error from this call.
    """

    completed_before: int
    completed: int = 0
    failed: int = 0

    @property
    def finished(self) -> int:
        """Lines with a response or an error."""
        return self.completed_before + self.completed + self.failed

    def __str__(self) -> str:
        before = f", {self.completed_before:,} completed before" if self.completed_before else ""
        failed = f"; {self.failed:,} failed" if self.failed else ""
        return f"{self.completed:,} completed{before}{failed}"


# Model id and members of the request body, as `client.map` takes them.
_MapInput: TypeAlias = tuple[str, UntypedInput]


class _Batch:
    """Turns lines into inputs of `map`, and outcomes of `map` into log entries."""

    def __init__(self, lines: Iterable[InputLine], log: BatchLog | OutputStream, counts: BatchCounts) -> None:
        self._lines = lines
        self._log = log
        self._counts = counts
        # By the index of the input: the lines whose outcome is not counted yet.
        self._pending: dict[int, tuple[InputLine, BatchRequest]] = {}

    def inputs(self) -> Iterator[_MapInput]:
        """Yield an input for each valid line, and log an error for each invalid line."""
        index = 0
        for line in self._lines:
            try:
                request = parse_request(line)
            except ValueError as error:
                self._add_error(line, error)
            else:
                self._pending[index] = line, request
                yield request.model, request.members
                index += 1

    def log_response(self, outcome: Outcome[_MapInput, JsonValue]) -> None:
        """Append a response to the log.

        Called by the worker threads as soon as the response is received: an interrupt of the main thread
        then loses no response.
        """
        if outcome.error is None:
            line, request = self._pending[outcome.index]
            body = response_body(line, request, outcome.result)
            self._log.add_response(response_line(line.number, line.custom_id, outcome.result, body))

    def count(self, outcome: Outcome[_MapInput, JsonValue]) -> None:
        """Count an outcome.

        Raises:
            AuthenticationError: The service rejects the key.
            PaymentRequiredError: The account has no credits.
        """
        line, _ = self._pending.pop(outcome.index)
        # Every other line would fail in the same way.
        if isinstance(outcome.error, (AuthenticationError, PaymentRequiredError)):
            raise outcome.error
        if outcome.error is None:
            self._counts.completed += 1
        else:
            self._add_error(line, outcome.error)

    def _add_error(self, line: InputLine, error: Exception) -> None:
        self._counts.failed += 1
        self._log.add_error(error_line(line.number, line.custom_id, error))


def run_batch(
    client: "Bytez", requests: Path, responses: Path, *, concurrency: int, shard: tuple[int, int]
) -> BatchCounts:
    """Run the lines of a shard that have no response yet.

    Args:
        client: The client.
        requests: File of the input lines; `-` is stdin.
        responses: File of the output lines; `-` is stdout.
        concurrency: Maximum number of requests in flight.
        shard: Number of the shard, from 1 on, and number of shards.

    Raises:
        ValueError: Two lines have the same `custom_id`, or `responses` is not the output of a batch.
        OSError: A file cannot be read or written.
        AuthenticationError: The service rejects the key.
        PaymentRequiredError: The account has no credits.
    """
    with _seekable(requests) as file:
        check_unique_ids(file, str(requests))
        with OutputStream() if str(responses) == STDOUT else BatchLog(responses) as log:
            return _run_lines(client, file, log, concurrency=concurrency, shard=shard)


@contextmanager
def _seekable(requests: Path) -> Generator[Path, None, None]:
    """Yield a file that can be read several times. Stdin and FIFOs are copied to a temporary file."""
    if str(requests) != STDIN and not requests.is_fifo():
        yield requests
        return
    with TemporaryDirectory() as folder:
        copy = Path(folder, "requests.jsonl")
        with click.open_file(str(requests), "rb") as source, copy.open("wb") as target:
            copyfileobj(source, target)
        yield copy


def _run_lines(
    client: "Bytez", requests: Path, log: BatchLog | OutputStream, *, concurrency: int, shard: tuple[int, int]
) -> BatchCounts:
    # The file is read twice: the first pass only counts, so that memory does not grow with the file.
    is_completed = Counter(line.custom_id in log.completed for line in read_lines(requests, shard))
    counts = BatchCounts(completed_before=is_completed[True])
    # A live display would be mixed with the lines of the output.
    live = isinstance(log, BatchLog) or not sys.stdout.isatty()
    batch = _Batch(read_lines(requests, shard, log.completed), log, counts)
    with (
        show_counts(is_completed.total(), live=live) as show,
        client.map(
            batch.inputs(), concurrency=concurrency, ordered=False, on_outcome=batch.log_response
        ) as outcomes,
    ):
        show(counts.finished, counts.failed)
        try:
            for outcome in outcomes:
                batch.count(outcome)
                show(counts.finished, counts.failed)
        except KeyboardInterrupt:
            advice = "; run the same command again to resume" if isinstance(log, BatchLog) else ""
            click.echo(f"interrupted: waiting for the requests in flight{advice}", err=True)
            raise
        # Invalid lines at the end of the file have no outcome.
        show(counts.finished, counts.failed)
    return counts
