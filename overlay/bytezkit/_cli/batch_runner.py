"""Running the lines of a batch."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from bytezkit._cli.batch_lines import Asked, Line, answered, asked, check_lines, failed, read_lines
from bytezkit._cli.batch_log import Journal
from bytezkit._cli.output import shown_count
from bytezkit.errors import AuthenticationError, PaymentRequiredError
from bytezkit.types import JsonInput, JsonValue, Outcome

if TYPE_CHECKING:
    from bytezkit import Bytez


@dataclass(slots=True)
class Counts:
    """What became of the lines.

    Attributes:
        before: How many had an answer before.
        answered: How many were answered now.
        failed: How many were not.
    """

    before: int
    answered: int = 0
    failed: int = 0

    @property
    def done(self) -> int:
        """How many have an answer or an error."""
        return self.before + self.answered + self.failed

    def __str__(self) -> str:
        before = f", {self.before:,} before" if self.before else ""
        failed = f"; {self.failed:,} failed, and are tried again next time" if self.failed else ""
        return f"{self.answered:,} answered{before}{failed}"


_Call: TypeAlias = tuple[str, JsonInput]


class _Batch:
    """The lines of a batch, from the file to the journal."""

    def __init__(self, lines: Iterable[Line], journal: Journal, counts: Counts) -> None:
        self._lines = lines
        self._journal = journal
        self._counts = counts
        # The lines that were sent and not counted yet, by the index of their call.
        self._sent: dict[int, tuple[Line, Asked]] = {}

    def calls(self) -> Iterator[_Call]:
        """Yield a call for each line that can be read; the others fail at once."""
        index = 0
        for line in self._lines:
            try:
                what = asked(line)
            except ValueError as error:
                self._fail(line, error)
            else:
                self._sent[index] = line, what
                yield what.model, what.members
                index += 1

    def keep(self, outcome: Outcome[_Call, JsonValue]) -> None:
        """Write an answer as soon as it is there, before it is counted."""
        if outcome.error is None:
            self._journal.keep(answered(*self._sent[outcome.index], outcome.result))

    def count(self, outcome: Outcome[_Call, JsonValue]) -> None:
        """Count an outcome.

        Raises:
            AuthenticationError: The service refuses the key.
            PaymentRequiredError: No credits are left.
        """
        line, _ = self._sent.pop(outcome.index)
        if isinstance(outcome.error, (AuthenticationError, PaymentRequiredError)):
            raise outcome.error
        if outcome.error is None:
            self._counts.answered += 1
        else:
            self._fail(line, outcome.error)

    def _fail(self, line: Line, error: Exception) -> None:
        self._counts.failed += 1
        self._journal.keep_error(failed(line, error))


def run_batch(
    client: "Bytez", requests: Path, answers: Path, *, concurrency: int, shard: tuple[int, int]
) -> Counts:
    """Run the lines of a shard that have no answer yet.

    Raises:
        ValueError: Two lines call themselves the same, or the answers belong to something else.
        OSError: A file can not be read or written.
        AuthenticationError: The service refuses the key, and so would all other lines.
        PaymentRequiredError: No credits are left for any other line.
    """
    check_lines(requests)
    with Journal(answers) as journal:
        found = Counter(line.custom_id in journal.answered for line in read_lines(requests, shard))
        counts = Counts(before=found[True])
        batch = _Batch(read_lines(requests, shard, journal.answered), journal, counts)
        with (
            shown_count(found.total()) as show,
            client.map(
                batch.calls(), concurrency=concurrency, ordered=False, on_outcome=batch.keep
            ) as outcomes,
        ):
            show(counts.done, counts.failed)
            for outcome in outcomes:
                batch.count(outcome)
                show(counts.done, counts.failed)
            show(counts.done, counts.failed)
    return counts
