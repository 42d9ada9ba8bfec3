"""Serve the pages below `/docs`: two documents, and the files of the renderer that shows them."""

from functools import cache, partial
from importlib.resources import files
from typing import Final

from bytezkit_emulator._common.http_types import Reply, Request
from bytezkit_emulator._common.json import as_object, read_json, write_json
from bytezkit_emulator._common.loopback_routes import LoopbackRoutes
from bytezkit_emulator._common.static_files import file_reply
from bytezkit_openapi import read_emulator_json
from bytezkit_openapi import read_json as read_contract_json

_PREFIX: Final = "/docs"
_RENDERER: Final = files("bytezkit_emulator") / "_docs" / "page"
_DOCUMENTS: Final = {"openapi.json": read_contract_json, "emulator.json": read_emulator_json}


class Docs(LoopbackRoutes):
    """Responds to the requests below `/docs`.

    Args:
        token: The digest of the admin token; None if the emulator has no token.
    """

    def __init__(self, token: bytes | None) -> None:
        super().__init__(_PREFIX, token)

    def _reply(self, request: Request) -> Reply:
        return file_reply(request, _PREFIX, partial(_served_file, request.prefix))


@cache
def docs_files() -> frozenset[str]:
    """Return the names of all files, which refer to each other by relative URLs only."""
    return frozenset([*_DOCUMENTS, *(file.name for file in _RENDERER.iterdir())])


def docs_file(name: str) -> bytes:
    """Return the content of a file."""
    if name in _DOCUMENTS:
        return _DOCUMENTS[name]()
    return (_RENDERER / name).read_bytes()


def _served_file(prefix: str, name: str) -> bytes | None:
    # Only known names are read, so that a path cannot leave the folder.
    if name not in docs_files():
        return None
    if name not in _DOCUMENTS:
        return docs_file(name)
    # Requests that are tried from the page go to this server.
    document = as_object(read_json(docs_file(name)))
    return write_json({**document, "servers": [{"url": prefix or "/"}]})
