"""Handlers for the request journal."""

from collections.abc import Mapping
from typing import Final, cast

from bytezkit_emulator._admin.context import AdminCall, AdminContext, AdminHandler
from bytezkit_emulator._common.http_types import HttpError, Reply, json_reply
from bytezkit_emulator._common.json import JsonObject, as_object
from bytezkit_emulator._journal import JournalError, JournalQuery

_INTEGER_PARAMETERS: Final = ("since", "status")


def _read_journal(context: AdminContext, call: AdminCall) -> Reply:
    query: JsonObject = {
        name: int(value) if name in _INTEGER_PARAMETERS else value
        for name, value in call.query.items()
        # Undocumented parameters are ignored, as by the emulated API.
        if name in JournalQuery.__annotations__
    }
    try:
        entries = context.journal.entries(**cast("JournalQuery", query))
    except JournalError as error:
        raise HttpError(400, f"query: {error}") from None
    return json_reply(200, {"entries": [entry.as_json() for entry in entries]})


def _read_near_misses(context: AdminContext, _: AdminCall) -> Reply:
    return json_reply(200, {"entries": [entry.as_json() for entry in context.journal.near_misses()]})


def _clear_journal(context: AdminContext, _: AdminCall) -> Reply:
    context.journal.clear()
    return json_reply(200, {"entries": []})


def _assert_journal(context: AdminContext, call: AdminCall) -> Reply:
    journal, body = context.journal, call.body
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
