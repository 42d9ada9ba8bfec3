"""What is noted of a request while it is answered: as little as may be, and as it came."""

import time
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from bytezkit_emulator._common.http_types import Reply
from bytezkit_emulator._common.json import JsonError, read_json, write_json
from bytezkit_emulator._journal.entry import EntryOutcome
from bytezkit_emulator._journal.truncation import truncated
from bytezkit_emulator._service.request_context import RequestContext

_BODY_LIMIT: Final = 64 * 1024
_MOST_PIECES: Final = 1000


class Record:
    """One request. What it holds may hold keys; a `EntryBuilder` makes of it what can be shown.

    Args:
        number: Its place among all requests.
        visit: The request, and what becomes known of it.
        now: The present moment, in virtual time.
    """

    __slots__ = (
        "allowed",
        "answered",
        "began",
        "body_size",
        "duration",
        "ended",
        "is_lost",
        "number",
        "outcome",
        "pieces",
        "reason",
        "received",
        "request_id",
        "sent",
        "status",
        "visit",
    )

    def __init__(self, number: int, visit: RequestContext, now: datetime) -> None:
        self.began: Final = time.time()
        self.number: Final = number
        self.visit: Final = visit
        self.received: Final = now
        self.body_size: Final = len(visit.request.body)
        self.is_lost: Final = visit.error is not None
        self.request_id: str | None = None
        self.status: int | None = None
        self.reason: str | None = None
        self.allowed = ""
        self.outcome: EntryOutcome = "waiting"
        self.sent = 0
        self.pieces: list[int] | None = None
        self.answered: datetime | None = None
        self.ended: datetime | None = None
        self.duration: float | None = None

    def answer(self, reply: Reply, now: datetime) -> None:
        """Note that the answer begins."""
        self.answered = now
        self.status = reply.status
        self.request_id = reply.headers.get("x-request-id")
        if isinstance(reply.body, bytes):
            self.sent = len(reply.body)
        else:
            self.pieces = []
            self.outcome = "streaming"

    def add_piece(self, size: int) -> None:
        """Note a piece of a stream."""
        self.sent += size
        if self.pieces is not None and len(self.pieces) < _MOST_PIECES:
            self.pieces.append(size)

    def end(self, outcome: EntryOutcome, now: datetime) -> None:
        """Note that it is over, and let go of what is large."""
        self.outcome = outcome
        self.ended = now
        self.duration = round(time.time() - self.began, 6)
        visit = self.visit
        if visit.error is not None:
            error, message = visit.error.error, visit.error.message
            self.reason = error if message is None else f"{error}: {message}"
            self.allowed = visit.error.headers.get("allow", "")
            visit.error = None  # On its traceback hangs all that was at hand.
        if self.body_size > _BODY_LIMIT:
            _ = visit.tenant, visit.model_id  # Both may stand in the body.
            visit.request = replace(visit.request, body=_small(visit.request.body))


def _small(body: bytes) -> bytes:
    """Return a body without the files in it; nothing of one that is large even so."""
    try:
        small = write_json(truncated(read_json(body)))
    except JsonError:
        return b""
    return small if len(small) <= _BODY_LIMIT else b""
