"""Dispatch requests of the control API to their handlers."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from bytezkit_emulator._admin.clock import CLOCK_HANDLERS
from bytezkit_emulator._admin.context import AdminCall, AdminContext, AdminHandler
from bytezkit_emulator._admin.faults import FAULT_HANDLERS
from bytezkit_emulator._admin.health import HEALTH_HANDLERS
from bytezkit_emulator._admin.journal import JOURNAL_HANDLERS
from bytezkit_emulator._admin.provenance import PROVENANCE_HANDLERS
from bytezkit_emulator._admin.state import STATE_HANDLERS
from bytezkit_emulator._common.http_types import HttpError, Reply, ReplyGenerator, Request
from bytezkit_emulator._common.json import as_object
from bytezkit_emulator._common.loopback_routes import LoopbackRoutes
from bytezkit_emulator._common.static_files import file_reply
from bytezkit_emulator._openapi.document import load_admin_document
from bytezkit_emulator._openapi.routing import Router
from bytezkit_emulator._service.parse import read_body, read_parameters

# Maximum bytes of a body. Above the default limit of the emulated API, since this API imports whole states.
BODY_LIMIT: Final = 64 * 1024 * 1024
_PREFIX: Final = "/_emulator"
# Probes of orchestrators come from other addresses and carry no token.
_HEALTH: Final = f"{_PREFIX}/health/"
_PAGE: Final = files("bytezkit_emulator") / "_admin" / "page"
_PAGE_FILES: Final = ("index.html", "page.css", "page.js")
_PAGE_PATHS: Final = (_PREFIX, f"{_PREFIX}/", *(f"{_PREFIX}/{name}" for name in _PAGE_FILES))
# One module per tag of the document.
_HANDLERS: Final[Mapping[str, AdminHandler]] = {
    **HEALTH_HANDLERS,
    **CLOCK_HANDLERS,
    **STATE_HANDLERS,
    **FAULT_HANDLERS,
    **JOURNAL_HANDLERS,
    **PROVENANCE_HANDLERS,
}


class AdminApi(LoopbackRoutes):
    """Responds to the requests below `/_emulator`.

    Args:
        context: The objects that the handlers read and change.
        token: The digest of the admin token; None if the emulator has no token.
    """

    def __init__(self, context: AdminContext, token: bytes | None) -> None:
        super().__init__(_PREFIX, token, public=_HEALTH)
        self._context = context

    def _reply(self, request: Request) -> Reply | ReplyGenerator:
        if request.path in _PAGE_PATHS:
            # A browser opens a page without the token, and the page asks for it.
            return file_reply(request, _PREFIX, lambda name: (_PAGE / name).read_bytes())
        route = _router().find(request.method, request.path)
        operation = route.operation
        if not request.path.startswith(_HEALTH):
            self._guard.check_token(request)
        body = read_body(request, operation, BODY_LIMIT)
        reason = None if operation.body is None else operation.body.error_message(body, "body")
        if reason is not None:
            raise HttpError(400, reason)
        call = AdminCall(
            request=request, path=route.path, query=read_parameters(request, route), body=as_object(body)
        )
        return _HANDLERS[operation.operation_id](self._context, call)


@cache
def _router() -> Router:
    # Built with the first request: most emulators never receive one for the control API.
    return Router(load_admin_document(), _HANDLERS)
