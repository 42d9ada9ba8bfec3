"""Replies with static files below a path prefix, which load nothing from other hosts."""

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

from bytezkit_emulator._common.http_types import JSON, HttpError, Reply, Request

_INDEX: Final = "index.html"
_METHODS: Final = ("GET", "HEAD")
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


def file_reply(request: Request, prefix: str, read: Callable[[str], bytes | None]) -> Reply:
    """Return the reply to a request for a file; the file of the prefix itself is `index.html`.

    Args:
        request: The request.
        prefix: Path of the files, without a slash at its end.
        read: Returns the content of a file, or None if there is no such file.

    Raises:
        HttpError: The method is not allowed, or there is no such file.
    """
    if request.method not in _METHODS:
        allowed = ", ".join(_METHODS)
        raise HttpError(
            405, f"method: {request.method} is not allowed here, only {allowed}", headers={"allow": allowed}
        )
    if request.path == prefix:
        # The files refer to each other by relative URLs, which need the slash.
        return Reply(status=307, headers={"location": f"{request.prefix}{prefix}/"}, body=b"")
    name = request.path.removeprefix(f"{prefix}/") or _INDEX
    content = read(name)
    if content is None:
        raise HttpError(404, f"path: there is no such page below {prefix}")
    headers = {"content-type": _MEDIA_TYPES[PurePosixPath(name).suffix], **_HEADERS}
    return Reply(status=200, headers=headers, body=content)
