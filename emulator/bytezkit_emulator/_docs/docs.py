"""Serve the pages below `/docs`: two documents, and the files of the renderer that shows them."""

from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Final

from bytezkit_emulator._common.http_types import JSON, HttpError, Reply, Request, json_reply
from bytezkit_emulator._common.json import as_object, read_json
from bytezkit_emulator._common.loopback_routes import LoopbackRoutes
from bytezkit_openapi import read_emulator_json
from bytezkit_openapi import read_json as read_contract_json

_PREFIX: Final = "/docs"
_INDEX: Final = "index.html"
_METHODS: Final = ("GET", "HEAD")
_RENDERER: Final = files("bytezkit_emulator") / "_docs" / "page"
_DOCUMENTS: Final = {"openapi.json": read_contract_json, "emulator.json": read_emulator_json}
_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": JSON,
    ".txt": "text/plain; charset=utf-8",
}
_HEADERS: Final = {
    # The renderer sets inline styles and has its icons as data URLs; everything else comes from this server.
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


class Docs(LoopbackRoutes):
    """Responds to the requests below `/docs`.

    Args:
        token: The digest of the admin token; None if the emulator has no token.
    """

    def __init__(self, token: bytes | None) -> None:
        super().__init__(_PREFIX, token)

    def _reply(self, request: Request) -> Reply:
        if request.method not in _METHODS:
            allowed = ", ".join(_METHODS)
            raise HttpError(
                405,
                f"method: {request.method} is not allowed here, only {allowed}",
                headers={"allow": allowed},
            )
        if request.path == _PREFIX:
            # The files refer to each other by relative URLs, which need the slash.
            return Reply(status=307, headers={"location": f"{request.prefix}{_PREFIX}/"}, body=b"")
        name = request.path.removeprefix(f"{_PREFIX}/") or _INDEX
        # Only known names are read, so that a path cannot leave the folder.
        if name not in docs_files():
            raise HttpError(404, f"path: there is no such page below {_PREFIX}")
        suffix = PurePosixPath(name).suffix
        headers = {"content-type": _MEDIA_TYPES[suffix], **_HEADERS}
        if suffix == ".json":
            # Requests that are tried from the page go to this server.
            document = as_object(read_json(docs_file(name)))
            return json_reply(200, {**document, "servers": [{"url": request.prefix or "/"}]}, headers=headers)
        return Reply(status=200, headers=headers, body=docs_file(name))


@cache
def docs_files() -> frozenset[str]:
    """Return the names of all files, which refer to each other by relative URLs only."""
    return frozenset([*_DOCUMENTS, *(file.name for file in _RENDERER.iterdir())])


def docs_file(name: str) -> bytes:
    """Return the content of a file."""
    if name in _DOCUMENTS:
        return _DOCUMENTS[name]()
    return (_RENDERER / name).read_bytes()
