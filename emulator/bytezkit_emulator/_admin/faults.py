"""Faults over HTTP."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._admin.context import AdminCall, AdminContext, AdminHandler
from bytezkit_emulator._common.http_types import HttpError, Reply, json_reply
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._faults import Fault, FaultError, presets


def _list_faults(faces: AdminContext, _: AdminCall) -> Reply:
    return json_reply(200, {"faults": [_described(faces, fault) for fault in faces.faults.list()]})


def _add_fault(faces: AdminContext, call: AdminCall) -> Reply:
    try:
        faces.faults.add(call.body)
    except FaultError as error:
        # The body fits the document: only its name can be in the way.
        raise HttpError(409, str(error)) from None
    return json_reply(201, _described(faces, faces.faults.list()[-1]))


def _clear_faults(faces: AdminContext, call: AdminCall) -> Reply:
    faces.faults.clear()
    return _list_faults(faces, call)


def _read_fault(faces: AdminContext, call: AdminCall) -> Reply:
    return json_reply(200, _found(faces, call))


def _remove_fault(faces: AdminContext, call: AdminCall) -> Reply:
    found = _found(faces, call)
    faces.faults.remove(call.path["name"])
    return json_reply(200, found)


def _list_presets(_: AdminContext, __: AdminCall) -> Reply:
    return json_reply(200, {"presets": [preset.as_json() for preset in presets().values()]})


def _found(faces: AdminContext, call: AdminCall) -> JsonObject:
    fault = next((it for it in faces.faults.list() if it.name == call.path["name"]), None)
    if fault is None:
        raise HttpError(404, "path/name: there is no such fault")
    return _described(faces, fault)


def _described(faces: AdminContext, fault: Fault) -> JsonObject:
    return {**fault.as_json(), "fired": faces.faults.fired(fault.name)}


FAULT_HANDLERS: Final[Mapping[str, AdminHandler]] = {
    "listFaults": _list_faults,
    "addFault": _add_fault,
    "clearFaults": _clear_faults,
    "readFault": _read_fault,
    "removeFault": _remove_fault,
    "listFaultPresets": _list_presets,
}
