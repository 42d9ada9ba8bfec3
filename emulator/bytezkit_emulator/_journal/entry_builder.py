"""Making an entry of what was noted of a request."""

import re
from datetime import UTC, datetime
from typing import Final

from bytezkit_emulator._common.json import JsonError, JsonValue, read_json
from bytezkit_emulator._journal.entry import DIGITS, JournalEntry, NearMiss
from bytezkit_emulator._journal.near_miss import Routes, nearest_routes
from bytezkit_emulator._journal.record import Record
from bytezkit_emulator._journal.redaction import Redactor
from bytezkit_emulator._journal.truncation import truncated
from bytezkit_emulator._model.world import World
from bytezkit_emulator._openapi.contract import RUN, V1_RUN

_MISFITS: Final = (400, 413, 415, 422)
_REASON: Final = re.compile(r"((?:body|query|path|header|method)(?:/[^:]*)?): (.*)", re.DOTALL)


class EntryBuilder:
    """Makes entries.

    Args:
        world: What all operations work on.
        routes: Method and path template of all operations that are served.
    """

    def __init__(self, world: World, routes: Routes) -> None:
        self._world = world
        self._routes = routes

    def read(self, record: Record) -> JournalEntry:
        """Return what can be shown of a request."""
        visit, request = record.visit, record.visit.request
        body = _read_body(request.body)
        blot = Redactor(request.headers, request.query, body)
        return JournalEntry(
            number=record.number,
            request_id=record.request_id,
            method=request.method,
            path=blot.path(request.path),
            query=blot.query(request.query),
            operation=visit.operation,
            model=None if visit.model_id is None else blot.text(visit.model_id),
            tenant=None if visit.tenant is None else visit.tenant[:DIGITS],
            headers=blot.headers(request.headers),
            body=truncated(blot.body(body)),
            body_size=record.body_size,
            status=record.status,
            reason=None if record.reason is None else blot.text(record.reason),
            near_miss=self._near_miss(record, blot),
            faults=tuple(visit.faults),
            outcome=record.outcome,
            sent=record.sent,
            pieces=None if record.pieces is None else tuple(record.pieces),
            received=record.received,
            answered=record.answered,
            ended=record.ended,
            time=datetime.fromtimestamp(record.began, UTC),
            duration=record.duration,
        )

    def _near_miss(self, record: Record, blot: Redactor) -> NearMiss | None:
        found = None if record.reason is None else _REASON.fullmatch(blot.text(record.reason))
        if found is None:
            return None
        pointer, reason = found.groups()
        if (record.status == 404 and record.is_lost) or (
            record.status == 400 and pointer.startswith("path/")
        ):
            request = record.visit.request
            routes = nearest_routes(request.method, request.path, self._routes)
            return NearMiss(pointer=pointer, reason=reason, routes=routes)
        if record.status == 405:
            return NearMiss(pointer=pointer, reason=reason, allowed=tuple(record.allowed.split(", ")))
        if record.status in _MISFITS:
            return NearMiss(pointer=pointer, reason=reason, expected=self._expected(record))
        return None

    def _expected(self, record: Record) -> str | None:
        """Say what the task of a run takes, if the catalog that all see has its model."""
        model_id = record.visit.model_id
        if model_id is None or record.visit.operation not in (RUN, V1_RUN):
            return None
        task = self._world.find_task(None, model_id)
        if task is None:
            return None
        params = f"; params: {', '.join(sorted(task.arguments))}" if task.arguments else ""
        return f"{task.name} takes {' or '.join(shape.needs for shape in task.shapes)}{params}"


def _read_body(body: bytes) -> JsonValue:
    try:
        return read_json(body) if body else None
    except JsonError:
        return None
