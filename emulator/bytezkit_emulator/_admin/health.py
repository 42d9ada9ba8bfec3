"""Whether the emulator answers."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._admin.context import AdminCall, AdminContext, AdminHandler
from bytezkit_emulator._common.http_types import HttpError, Reply, json_reply

HEALTH: Final = "health"


def _read_liveness(_: AdminContext, __: AdminCall) -> Reply:
    return _healthy()


def _read_readiness(faces: AdminContext, _: AdminCall) -> Reply:
    if not faces.is_open():
        raise HttpError(503, "The emulator is shutting down")
    return _healthy()


def _healthy() -> Reply:
    from importlib.metadata import version  # noqa: PLC0415  # it takes its time, which most never need

    return json_reply(200, {"status": "ok", "version": version("bytezkit")})


HEALTH_HANDLERS: Final[Mapping[str, AdminHandler]] = {
    "readLiveness": _read_liveness,
    "readReadiness": _read_readiness,
}
