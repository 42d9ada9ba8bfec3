"""The journal, as requests are noted in it and as people read it."""

from collections import deque
from collections.abc import Callable, Iterable
from itertools import count
from threading import RLock
from typing import Final, TypeAlias, Unpack

from bytezkit_emulator._journal.entry import EntryOutcome, JournalEntry
from bytezkit_emulator._journal.entry_builder import EntryBuilder
from bytezkit_emulator._journal.query import JournalQuery, read_query
from bytezkit_emulator._journal.record import Record
from bytezkit_emulator._model.world import World
from bytezkit_emulator._service.request_context import MEDIA, RequestContext

Log: TypeAlias = Callable[[JournalEntry], object]

_MOST_SHOWN: Final = 50


class Journal:
    """The last requests to the API and what became of them, also those under way.

    Safe to use from any thread. No key stands in what it shows. Requests to the control API are not in it.

    Args:
        world: What all operations work on; its settings say how many requests are kept.
        routes: Path template, method and operation of all that is served.
        lock: The lock of the core.
        log: Called with each request when it is over. Default: nothing is.
    """

    def __init__(
        self, world: World, routes: Iterable[tuple[str, str, str]], lock: RLock, log: Log | None
    ) -> None:
        served = list(routes)
        self._scheduler = world.scheduler
        self._reader = EntryBuilder(world, [(method, template) for method, template, _ in served])
        self._operations = frozenset({MEDIA, *(operation for _, _, operation in served)})
        self._lock = lock
        self._log = log
        self._records: deque[Record] = deque(maxlen=world.settings.journal_limit)
        self._numbers = count(1)
        self._under_way = 0

    @property
    def under_way(self) -> int:
        """How many requests wait for their answer or its end."""
        return self._under_way

    def begin(self, visit: RequestContext) -> Record:
        """Record a request. The caller holds the lock of the core, and calls `end` at its end."""
        record = Record(next(self._numbers), visit, self._scheduler.now)
        self._records.append(record)
        self._under_way += 1
        return record

    def end(self, record: Record, outcome: EntryOutcome) -> None:
        """Record how a request ended. The caller holds the lock of the core."""
        record.end(outcome, self._scheduler.now)
        self._under_way -= 1
        if self._log is not None:
            self._log(self._reader.read(record))

    def entries(self, **query: Unpack[JournalQuery]) -> list[JournalEntry]:
        """Return the requests that are still kept, the oldest first.

        Args:
            **query: Which of them, by members of `JournalQuery`; all that is given must hold. Default: all.

        Raises:
            JournalError: It asks for what can not be.
        """
        criteria = read_query(query, self._operations)
        return [entry for entry in self._read() if criteria.admits(entry)]

    def near_misses(self) -> list[JournalEntry]:
        """Return the requests that found no route or did not fit; printed, each says why."""
        return [entry for entry in self._read() if entry.near_miss is not None]

    def clear(self) -> None:
        """Forget all requests; the numbers go on."""
        with self._lock:
            self._records.clear()

    def assert_count(self, expected: int, **query: Unpack[JournalQuery]) -> None:
        """Hold that so many requests came.

        Args:
            expected: How many.
            **query: Which requests are counted, as in `entries`.

        Raises:
            AssertionError: It were more or fewer; the text lists what came.
            JournalError: The query asks for what can not be.
        """
        criteria = read_query(query, self._operations)
        entries = self._read()
        found = sum(criteria.admits(entry) for entry in entries)
        if found != expected:
            raise AssertionError(f"expected {expected} times {criteria}, found {found}\n{_listed(entries)}")

    def assert_order(self, queries: Iterable[JournalQuery]) -> None:
        """Hold that requests came in an order; others may have come between them.

        Args:
            queries: What each of them must be, as in `entries`.

        Raises:
            AssertionError: They did not; the text says which is missing, and lists what came.
            JournalError: A query asks for what can not be.
        """
        # Reading one takes its key out; those of the caller stay as they are.
        steps = [read_query(JournalQuery(**query), self._operations) for query in queries]
        entries = self._read()
        position = 0
        for number, criteria in enumerate(steps, 1):
            found = next((at for at in range(position, len(entries)) if criteria.admits(entries[at])), None)
            if found is None:
                where = f" after #{entries[position - 1].number}" if position else ""
                step = f"step {number} of {len(steps)}"
                raise AssertionError(f"{step}: found no {criteria}{where}\n{_listed(entries)}")
            position = found + 1

    def _read(self) -> list[JournalEntry]:
        with self._lock:
            return [self._reader.read(record) for record in self._records]


def _listed(entries: list[JournalEntry]) -> str:
    if not entries:
        return "nothing came"
    left_out = [f"... {len(entries) - _MOST_SHOWN} earlier ones"] if len(entries) > _MOST_SHOWN else []
    return "\n".join(["what came:", *left_out, *map(str, entries[-_MOST_SHOWN:])])
