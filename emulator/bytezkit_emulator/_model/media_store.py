"""Stores media outputs and serves them at URLs.

The path `/media` is specific to the emulator: the contract only says that an output is a URL.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from bytezkit_emulator._common.http_types import HttpError, Reply, Request
from bytezkit_emulator._common.settings import Settings
from bytezkit_emulator._media import Media
from bytezkit_emulator._model.snapshot_schema import SavedFile
from bytezkit_emulator._time.scheduler import END, Scheduler

_PREFIX: Final = "/media/"
_METHODS: Final = ("GET", "HEAD")
# One range; several at once may be ignored (RFC 9110, section 14.2). More digits exceed the size of any file.
_RANGE: Final = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.ASCII | re.IGNORECASE)


class _StoredFile(msgspec.Struct, frozen=True):
    media: Media
    expires: datetime


class MediaStore:
    """Serves files without authentication. Callers hold the runtime's lock.

    Args:
        scheduler: Virtual time.
        settings: Lifetime of a file, and the limit of stored bytes; the oldest files are evicted first.
    """

    def __init__(self, scheduler: Scheduler, settings: Settings) -> None:
        self._scheduler = scheduler
        self._settings = settings
        self._files: dict[str, _StoredFile] = {}

    @staticmethod
    def owns(path: str) -> bool:
        """Return whether a path belongs to a media file."""
        return path.startswith(_PREFIX)

    def store(self, token: str, media: Media, base_url: str) -> str:
        """Store a file, restart its lifetime if it exists, and return its URL.

        Args:
            token: Name of the file, without suffix.
            media: Content and type.
            base_url: Base URL of the request that generated the file.
        """
        path = f"{_PREFIX}{token}.{media.suffix}"
        # Removed first, so that the dict keeps the files in the order of their last use, as `_evict` expects.
        self._files.pop(path, None)
        self._files[path] = _StoredFile(media, self._scheduler.now + self._settings.media_lifetime)
        self._evict()
        return base_url + path

    def serve(self, request: Request) -> Reply:
        """Return the reply to a request for a file, or for one range of its bytes.

        Raises:
            HttpError: The method is not allowed, the file is missing or expired, or the range has no bytes.
        """
        if request.method not in _METHODS:
            allowed = {"allow": ", ".join(_METHODS)}
            raise HttpError(405, f"method: {request.method} is not allowed here", headers=allowed)
        file = self._files.get(request.path)
        if file is None or file.expires <= self._scheduler.now:
            raise HttpError(404, "path: file not found or expired")
        content = file.media.content
        headers = {"content-type": file.media.media_type, "accept-ranges": "bytes"}
        found = _requested_range(request, len(content))
        if found is None:
            return Reply(status=200, headers=headers, body=content)
        headers["content-range"] = f"bytes {found.start}-{found.stop - 1}/{len(content)}"
        return Reply(status=206, headers=headers, body=content[found.start : found.stop])

    def save(self, now: datetime) -> list[SavedFile]:
        """Save the files that have not expired."""
        return [
            SavedFile(
                name=path.removeprefix(_PREFIX),
                media_type=file.media.media_type,
                until=min(file.expires, END),
                content=file.media.content,
            )
            for path, file in self._files.items()
            if file.expires > now
        ]

    def restore(self, files: Iterable[SavedFile]) -> None:
        """Replace all files by saved files."""
        self._files = {
            _PREFIX + file.name: _StoredFile(
                Media(file.content, file.media_type, file.name.rpartition(".")[2]), file.until
            )
            for file in files
        }
        self._evict()

    def _evict(self) -> None:
        now, files = self._scheduler.now, self._files
        size = sum(len(file.media.content) for file in files.values())
        for path, file in list(files.items()):
            if file.expires > now and size <= self._settings.media_limit:
                break
            size -= len(file.media.content)
            del files[path]


def _requested_range(request: Request, size: int) -> range | None:
    """Return the positions that a request asks for, or None for the whole file.

    Raises:
        HttpError: There is no byte at these positions.
    """
    match = _RANGE.fullmatch(request.headers.get("range", ""))
    # Files have no validators, so no `If-Range` matches.
    if request.method != "GET" or match is None or "if-range" in request.headers:
        return None
    first, last = match.groups()
    if not (first or last) or (first and last and int(first) > int(last)):
        return None
    start = int(first) if first else max(size - int(last), 0)
    stop = min(int(last) + 1, size) if first and last else size
    if start >= stop:
        raise HttpError(
            416, f"header/range: the file has {size} bytes", headers={"content-range": f"bytes */{size}"}
        )
    return range(start, stop)
