"""Answering the control API."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from bytezkit_emulator._control._clock import CLOCK_HANDLERS
from bytezkit_emulator._control._evidence import EVIDENCE_HANDLERS
from bytezkit_emulator._control._faces import ControlCall, ControlHandler, Faces
from bytezkit_emulator._control._faults import FAULT_HANDLERS
from bytezkit_emulator._control._health import HEALTH, HEALTH_HANDLERS
from bytezkit_emulator._control._journal import JOURNAL_HANDLERS
from bytezkit_emulator._control._state import STATE_HANDLERS
from bytezkit_emulator._control_document import control_document
from bytezkit_emulator._json import as_object
from bytezkit_emulator._local import LocalRoutes
from bytezkit_emulator._messages import Refusal, Reply, Request
from bytezkit_emulator._requests import read_body, read_parameters
from bytezkit_emulator._routing import Router

_PREFIX: Final = "/_emulator"
_BODY_LIMIT: Final = 64 * 1024 * 1024
_HANDLERS: Final[Mapping[str, ControlHandler]] = {
    **HEALTH_HANDLERS,
    **CLOCK_HANDLERS,
    **STATE_HANDLERS,
    **FAULT_HANDLERS,
    **JOURNAL_HANDLERS,
    **EVIDENCE_HANDLERS,
}


class Control(LocalRoutes):
    """Answers the requests below `/_emulator`, from this machine only.

    Args:
        faces: What it moves.
        token: The digest of the admin token; None for none.
    """

    def __init__(self, faces: Faces, token: bytes | None) -> None:
        super().__init__(_PREFIX, token)
        self._faces = faces

    def _reply(self, request: Request) -> Reply:
        route = _router().find(request.method, request.path)
        operation = route.operation
        if HEALTH not in operation.tags:
            self._guard.check_token(request)
        body = read_body(request, operation, _BODY_LIMIT)
        reason = None if operation.body is None else operation.body.why_not(body, "body")
        if reason is not None:
            raise Refusal(400, reason)
        call = ControlCall(
            request=request, path=route.path, query=read_parameters(request, route), body=as_object(body)
        )
        return _HANDLERS[operation.operation_id](self._faces, call)


@cache
def _router() -> Router:
    return Router(control_document(), _HANDLERS)
