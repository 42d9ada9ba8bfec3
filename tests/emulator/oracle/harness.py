"""Sends the same requests to the model and to an emulator, and compares the answers."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bytezkit_emulator import Dialect, Emulator, Settings
from tests.emulator.oracle.clients import EmulatorClient, Exchange
from tests.emulator.oracle.matching import Expected
from tests.emulator.oracle.requests import Request
from tests.emulator.oracle.service import Ongoing, ServiceModel

# The keys share a prefix, and only one has a capital letter, so a sloppy comparison of keys fails.
KEYS: Final = ("key-of-the-first", "key-of-the-Second")


@dataclass(eq=False)
class UnderWay:
    """A run without a complete answer; `head` is set once it streams."""

    request: Request
    exchange: Exchange
    ongoing: Ongoing
    head: Expected | None = None


class Harness:
    """Sends requests, advances time, and compares every answer at the moment at which it is due.

    Args:
        client: The client of the emulator.
        catalog: The file with the catalog.
        line: Runs that may wait at one host.
        credits: US dollars that each key may spend, or None for no limit.
        dialect: Settings of the dialect that differ from the defaults.
    """

    def __init__(
        self,
        client: type[EmulatorClient],
        catalog: Path,
        *,
        line: int = 16,
        credits: str | None = None,  # noqa: A002  # the service's own word
        dialect: dict[str, Any] | None = None,
    ) -> None:
        self.under_way: list[UnderWay] = []
        self.differs = False
        self._request_ids: set[str] = set()
        self.model: Final = ServiceModel(KEYS, line=line, credits=credits, dialect=dialect or {})
        emulator = Emulator(
            keys=KEYS,
            clock="manual",
            catalog=catalog,
            credits=None if credits is None else float(credits),
            settings=Settings(queue_limit=line),
            dialect=Dialect(**(dialect or {})),
        )
        self.client: Final = client(emulator)

    def send(self, request: Request) -> Any:
        """Send a request; return the body of its answer, or None of a run that is under way."""
        exchange = self.client.send(request)
        expected = self.model.answer(request)
        self.client.settle()
        if isinstance(expected, Ongoing):
            self.under_way.append(UnderWay(request, exchange, expected))
        else:
            self._compare(request, exchange, expected)
        self._compare_runs()
        return exchange.answer(self.client.origin).body if exchange.is_complete else None

    def pass_time(self, milliseconds: int) -> None:
        self.client.pass_time(milliseconds)
        self.model.pass_time(milliseconds)
        self.client.settle()
        self._compare_runs()

    def leave(self, run: UnderWay) -> None:
        """Disconnect the client of a run."""
        self.under_way.remove(run)
        self.client.leave(run.exchange)
        self.model.leave(run.ongoing)
        self.client.settle()
        self._compare_runs()

    def moments(self) -> list[int]:
        """Return the times of the next events, in order."""
        pieces = [self.model.next_piece(run.ongoing) for run in self.under_way if run.head is not None]
        return sorted({*self.model.moments(), *(moment for moment in pieces if moment is not None)})

    def close(self) -> None:
        self.client.close()

    def _compare_runs(self) -> None:
        """Compare the received parts of the runs under way."""
        self.under_way = [run for run in self.under_way if not self._is_answered(run)]

    def _is_answered(self, run: UnderWay) -> bool:
        ongoing, exchange = run.ongoing, run.exchange
        if not ongoing.is_answered:
            self._check(exchange.response is None, run.request, "answered too soon")
            return False
        if run.head is None:
            run.head = self.model.head(ongoing)
            self._compare(run.request, exchange, run.head)
        if not (ongoing.streams and ongoing.run.refusal is None):
            return True
        complaint = self.model.text_so_far(ongoing)(exchange.content.decode())
        self._check(complaint is None, run.request, f"{complaint}, found {exchange.content!r}")
        is_whole = self.model.is_whole(ongoing)
        self._check(exchange.is_complete == is_whole, run.request, f"its end: expected {is_whole}")
        return is_whole

    def _compare(self, request: Request, exchange: Exchange, expected: Expected) -> None:
        self._check(exchange.response is not None, request, f"no answer, expected {expected}")
        answer = exchange.answer(self.client.origin)
        found = list(expected.differences(answer))
        self._check(not found, request, "\n".join(found))
        request_id = answer.headers["x-request-id"]
        self._check(request_id not in self._request_ids, request, f"{request_id} was given before")
        self._request_ids.add(request_id)

    def _check(self, is_alike: bool, request: Request, complaint: str) -> None:
        self.differs = self.differs or not is_alike
        assert is_alike, f"{request} at {self.model.now} ms:\n{complaint}"
