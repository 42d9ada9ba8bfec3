"""The virtual time over HTTP."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, cast

from bytezkit_emulator._admin.context import AdminCall, AdminContext, AdminHandler
from bytezkit_emulator._common.http_types import HttpError, Reply, json_reply
from bytezkit_emulator._common.json import JsonValue, as_object
from bytezkit_emulator._time.scheduler import ClockMode, timestamp

_AT_MOST: Final = 86400


def read_clock(faces: AdminContext, _: AdminCall) -> Reply:
    """Answer with the virtual time."""
    clock = faces.clock
    return json_reply(200, {"now": timestamp(clock.now), "mode": clock.mode, "scale": clock.scale})


def _set_clock(faces: AdminContext, call: AdminCall) -> Reply:
    scale = call.body.get("scale")
    faces.clock.set_mode(
        cast("ClockMode", call.body["mode"]), float(scale) if isinstance(scale, (int, float)) else None
    )
    return read_clock(faces, call)


def _advance_clock(faces: AdminContext, call: AdminCall) -> Reply:
    if "seconds" in call.body:
        faces.clock.advance(_seconds(call.body["seconds"]))
    else:
        try:
            _advance_until(faces, call)
        except TimeoutError as error:
            raise HttpError(409, str(error)) from None
    return read_clock(faces, call)


def _advance_until(faces: AdminContext, call: AdminCall) -> None:
    clock, at_most = faces.clock, _seconds(call.body.get("atMost", _AT_MOST))
    match as_object(call.body["until"]):
        case {"running": str(model_id)}:
            clock.advance_until_running(model_id, at_most=at_most)
        case {"gone": str(model_id)}:
            clock.advance_until_gone(model_id, at_most=at_most)
        case _:
            clock.advance_until_idle(at_most=at_most)


def _seconds(value: JsonValue) -> timedelta:
    return timedelta(seconds=cast("float", value))


CLOCK_HANDLERS: Final[Mapping[str, AdminHandler]] = {
    "readClock": read_clock,
    "setClock": _set_clock,
    "advanceClock": _advance_clock,
}
