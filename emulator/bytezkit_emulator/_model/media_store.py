"""The files that models made, for as long as the emulator serves them.

The path `/media` is the emulator's own: the contract says only that an output is a URL.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from bytezkit_emulator._common.http_types import Refusal, Reply
from bytezkit_emulator._common.settings import Settings
from bytezkit_emulator._media import Media
from bytezkit_emulator._model.snapshot_schema import SavedFile
from bytezkit_emulator._time.scheduler import Scheduler

_PREFIX: Final = "/media/"
_METHODS: Final = ("GET", "HEAD")


class _File(msgspec.Struct, frozen=True):
    media: Media
    until: datetime


class MediaStore:
    """Serves files at URLs without a key. Callers hold the lock of the core.

    Args:
        scheduler: Virtual time.
        settings: How long a file stays, and how many bytes may be kept; the oldest go first.
    """

    def __init__(self, scheduler: Scheduler, settings: Settings) -> None:
        self._scheduler = scheduler
        self._settings = settings
        self._files: dict[str, _File] = {}

    @staticmethod
    def owns(path: str) -> bool:
        """Say whether a path is one of files."""
        return path.startswith(_PREFIX)

    def keep(self, token: str, media: Media, base_url: str) -> str:
        """Keep a file, anew if it is there already, and return its URL.

        Args:
            token: Its name.
            media: The file.
            base_url: The base URL of the request that it was made for.
        """
        path = f"{_PREFIX}{token}.{media.suffix}"
        self._files.pop(path, None)
        self._files[path] = _File(media, self._scheduler.now + self._settings.media_lifetime)
        self._make_room()
        return base_url + path

    def serve(self, method: str, path: str) -> Reply:
        """Answer a request for a file.

        Raises:
            Refusal: The method is not allowed, or there is no such file, or not any more.
        """
        if method not in _METHODS:
            allowed = {"allow": ", ".join(_METHODS)}
            raise Refusal(405, f"method: {method} is not allowed here", headers=allowed)
        file = self._files.get(path)
        if file is None or file.until <= self._scheduler.now:
            raise Refusal(404, "path: there is no such file, or not any more")
        return Reply(status=200, headers={"content-type": file.media.media_type}, body=file.media.content)

    def save(self, now: datetime) -> list[SavedFile]:
        """Save the files that are still served."""
        return [
            SavedFile(
                name=path.removeprefix(_PREFIX),
                media_type=file.media.media_type,
                until=file.until,
                content=file.media.content,
            )
            for path, file in self._files.items()
            if file.until > now
        ]

    def restore(self, files: Iterable[SavedFile]) -> None:
        """Serve files that were saved, and no others."""
        self._files = {
            _PREFIX + file.name: _File(
                Media(file.content, file.media_type, file.name.rpartition(".")[2]), file.until
            )
            for file in files
        }
        self._make_room()

    def _make_room(self) -> None:
        now, files = self._scheduler.now, self._files
        size = sum(len(file.media.content) for file in files.values())
        for path, file in list(files.items()):
            if file.until > now and size <= self._settings.media_limit:
                break
            size -= len(file.media.content)
            del files[path]
