"""Stores media outputs and serves them at URLs.

The path `/media` is specific to the emulator: the contract only says that an output is a URL.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from bytezkit_emulator._common.http_types import HttpError, Reply
from bytezkit_emulator._common.settings import Settings
from bytezkit_emulator._media import Media
from bytezkit_emulator._model.snapshot_schema import SavedFile
from bytezkit_emulator._time.scheduler import END, Scheduler

_PREFIX: Final = "/media/"
_METHODS: Final = ("GET", "HEAD")


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

    def serve(self, method: str, path: str) -> Reply:
        """Return the reply to a request for a file.

        Raises:
            HttpError: The method is not allowed, or the file is missing or expired.
        """
        if method not in _METHODS:
            allowed = {"allow": ", ".join(_METHODS)}
            raise HttpError(405, f"method: {method} is not allowed here", headers=allowed)
        file = self._files.get(path)
        if file is None or file.expires <= self._scheduler.now:
            raise HttpError(404, "path: file not found or expired")
        return Reply(status=200, headers={"content-type": file.media.media_type}, body=file.media.content)

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
