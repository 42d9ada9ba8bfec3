"""Running the lines of a batch."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bytezkit._api import runs
from bytezkit._api.inputs import RunOptions
from bytezkit._api.runs import Run
from bytezkit._cli.batch_lines import Line, answered, asked, check_lines, failed, read_lines
from bytezkit._cli.journal import Journal, NotKept
from bytezkit._cli.output import shown_count
from bytezkit._core.effects import Operation
from bytezkit._core.exchange import Context
from bytezkit._core.results import Result
from bytezkit._mapping import Outcomes
from bytezkit.errors import AuthenticationError, PaymentRequiredError

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

    def __str__(self) -> str:
        before = f", {self.before:,} before" if self.before else ""
        failed = f"; {self.failed:,} failed, and are tried again next time" if self.failed else ""
        return f"{self.answered:,} answered{before}{failed}"


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
        lines = read_lines(requests, shard, journal.answered)
        with shown_count(found.total()) as show, _sent(client, lines, journal, concurrency) as sent:
            show(counts.before, counts.failed)
            try:
                for outcome in sent:
                    if isinstance(outcome.error, (AuthenticationError, PaymentRequiredError)):
                        raise outcome.error
                    if outcome.error is None:
                        counts.answered += 1
                    else:
                        counts.failed += 1
                        journal.keep_error(failed(outcome.input, outcome.error))
                    show(counts.before + counts.answered + counts.failed, counts.failed)
            except NotKept as problem:
                raise problem.error from None
    return counts


def _sent(
    client: "Bytez", lines: Iterable[Line], journal: Journal, concurrency: int
) -> Outcomes[Line, object]:
    def prepare(line: Line) -> Run[object]:
        try:
            what = asked(line)
            run = runs.prepared(
                runs.target(what.model, object), what.members, RunOptions(), rate_limited_by_caller=True
            )
        except ValueError as error:
            raise ValueError(f"line {line.number}: {error}") from None

        def run_and_keep(context: Context, within: timedelta | None) -> Operation[Result[object]]:
            result = yield from run(context, within)
            # Here, and not where outcomes are counted: what has come is safe at once.
            journal.keep(answered(line, what, result))
            return result

        return run_and_keep

    session = client._session  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]  # of this package
    return Outcomes(session, lines, prepare, concurrency=concurrency, ordered=False)
