"""Handlers for liveness and readiness probes."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._admin.context import AdminCall, AdminContext, AdminHandler
from bytezkit_emulator._common.http_types import HttpError, Reply, json_reply


def _read_liveness(_: AdminContext, __: AdminCall) -> Reply:
    return _healthy_reply()


def _read_readiness(context: AdminContext, _: AdminCall) -> Reply:
    if not context.is_open():
        raise HttpError(503, "The emulator is shutting down")
    return _healthy_reply()


def _healthy_reply() -> Reply:
    from importlib.metadata import version  # noqa: PLC0415  # the import takes 50 ms, and only probes need it

    return json_reply(200, {"status": "ok", "version": version("bytezkit")})


HEALTH_HANDLERS: Final[Mapping[str, AdminHandler]] = {
    "readLiveness": _read_liveness,
    "readReadiness": _read_readiness,
}
