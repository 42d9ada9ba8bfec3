"""Public `Journal` class, and the log of requests."""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import count
from threading import RLock
from typing import Final, TextIO, TypeAlias, Unpack

from bytezkit_emulator._common.json import write_json
from bytezkit_emulator._journal.entry import EntryOutcome, JournalEntry
from bytezkit_emulator._journal.entry_builder import EntryBuilder
from bytezkit_emulator._journal.query import JournalQuery, read_query
from bytezkit_emulator._journal.record import Record
from bytezkit_emulator._model.world import World
from bytezkit_emulator._service.request_context import MEDIA, RequestContext

Log: TypeAlias = Callable[[JournalEntry], object]

# The message of an assertion lists the latest requests only, to stay readable.
_MAX_LISTED: Final = 50


class Journal:
    """The latest requests to the API and their outcomes, including requests in progress.

    Safe to use from any thread. Keys are redacted. Requests to the control API are not recorded.

    Args:
        world: The simulated state; its settings limit the number of entries.
        routes: Method, path template and operation id of all routes.
        lock: The lock of the core.
        log: Called with the entry of each request when the request ends. Default: no log.
    """

    def __init__(
        self, world: World, routes: Iterable[tuple[str, str, str]], lock: RLock, log: Log | None
    ) -> None:
        served = list(routes)
        self._scheduler = world.scheduler
        self._builder = EntryBuilder(world, [(method, template) for method, template, _ in served])
        self._operations = frozenset({MEDIA, *(operation for _, _, operation in served)})
        self._lock = lock
        self._log = log
        self._records: deque[Record] = deque(maxlen=world.settings.journal_limit)
        self._numbers = count(1)
        self._under_way = 0

    @property
    def under_way(self) -> int:
        """Number of requests whose response has not ended."""
        return self._under_way

    def begin(self, context: RequestContext) -> Record:
        """Record the start of a request. The caller holds the lock of the core, and calls `end` later."""
        record = Record(next(self._numbers), context, self._scheduler.now)
        self._records.append(record)
        self._under_way += 1
        return record

    def end(self, record: Record, outcome: EntryOutcome) -> None:
        """Record the end of a request. The caller holds the lock of the core."""
        record.end(outcome, self._scheduler.now)
        self._under_way -= 1
        if self._log is not None:
            self._log(self._builder.build(record))

    def entries(self, **query: Unpack[JournalQuery]) -> list[JournalEntry]:
        """Return the recorded requests, oldest first.

        Args:
            **query: Conditions, as members of `JournalQuery`; all must hold. Default: all requests.

        Raises:
            JournalError: The query is invalid.
        """
        criteria = read_query(query, self._operations)
        return [entry for entry in self._build_entries() if criteria.matches(entry)]

    def near_misses(self) -> list[JournalEntry]:
        """Return the requests that matched no route or were invalid; the text of each has the reason."""
        return [entry for entry in self._build_entries() if entry.near_miss is not None]

    def clear(self) -> None:
        """Delete all entries; the numbering continues."""
        with self._lock:
            self._records.clear()

    def assert_count(self, expected: int, **query: Unpack[JournalQuery]) -> None:
        """Assert the number of requests that match a query.

        Args:
            expected: The number.
            **query: The query, as in `entries`.

        Raises:
            AssertionError: The number differs; the message lists the recorded requests.
            JournalError: The query is invalid.
        """
        criteria = read_query(query, self._operations)
        entries = self._build_entries()
        found = sum(criteria.matches(entry) for entry in entries)
        if found != expected:
            raise AssertionError(f"expected {expected} {criteria}, found {found}\n{_listing(entries)}")

    def assert_order(self, queries: Iterable[JournalQuery]) -> None:
        """Assert that requests were received in an order; other requests may have come between them.

        Args:
            queries: A query for each request, as in `entries`.

        Raises:
            AssertionError: A request is missing at its position; the message lists the recorded requests.
            JournalError: A query is invalid.
        """
        # Copies, because reading a query deletes its key.
        steps = [read_query(JournalQuery(**query), self._operations) for query in queries]
        entries = self._build_entries()
        position = 0
        for number, criteria in enumerate(steps, 1):
            found = next((at for at in range(position, len(entries)) if criteria.matches(entries[at])), None)
            if found is None:
                after = f" after #{entries[position - 1].number}" if position else ""
                raise AssertionError(
                    f"step {number} of {len(steps)}: found no {criteria}{after}\n{_listing(entries)}"
                )
            position = found + 1

    def _build_entries(self) -> list[JournalEntry]:
        with self._lock:
            return [self._builder.build(record) for record in self._records]


def json_log(stream: TextIO) -> Log:
    """Return a log that writes one line of JSON per request to a text stream."""

    def write(entry: JournalEntry) -> None:
        # A closed file or pipe must not fail the request that is logged.
        with suppress(OSError, ValueError):
            stream.write(f"{write_json(entry.as_log_line()).decode(errors='replace')}\n")
            stream.flush()

    return write


def _listing(entries: list[JournalEntry]) -> str:
    if not entries:
        return "no recorded requests"
    omitted = (
        [f"({len(entries) - _MAX_LISTED} earlier requests omitted)"] if len(entries) > _MAX_LISTED else []
    )
    return "\n".join(["recorded requests:", *omitted, *map(str, entries[-_MAX_LISTED:])])
