"""Asynchronous access to media that a model made."""

from pathlib import Path
from typing import Final

from bytezkit._api import runs
from bytezkit._media.files import capped
from bytezkit._media.streams import AsyncMediaStream, write_file_async
from bytezkit._transport.session import AsyncSession

_MAX_BYTES: Final = 512 * 1024 * 1024


class AsyncMediaRef:
    """Media that a model made, where the service keeps them for a while.

    Nothing is fetched before `download` or `save`, and then without any key. Redirects that keep the scheme
    are followed.

    Attributes:
        url: Where the media are: a URL, or a data URL that holds them.
    """

    def __init__(self, session: AsyncSession, url: str) -> None:
        self._session = session
        self.url: Final = url

    def __repr__(self) -> str:
        return f"AsyncMediaRef({self.url[:80]!r})"

    async def download(self, *, max_bytes: int = _MAX_BYTES) -> bytes:
        """Fetch the media.

        Args:
            max_bytes: The most bytes to take. Default: 512 MiB.

        Raises:
            ValueError: There are more.
            BytezError: See `bytezkit.errors`.
        """
        held = runs.data_url_content(self.url)
        return await self._open().read(max_bytes) if held is None else b"".join(capped([held], max_bytes))

    async def save(self, path: Path, *, max_bytes: int = _MAX_BYTES) -> None:
        """Fetch the media into a file, which appears whole or not at all; arguments as for `download`.

        Raises:
            OSError: The file can not be written.
            ValueError: There are more than `max_bytes`.
            BytezError: See `bytezkit.errors`.
        """
        held = runs.data_url_content(self.url)
        if held is None:
            await self._open().save(path, max_bytes)
        else:
            await write_file_async(path, held, max_bytes)

    def _open(self) -> AsyncMediaStream:
        return AsyncMediaStream(lambda: self._session.perform(runs.open_download, self.url))
