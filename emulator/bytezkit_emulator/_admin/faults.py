"""Handlers for faults."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._admin.context import AdminCall, AdminContext, AdminHandler
from bytezkit_emulator._common.http_types import HttpError, Reply, json_reply
from bytezkit_emulator._common.json import JsonObject
from bytezkit_emulator._faults import Fault, FaultError, presets


def _list_faults(context: AdminContext, _: AdminCall) -> Reply:
    return json_reply(200, {"faults": [_with_count(context, fault) for fault in context.faults.list()]})


def _add_fault(context: AdminContext, call: AdminCall) -> Reply:
    try:
        context.faults.add(call.body)
    except FaultError as error:
        # The body is valid against the document, so that only its name can be in conflict.
        raise HttpError(409, str(error)) from None
    return json_reply(201, _with_count(context, context.faults.list()[-1]))


def _clear_faults(context: AdminContext, call: AdminCall) -> Reply:
    context.faults.clear()
    return _list_faults(context, call)


def _read_fault(context: AdminContext, call: AdminCall) -> Reply:
    return json_reply(200, _fault_json(context, call))


def _remove_fault(context: AdminContext, call: AdminCall) -> Reply:
    found = _fault_json(context, call)
    context.faults.remove(call.path["name"])
    return json_reply(200, found)


def _list_presets(_: AdminContext, __: AdminCall) -> Reply:
    return json_reply(200, {"presets": [preset.as_json() for preset in presets().values()]})


def _fault_json(context: AdminContext, call: AdminCall) -> JsonObject:
    fault = next((it for it in context.faults.list() if it.name == call.path["name"]), None)
    if fault is None:
        raise HttpError(404, f"path/name: there is no fault {call.path['name']!r}")
    return _with_count(context, fault)


def _with_count(context: AdminContext, fault: Fault) -> JsonObject:
    return {**fault.as_json(), "fired": context.faults.fired(fault.name)}


FAULT_HANDLERS: Final[Mapping[str, AdminHandler]] = {
    "listFaults": _list_faults,
    "addFault": _add_fault,
    "clearFaults": _clear_faults,
    "readFault": _read_fault,
    "removeFault": _remove_fault,
    "listFaultPresets": _list_presets,
}
