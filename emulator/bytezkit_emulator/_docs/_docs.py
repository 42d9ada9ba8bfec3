"""The pages below `/docs`."""

from pathlib import PurePosixPath
from typing import Final

from bytezkit_emulator._control import Guard
from bytezkit_emulator._docs._files import docs_file, docs_files
from bytezkit_emulator._json import as_object, read_json
from bytezkit_emulator._messages import JSON, Answer, Refusal, Reply, Request, json_reply, with_length

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


class Docs:
    """Answers the requests below `/docs`, from this machine only."""

    def __init__(self) -> None:
        self._guard = Guard(token=None)

    @staticmethod
    def owns(path: str) -> bool:
        """Say whether a path belongs to the pages."""
        return path == _PREFIX or path.startswith(f"{_PREFIX}/")

    def answer(self, request: Request) -> Answer:
        """Answer a request; it never waits."""
        try:
            reply = self._reply(request)
        except Refusal as refusal:
            reply = json_reply(refusal.status, {"error": refusal.error}, headers=refusal.headers)
        return with_length(reply, has_body=request.method != "HEAD")
        yield  # An answer is a generator.

    def _reply(self, request: Request) -> Reply:
        self._guard.check_origin(request)
        if request.method not in _METHODS:
            allowed = ", ".join(_METHODS)
            raise Refusal(405, f"method: {request.method} is not allowed here", headers={"allow": allowed})
        if request.path == _PREFIX:
            # The files refer to each other by their names alone.
            return Reply(status=307, headers={"location": f"{_PREFIX}/"}, body=b"")
        name = request.path.removeprefix(f"{_PREFIX}/") or _FIRST
        if name not in docs_files():
            raise Refusal(404, "path: there is nothing here")
        suffix = PurePosixPath(name).suffix
        headers = {"content-type": _TYPES[suffix], **_HEADERS}
        if suffix == ".json":
            # What serves the document is what answers the requests that are tried from it.
            document = as_object(read_json(docs_file(name)))
            return json_reply(200, {**document, "servers": [{"url": "/"}]}, headers=headers)
        return Reply(status=200, headers=headers, body=docs_file(name))
