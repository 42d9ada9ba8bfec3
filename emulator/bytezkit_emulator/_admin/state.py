"""What lives in the emulator, over HTTP."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._admin.clock import read_clock
from bytezkit_emulator._admin.context import AdminCall, AdminContext, AdminHandler
from bytezkit_emulator._common.http_types import HttpError, Reply, json_reply
from bytezkit_emulator._common.json import JsonValue
from bytezkit_emulator._state.snapshot_reader import StateError


def _reset(faces: AdminContext, call: AdminCall) -> Reply:
    fingerprint = call.body.get("fingerprint")
    try:
        faces.state.reset(fingerprint=None if fingerprint is None else str(fingerprint))
    except ValueError as error:
        raise HttpError(422, f"body/fingerprint: {error}") from None
    return read_clock(faces, call)


def _read(faces: AdminContext, _: AdminCall) -> Reply:
    return json_reply(200, faces.state.export())


def _load(faces: AdminContext, call: AdminCall) -> Reply:
    try:
        faces.state.load(call.body)
    except StateError as error:
        raise HttpError(422, f"body: {error}") from None
    return read_clock(faces, call)


def _list_snapshots(faces: AdminContext, _: AdminCall) -> Reply:
    return json_reply(200, {"snapshots": list[JsonValue](faces.state.snapshots())})


def _take_snapshot(faces: AdminContext, call: AdminCall) -> Reply:
    faces.state.snapshot(call.path["name"])
    return _list_snapshots(faces, call)


def _delete_snapshot(faces: AdminContext, call: AdminCall) -> Reply:
    try:
        faces.state.delete(call.path["name"])
    except StateError as error:
        raise HttpError(404, f"path/name: {error}") from None
    return _list_snapshots(faces, call)


def _restore_snapshot(faces: AdminContext, call: AdminCall) -> Reply:
    try:
        faces.state.restore(call.path["name"])
    except StateError as error:
        raise HttpError(404, f"path/name: {error}") from None
    return read_clock(faces, call)


STATE_HANDLERS: Final[Mapping[str, AdminHandler]] = {
    "resetState": _reset,
    "readState": _read,
    "loadState": _load,
    "listSnapshots": _list_snapshots,
    "takeSnapshot": _take_snapshot,
    "deleteSnapshot": _delete_snapshot,
    "restoreSnapshot": _restore_snapshot,
}
