"""Handlers for reset, snapshots, export and import of the state."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._admin.clock import read_clock
from bytezkit_emulator._admin.context import AdminCall, AdminContext, AdminHandler
from bytezkit_emulator._common.http_types import HttpError, Reply, json_reply
from bytezkit_emulator._state.snapshot_reader import StateError
from bytezkit_models.json_value import JsonValue


def _reset_state(context: AdminContext, call: AdminCall) -> Reply:
    if "fingerprint" not in call.body:
        context.reset()
        return read_clock(context, call)
    try:
        context.state.reset(fingerprint=str(call.body["fingerprint"]))
    except ValueError as error:
        raise HttpError(422, f"body/fingerprint: {error}") from None
    return read_clock(context, call)


def _read_state(context: AdminContext, _: AdminCall) -> Reply:
    return json_reply(200, context.state.export())


def _load_state(context: AdminContext, call: AdminCall) -> Reply:
    try:
        context.state.load(call.body)
    except StateError as error:
        raise HttpError(422, f"body: {error}") from None
    return read_clock(context, call)


def _list_snapshots(context: AdminContext, _: AdminCall) -> Reply:
    return json_reply(200, {"snapshots": list[JsonValue](context.state.snapshots())})


def _take_snapshot(context: AdminContext, call: AdminCall) -> Reply:
    context.state.snapshot(call.path["name"])
    return _list_snapshots(context, call)


def _delete_snapshot(context: AdminContext, call: AdminCall) -> Reply:
    try:
        context.state.delete(call.path["name"])
    except StateError as error:
        raise HttpError(404, f"path/name: {error}") from None
    return _list_snapshots(context, call)


def _restore_snapshot(context: AdminContext, call: AdminCall) -> Reply:
    try:
        context.state.restore(call.path["name"])
    except StateError as error:
        raise HttpError(404, f"path/name: {error}") from None
    return read_clock(context, call)


STATE_HANDLERS: Final[Mapping[str, AdminHandler]] = {
    "resetState": _reset_state,
    "readState": _read_state,
    "loadState": _load_state,
    "listSnapshots": _list_snapshots,
    "takeSnapshot": _take_snapshot,
    "deleteSnapshot": _delete_snapshot,
    "restoreSnapshot": _restore_snapshot,
}
