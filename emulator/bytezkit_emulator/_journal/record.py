"""Record a request while it is served."""

import time
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from bytezkit_emulator._common.http_types import ENGINE_HEADER, Reply
from bytezkit_emulator._common.json import JsonError, read_json, write_json
from bytezkit_emulator._journal.entry import EntryOutcome
from bytezkit_emulator._journal.redaction import without_files
from bytezkit_emulator._service.request_context import RequestContext

_MAX_BODY_SIZE: Final = 64 * 1024
_MAX_PIECES: Final = 1000


class Record:
    """A request and its outcome, unredacted: an `EntryBuilder` makes the entry that may be shown.

    Recording stores the objects as they are, and building an entry is left to readers of the journal: most
    requests are never looked at.

    Args:
        number: Number of the request.
        context: The request and its route.
        now: The present virtual time.
    """

    # Slots save memory: the journal keeps 1,000 records by default.
    __slots__ = (
        "allowed",
        "answered",
        "began",
        "body_size",
        "context",
        "duration",
        "ended",
        "engine",
        "is_unrouted",
        "number",
        "outcome",
        "pieces",
        "reason",
        "received",
        "request_id",
        "sent",
        "status",
    )

    def __init__(self, number: int, context: RequestContext, now: datetime) -> None:
        self.began: Final = time.time()
        self.number: Final = number
        self.context: Final = context
        self.received: Final = now
        self.body_size: Final = len(context.request.body)
        # At the start only routing can have refused the request.
        self.is_unrouted: Final = context.error is not None
        self.request_id: str | None = None
        self.engine: str | None = None
        self.status: int | None = None
        self.reason: str | None = None
        self.allowed: str = ""
        self.outcome: EntryOutcome = "waiting"
        self.sent: int = 0
        self.pieces: list[int] | None = None
        self.answered: datetime | None = None
        self.ended: datetime | None = None
        self.duration: float | None = None

    def begin_response(self, reply: Reply, now: datetime) -> None:
        """Record the start of the response."""
        self.answered = now
        self.status = reply.status
        self.request_id = reply.headers.get("x-request-id")
        self.engine = reply.headers.get(ENGINE_HEADER)
        if isinstance(reply.body, bytes):
            self.sent = len(reply.body)
        else:
            self.pieces = []
            self.outcome = "streaming"

    def add_piece(self, size: int) -> None:
        """Record the size of a chunk of a streamed body."""
        self.sent += size
        if self.pieces is not None and len(self.pieces) < _MAX_PIECES:
            self.pieces.append(size)

    def end(self, outcome: EntryOutcome, now: datetime) -> None:
        """Record the end of the request, and release large objects."""
        self.outcome = outcome
        self.ended = now
        self.duration = round(time.time() - self.began, 6)
        context = self.context
        if context.error is not None:
            error, message = context.error.error, context.error.message
            self.reason = error if message is None else f"{error}: {message}"
            self.allowed = context.error.headers.get("allow", "")
            # The traceback of the exception refers to the local variables of every frame.
            context.error = None
        if self.body_size > _MAX_BODY_SIZE:
            # Both are computed from the body on first use, and must be cached before it is replaced.
            _ = context.tenant, context.model_id
            context.request = replace(context.request, body=_reduced_body(context.request.body))


def _reduced_body(body: bytes) -> bytes:
    """Return a body without the files in it, or an empty body if it is still too large or not JSON."""
    try:
        reduced = write_json(without_files(read_json(body)))
    except JsonError:
        return b""
    return reduced if len(reduced) <= _MAX_BODY_SIZE else b""
