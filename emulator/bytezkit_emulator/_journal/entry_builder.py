"""Build journal entries from records."""

import re
from datetime import UTC, datetime
from typing import Final

from bytezkit_emulator._common.json import JsonError, read_json
from bytezkit_emulator._journal.entry import FINGERPRINT_DIGITS, JournalEntry, NearMiss
from bytezkit_emulator._journal.near_miss import Routes, nearest_routes
from bytezkit_emulator._journal.record import Record
from bytezkit_emulator._journal.redaction import Redactor, without_files
from bytezkit_emulator._model.world import World
from bytezkit_emulator._openapi.contract import RUN, V1_RUN
from bytezkit_models.json_value import JsonValue

_INVALID_STATUSES: Final = (400, 413, 415, 422)
_POINTER_AND_REASON: Final = re.compile(r"((?:body|query|path|header|method)(?:/[^:]*)?): (.*)", re.DOTALL)


class EntryBuilder:
    """Builds journal entries.

    Args:
        world: The simulated state, whose catalog has the tasks of models.
        routes: Method and path template of all routes.
    """

    def __init__(self, world: World, routes: Routes) -> None:
        self._world = world
        self._routes = routes

    def build(self, record: Record) -> JournalEntry:
        """Return the entry of a request, without keys and files."""
        context, request = record.context, record.context.request
        body = _read_body(request.body)
        redactor = Redactor(request.headers, request.query, body)
        return JournalEntry(
            number=record.number,
            request_id=record.request_id,
            method=request.method,
            path=redactor.path(request.path),
            query=redactor.query(request.query),
            operation=context.operation,
            engine=record.engine,
            model=None if context.model_id is None else redactor.text(context.model_id),
            tenant=None if context.tenant is None else context.tenant[:FINGERPRINT_DIGITS],
            headers=redactor.headers(request.headers),
            # Files last: the redactor must see the whole strings to find a key in them.
            body=without_files(redactor.body(body)),
            body_size=record.body_size,
            status=record.status,
            reason=None if record.reason is None else redactor.text(record.reason),
            near_miss=self._near_miss(record, redactor),
            faults=tuple(context.faults),
            outcome=record.outcome,
            sent=record.sent,
            pieces=None if record.pieces is None else tuple(record.pieces),
            received=record.received,
            answered=record.answered,
            ended=record.ended,
            time=datetime.fromtimestamp(record.began, UTC),
            duration=record.duration,
        )

    def _near_miss(self, record: Record, redactor: Redactor) -> NearMiss | None:
        match = None if record.reason is None else _POINTER_AND_REASON.fullmatch(redactor.text(record.reason))
        if match is None:
            return None
        pointer, reason = match.groups()
        # A path parameter that violates its schema often belongs to a misspelt path.
        if (record.status == 404 and record.is_unrouted) or (
            record.status == 400 and pointer.startswith("path/")
        ):
            request = record.context.request
            routes = nearest_routes(request.method, request.path, self._routes)
            return NearMiss(pointer=pointer, reason=reason, routes=routes)
        if record.status == 405:
            return NearMiss(pointer=pointer, reason=reason, allowed=tuple(record.allowed.split(", ")))
        if record.status in _INVALID_STATUSES:
            return NearMiss(pointer=pointer, reason=reason, expected=self._expected_input(record))
        return None

    def _expected_input(self, record: Record) -> str | None:
        """Describe the inputs and parameters of a run's task, if the shared catalog has the model."""
        model_id = record.context.model_id
        if model_id is None or record.context.operation not in (RUN, V1_RUN):
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
