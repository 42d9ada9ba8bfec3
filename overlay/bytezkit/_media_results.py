"""Media that come out: the wire says where they are."""

import base64
from pathlib import Path
from typing import Final
from urllib.parse import unquote_to_bytes

import anyio.to_thread

from bytezkit import _runs as runs
from bytezkit._files import capped, whole_file
from bytezkit._streams import AsyncMediaStream, MediaStream
from bytezkit._transport.session import AsyncSession, Session
from bytezkit.errors import DecodeError

_MOST_BYTES: Final = 512 * 1024 * 1024


class MediaRef:
    """Media that a model made, where the service keeps them for a while.

    Nothing is fetched until it is asked for, and then without any key. Redirects that keep the scheme
    are followed.

    Attributes:
        url: Where the media are: a URL, or a data URL that holds them.
    """

    def __init__(self, session: Session, url: str) -> None:
        self._session = session
        self.url: Final = url

    def __repr__(self) -> str:
        return f"MediaRef({self.url[:80]!r})"

    def download(self, *, max_bytes: int = _MOST_BYTES) -> bytes:
        """Fetch the media.

        Args:
            max_bytes: The most bytes to take. Default: 512 MiB.

        Raises:
            ValueError: There are more.
            BytezError: See `bytezkit.errors`.
        """
        held = data_url_content(self.url)
        return self._open().read(max_bytes) if held is None else b"".join(capped([held], max_bytes))

    def save(self, path: Path, *, max_bytes: int = _MOST_BYTES) -> None:
        """Fetch the media into a file, which appears whole or not at all; arguments as for `download`.

        Raises:
            OSError: The file can not be written.
            ValueError: There are more than `max_bytes`.
            BytezError: See `bytezkit.errors`.
        """
        held = data_url_content(self.url)
        if held is None:
            self._open().save(path, max_bytes)
        else:
            _write(held, path, max_bytes)

    def _open(self) -> MediaStream:
        return MediaStream(self._session.perform(runs.open_download, self.url))


class AsyncMediaRef:
    """As `MediaRef`, awaited.

    Attributes:
        url: Where the media are: a URL, or a data URL that holds them.
    """

    def __init__(self, session: AsyncSession, url: str) -> None:
        self._session = session
        self.url: Final = url

    def __repr__(self) -> str:
        return f"AsyncMediaRef({self.url[:80]!r})"

    async def download(self, *, max_bytes: int = _MOST_BYTES) -> bytes:
        """Fetch the media; arguments and errors as for `MediaRef.download`."""
        held = data_url_content(self.url)
        return await self._open().read(max_bytes) if held is None else b"".join(capped([held], max_bytes))

    async def save(self, path: Path, *, max_bytes: int = _MOST_BYTES) -> None:
        """Fetch the media into a file; arguments and errors as for `MediaRef.save`."""
        held = data_url_content(self.url)
        if held is None:
            await self._open().save(path, max_bytes)
        else:
            await anyio.to_thread.run_sync(_write, held, path, max_bytes)

    def _open(self) -> AsyncMediaStream:
        return AsyncMediaStream(lambda: self._session.perform(runs.open_download, self.url))


def _write(content: bytes, path: Path, max_bytes: int) -> None:
    with whole_file(path) as file:
        file.writelines(capped([content], max_bytes))


def data_url_content(url: str) -> bytes | None:
    """Return what a data URL holds, or None if it is another URL.

    Raises:
        DecodeError: It is broken.
    """
    if not url.startswith("data:"):
        return None
    head, comma, content = url.partition(",")
    if not comma:
        raise DecodeError("the data URL holds nothing")
    if not head.endswith(";base64"):
        return unquote_to_bytes(content)
    try:
        return base64.b64decode(content, validate=True)
    except ValueError:
        pass
    raise DecodeError("the data URL holds broken base64")
