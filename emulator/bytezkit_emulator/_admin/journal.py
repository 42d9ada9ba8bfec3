"""The journal over HTTP."""

from collections.abc import Mapping
from typing import Final, cast

from bytezkit_emulator._admin.context import AdminCall, AdminContext, AdminHandler
from bytezkit_emulator._common.http_types import HttpError, Reply, json_reply
from bytezkit_emulator._common.json import JsonObject, as_object
from bytezkit_emulator._journal import JournalError, JournalQuery

_NUMBERS: Final = ("since", "status")


def _read_journal(faces: AdminContext, call: AdminCall) -> Reply:
    asked: JsonObject = {
        name: int(value) if name in _NUMBERS else value
        for name, value in call.query.items()
        if name in JournalQuery.__annotations__
    }
    try:
        entries = faces.journal.entries(**cast("JournalQuery", asked))
    except JournalError as error:
        raise HttpError(400, f"query: {error}") from None
    return json_reply(200, {"entries": [entry.as_json() for entry in entries]})


def _read_near_misses(faces: AdminContext, _: AdminCall) -> Reply:
    return json_reply(200, {"entries": [entry.as_json() for entry in faces.journal.near_misses()]})


def _clear_journal(faces: AdminContext, _: AdminCall) -> Reply:
    faces.journal.clear()
    return json_reply(200, {"entries": []})


def _assert_journal(faces: AdminContext, call: AdminCall) -> Reply:
    journal, body = faces.journal, call.body
    try:
        if "count" in body:
            journal.assert_count(
                cast("int", body["count"]), **cast("JournalQuery", as_object(body.get("query", {})))
            )
        else:
            journal.assert_order(cast("list[JournalQuery]", body["order"]))
    except JournalError as error:
        raise HttpError(400, f"body: {error}") from None
    except AssertionError as error:
        raise HttpError(409, str(error)) from None
    return json_reply(200, {"holds": True})


JOURNAL_HANDLERS: Final[Mapping[str, AdminHandler]] = {
    "readJournal": _read_journal,
    "readNearMisses": _read_near_misses,
    "clearJournal": _clear_journal,
    "assertJournal": _assert_journal,
}
