"""A world and an emulator to which the same happens, and which have to answer alike."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bytezkit_emulator import Dialect, Emulator, Settings
from tests.oracle.faces import Exchange, Face
from tests.oracle.matching import Expected
from tests.oracle.requests import Request
from tests.oracle.world import Ongoing, World

# They begin alike, and only one of them would be taken without its capitals.
KEYS: Final = ("key-of-the-first", "key-of-the-Second")


@dataclass(eq=False)
class UnderWay:
    """A run that is not answered in full; its head is known once it streams."""

    request: Request
    exchange: Exchange
    ongoing: Ongoing
    head: Expected | None = None


class Rig:
    """Sends requests, lets time pass, and compares every answer at the moment at which it is due.

    Args:
        face: The way into the emulator.
        catalog: The file with the catalog.
        line: Runs that may wait at one host.
        credits: US dollars that each key may spend, or None for no limit.
        dialect: What clients disagree about, where it is not the default.
    """

    def __init__(
        self,
        face: type[Face],
        catalog: Path,
        *,
        line: int = 16,
        credits: str | None = None,  # noqa: A002  # the service's own word
        dialect: dict[str, Any] | None = None,
    ) -> None:
        self.under_way: list[UnderWay] = []
        self.differs = False
        self._request_ids: set[str] = set()
        self.world: Final = World(KEYS, line=line, credits=credits, dialect=dialect or {})
        emulator = Emulator(
            keys=KEYS,
            clock="manual",
            catalog=catalog,
            credits=None if credits is None else float(credits),
            settings=Settings(queue_limit=line),
            dialect=Dialect(**(dialect or {})),
        )
        self.face: Final = face(emulator)

    def send(self, request: Request) -> Any:
        """Send a request; return the body of its answer, or None of a run that is under way."""
        exchange = self.face.send(request)
        expected = self.world.answer(request)
        self.face.settle()
        if isinstance(expected, Ongoing):
            self.under_way.append(UnderWay(request, exchange, expected))
        else:
            self._compare(request, exchange, expected)
        self._look()
        return exchange.answer(self.face.origin).body if exchange.is_complete else None

    def pass_time(self, milliseconds: int) -> None:
        self.face.pass_time(milliseconds)
        self.world.pass_time(milliseconds)
        self.face.settle()
        self._look()

    def can_leave(self, run: UnderWay) -> bool:
        return run.exchange.response is not None or self.face.can_leave_while_waiting

    def leave(self, run: UnderWay) -> None:
        """Let the client of a run go."""
        self.under_way.remove(run)
        self.face.leave(run.exchange)
        self.world.leave(run.ongoing)
        self.face.settle()
        self._look()

    def moments(self) -> list[int]:
        """Return the coming moments at which something happens, in order."""
        pieces = [self.world.next_piece(run.ongoing) for run in self.under_way if run.head is not None]
        return sorted({*self.world.moments(), *(moment for moment in pieces if moment is not None)})

    def close(self) -> None:
        self.face.close()

    def _look(self) -> None:
        """Compare what has come of the runs under way."""
        self.under_way = [run for run in self.under_way if not self._is_answered(run)]

    def _is_answered(self, run: UnderWay) -> bool:
        ongoing, exchange = run.ongoing, run.exchange
        if not ongoing.is_answered:
            self._check(exchange.response is None, run.request, "answered too soon")
            return False
        if run.head is None:
            run.head = self.world.head(ongoing)
            self._compare(run.request, exchange, run.head)
        if not (ongoing.streams_text and ongoing.run.refusal is None):
            return True
        complaint = self.world.text_so_far(ongoing)(exchange.content.decode())
        self._check(complaint is None, run.request, f"{complaint}, found {exchange.content!r}")
        is_whole = self.world.is_whole(ongoing)
        self._check(exchange.is_complete == is_whole, run.request, f"its end: expected {is_whole}")
        return is_whole

    def _compare(self, request: Request, exchange: Exchange, expected: Expected) -> None:
        self._check(exchange.response is not None, request, f"no answer, expected {expected}")
        answer = exchange.answer(self.face.origin)
        found = list(expected.differences(answer))
        self._check(not found, request, "\n".join(found))
        request_id = answer.headers["x-request-id"]
        self._check(request_id not in self._request_ids, request, f"{request_id} was given before")
        self._request_ids.add(request_id)

    def _check(self, is_alike: bool, request: Request, complaint: str) -> None:
        self.differs = self.differs or not is_alike
        assert is_alike, f"{request} at {self.world.now} ms:\n{complaint}"
