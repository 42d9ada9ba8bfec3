"""Handlers for the virtual clock."""

from collections.abc import Generator, Mapping
from datetime import timedelta
from typing import Final, cast

from bytezkit_emulator._admin.context import AdminCall, AdminContext, AdminHandler
from bytezkit_emulator._common.http_types import HttpError, Reply, ReplyGenerator, json_reply
from bytezkit_emulator._common.json import as_object
from bytezkit_emulator._time.future import Future
from bytezkit_emulator._time.scheduler import ClockMode, timestamp
from bytezkit_models.json_value import JsonValue

# Default of `atMost` in the document of the control API: one day.
_DEFAULT_MAX_ADVANCE: Final = 86400


def read_clock(context: AdminContext, _: AdminCall) -> Reply:
    """Reply with the virtual time."""
    clock = context.clock
    return json_reply(200, {"now": timestamp(clock.now), "mode": clock.mode, "scale": clock.scale})


def _set_clock(context: AdminContext, call: AdminCall) -> Reply:
    scale = call.body.get("scale")
    context.clock.set_mode(
        cast("ClockMode", call.body["mode"]), float(scale) if isinstance(scale, (int, float)) else None
    )
    return read_clock(context, call)


def _advance_clock(context: AdminContext, call: AdminCall) -> ReplyGenerator:
    try:
        if "seconds" in call.body:
            context.clock.advance(_seconds(call.body["seconds"]))
        else:
            yield from _advance_until(context, call)
    except (TimeoutError, ValueError) as error:
        raise HttpError(409, str(error)) from None
    return read_clock(context, call)


def _advance_until(context: AdminContext, call: AdminCall) -> Generator[Future, None, None]:
    clock, at_most = context.clock, _seconds(call.body.get("atMost", _DEFAULT_MAX_ADVANCE))
    match as_object(call.body["until"]):
        case {"running": str(model_id)}:
            clock.advance_until_running(model_id, at_most=at_most)
        case {"gone": str(model_id)}:
            clock.advance_until_gone(model_id, at_most=at_most)
        case _:
            yield from context.until_idle(at_most)


def _seconds(value: JsonValue) -> timedelta:
    return timedelta(seconds=cast("float", value))


CLOCK_HANDLERS: Final[Mapping[str, AdminHandler]] = {
    "readClock": read_clock,
    "setClock": _set_clock,
    "advanceClock": _advance_clock,
}
