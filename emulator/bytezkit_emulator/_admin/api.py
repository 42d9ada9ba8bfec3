"""Answering the control API."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from bytezkit_emulator._admin.clock import CLOCK_HANDLERS
from bytezkit_emulator._admin.context import AdminCall, AdminContext, AdminHandler
from bytezkit_emulator._admin.faults import FAULT_HANDLERS
from bytezkit_emulator._admin.health import HEALTH, HEALTH_HANDLERS
from bytezkit_emulator._admin.journal import JOURNAL_HANDLERS
from bytezkit_emulator._admin.provenance import PROVENANCE_HANDLERS
from bytezkit_emulator._admin.state import STATE_HANDLERS
from bytezkit_emulator._common.http_types import HttpError, Reply, Request
from bytezkit_emulator._common.json import as_object
from bytezkit_emulator._common.loopback_routes import LoopbackRoutes
from bytezkit_emulator._openapi.document import load_admin_document
from bytezkit_emulator._openapi.routing import Router
from bytezkit_emulator._service.parse import read_body, read_parameters

_PREFIX: Final = "/_emulator"
_BODY_LIMIT: Final = 64 * 1024 * 1024
_HANDLERS: Final[Mapping[str, AdminHandler]] = {
    **HEALTH_HANDLERS,
    **CLOCK_HANDLERS,
    **STATE_HANDLERS,
    **FAULT_HANDLERS,
    **JOURNAL_HANDLERS,
    **PROVENANCE_HANDLERS,
}


class AdminApi(LoopbackRoutes):
    """Answers the requests below `/_emulator`, from this machine only.

    Args:
        faces: What it moves.
        token: The digest of the admin token; None for none.
    """

    def __init__(self, faces: AdminContext, token: bytes | None) -> None:
        super().__init__(_PREFIX, token)
        self._faces = faces

    def _reply(self, request: Request) -> Reply:
        route = _router().find(request.method, request.path)
        operation = route.operation
        if HEALTH not in operation.tags:
            self._guard.check_token(request)
        body = read_body(request, operation, _BODY_LIMIT)
        reason = None if operation.body is None else operation.body.error_message(body, "body")
        if reason is not None:
            raise HttpError(400, reason)
        call = AdminCall(
            request=request, path=route.path, query=read_parameters(request, route), body=as_object(body)
        )
        return _HANDLERS[operation.operation_id](self._faces, call)


@cache
def _router() -> Router:
    return Router(load_admin_document(), _HANDLERS)
