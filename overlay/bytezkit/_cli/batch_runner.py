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

from bytezkit import _api
from bytezkit._bulk.log import error_line, response_line
from bytezkit._cli.batch_lines import (
    BatchRequest,
    InputLine,
    check_unique_ids,
    parse_request,
    read_lines,
)
from bytezkit._cli.batch_log import BatchLog, OutputStream
from bytezkit._cli.display import show_counts
from bytezkit._cli.parameters import STDIN, STDOUT
from bytezkit._core.model_id import is_model_id
from bytezkit.errors import AuthenticationError, PaymentRequiredError
from bytezkit.types import JsonValue, Outcome

if TYPE_CHECKING:
    from bytezkit import Bytez
    from bytezkit._core.exchange import PreparedRun
    from bytezkit._map.driver import Outcomes


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


_ParsedLine: TypeAlias = tuple[InputLine, BatchRequest]


class _Batch:
    """Turns lines into inputs of `map`, and outcomes of `map` into log entries."""

    def __init__(self, lines: Iterable[InputLine], log: BatchLog | OutputStream, counts: BatchCounts) -> None:
        self._lines = lines
        self._log = log
        self._counts = counts

    def inputs(self) -> Iterator[_ParsedLine]:
        """Yield each valid line, and log an error for each invalid line."""
        for line in self._lines:
            try:
                request = parse_request(line)
            except ValueError as error:
                self._add_error(line, error)
            else:
                yield line, request

    def log_response(self, outcome: Outcome[_ParsedLine, JsonValue]) -> None:
        """Append a response to the log.

        Called by the worker threads as soon as the response is received: an interrupt of the main thread
        then loses no response.
        """
        if outcome.error is None:
            line, _ = outcome.input
            result = outcome.result
            self._log.add_response(response_line(line.number, line.custom_id, result, result.raw))

    def count(self, outcome: Outcome[_ParsedLine, JsonValue]) -> None:
        """Count an outcome.

        Raises:
            AuthenticationError: The service rejects the key.
            PaymentRequiredError: The account has no credits.
        """
        # Every other line would fail in the same way.
        if isinstance(outcome.error, (AuthenticationError, PaymentRequiredError)):
            raise outcome.error
        if outcome.error is None:
            self._counts.completed += 1
        else:
            line, _ = outcome.input
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
        _map_lines(client, batch, concurrency) as outcomes,
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


def _map_lines(client: "Bytez", batch: _Batch, concurrency: int) -> "Outcomes[_ParsedLine, JsonValue]":
    from bytezkit._map.driver import Outcomes  # noqa: PLC0415 - it imports httpx, which the help does without

    return Outcomes(
        # `client.map` has no runs by the OpenAI-compatible API.
        client._session,  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
        batch.inputs(),
        _prepare,
        model_of=_limited_model,
        concurrency=concurrency,
        ordered=False,
        on_outcome=batch.log_response,
    )


def _prepare(input: _ParsedLine) -> "PreparedRun[JsonValue]":
    _, request = input
    if request.openai_route is not None:
        return _api.runs.prepare_openai_run(request.openai_route, request.members)
    return _api.runs.prepare_untyped_run(request.model, request.members)


def _limited_model(input: _ParsedLine) -> str:
    _, request = input
    return request.model if is_model_id(request.model) else ""
