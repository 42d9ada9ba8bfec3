"""Faults over HTTP."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._control._faces import ControlCall, ControlHandler, Faces
from bytezkit_emulator._faults import Fault, FaultError, presets
from bytezkit_emulator._json import JsonObject
from bytezkit_emulator._messages import Refusal, Reply, json_reply


def _list_faults(faces: Faces, _: ControlCall) -> Reply:
    return json_reply(200, {"faults": [_described(faces, fault) for fault in faces.faults.list()]})


def _add_fault(faces: Faces, call: ControlCall) -> Reply:
    try:
        faces.faults.add(call.body)
    except FaultError as error:
        # The body fits the document: only its name can be in the way.
        raise Refusal(409, str(error)) from None
    return json_reply(201, _described(faces, faces.faults.list()[-1]))


def _clear_faults(faces: Faces, call: ControlCall) -> Reply:
    faces.faults.clear()
    return _list_faults(faces, call)


def _read_fault(faces: Faces, call: ControlCall) -> Reply:
    return json_reply(200, _found(faces, call))


def _remove_fault(faces: Faces, call: ControlCall) -> Reply:
    found = _found(faces, call)
    faces.faults.remove(call.path["name"])
    return json_reply(200, found)


def _list_presets(_: Faces, __: ControlCall) -> Reply:
    return json_reply(200, {"presets": [preset.as_json() for preset in presets().values()]})


def _found(faces: Faces, call: ControlCall) -> JsonObject:
    fault = next((it for it in faces.faults.list() if it.name == call.path["name"]), None)
    if fault is None:
        raise Refusal(404, "path/name: there is no such fault")
    return _described(faces, fault)


def _described(faces: Faces, fault: Fault) -> JsonObject:
    return {**fault.as_json(), "fired": faces.faults.fired(fault.name)}


FAULT_HANDLERS: Final[Mapping[str, ControlHandler]] = {
    "listFaults": _list_faults,
    "addFault": _add_fault,
    "clearFaults": _clear_faults,
    "readFault": _read_fault,
    "removeFault": _remove_fault,
    "listFaultPresets": _list_presets,
}
