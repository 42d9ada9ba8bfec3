"""Whether the emulator answers."""

from collections.abc import Mapping
from typing import Final

from bytezkit_emulator._control._faces import ControlCall, ControlHandler, Faces
from bytezkit_emulator._messages import Refusal, Reply, json_reply

HEALTH: Final = "health"


def _read_liveness(_: Faces, __: ControlCall) -> Reply:
    return _healthy()


def _read_readiness(faces: Faces, _: ControlCall) -> Reply:
    if not faces.is_open():
        raise Refusal(503, "The emulator is shutting down")
    return _healthy()


def _healthy() -> Reply:
    from importlib.metadata import version  # noqa: PLC0415  # it takes its time, which most never need

    return json_reply(200, {"status": "ok", "version": version("bytezkit")})


HEALTH_HANDLERS: Final[Mapping[str, ControlHandler]] = {
    "readLiveness": _read_liveness,
    "readReadiness": _read_readiness,
}
