"""The pages below `/docs`."""

from pathlib import PurePosixPath
from typing import Final

from bytezkit_emulator._common.http_types import JSON, HttpError, Reply, Request, json_reply
from bytezkit_emulator._common.json import as_object, read_json
from bytezkit_emulator._common.loopback_routes import LoopbackRoutes
from bytezkit_emulator._docs.files import docs_file, docs_files

_PREFIX: Final = "/docs"
_FIRST: Final = "index.html"
_METHODS: Final = ("GET", "HEAD")
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": JSON,
    ".txt": "text/plain; charset=utf-8",
}
_HEADERS: Final = {
    # The renderer sets styles of elements, and holds its icons as data; nothing comes from elsewhere.
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Docs(LoopbackRoutes):
    """Answers the requests below `/docs`, from this machine only."""

    def __init__(self) -> None:
        super().__init__(_PREFIX)

    def _reply(self, request: Request) -> Reply:
        if request.method not in _METHODS:
            allowed = ", ".join(_METHODS)
            raise HttpError(405, f"method: {request.method} is not allowed here", headers={"allow": allowed})
        if request.path == _PREFIX:
            # The files refer to each other by their names alone.
            return Reply(status=307, headers={"location": f"{request.prefix}{_PREFIX}/"}, body=b"")
        name = request.path.removeprefix(f"{_PREFIX}/") or _FIRST
        if name not in docs_files():
            raise HttpError(404, "path: there is nothing here")
        suffix = PurePosixPath(name).suffix
        headers = {"content-type": _TYPES[suffix], **_HEADERS}
        if suffix == ".json":
            # What serves the document is what answers the requests that are tried from it.
            document = as_object(read_json(docs_file(name)))
            return json_reply(200, {**document, "servers": [{"url": request.prefix or "/"}]}, headers=headers)
        return Reply(status=200, headers=headers, body=docs_file(name))
