"""Asynchronous references to the media of an output."""

from pathlib import Path
from typing import Final

from bytezkit import _api
from bytezkit._media.files import capped
from bytezkit._media.streams import AsyncMediaStream, write_file_async
from bytezkit._transport.session import AsyncSession

# Bounds the memory that a wrong or hostile URL can take.
_MAX_BYTES: Final = 512 * 1024 * 1024


class AsyncMediaRef:
    """A reference to the media of an output, which the service stores for a limited time.

    Only `download` and `save` send a request. It carries no key, and follows redirects that keep the scheme.

    Attributes:
        url: URL of the media, or a data URL that contains them.
    """

    def __init__(self, session: AsyncSession, url: str) -> None:
        self._session = session
        self.url: Final = url

    def __repr__(self) -> str:
        # A data URL contains the whole media.
        return f"AsyncMediaRef({self.url[:80]!r})"

    async def download(self, *, max_bytes: int = _MAX_BYTES) -> bytes:
        """Download the media.

        Args:
            max_bytes: Maximum size in bytes. Default: 512 MiB.

        Raises:
            ValueError: The media are larger than `max_bytes`.
            BytezError: See `bytezkit.errors`.
        """
        content = _api.runs.data_url_content(self.url)
        if content is None:
            return await self._open_stream().read(max_bytes)
        return b"".join(capped([content], max_bytes))

    async def save(self, path: Path, *, max_bytes: int = _MAX_BYTES) -> None:
        """Download the media into a file, which is written atomically; arguments as for `download`.

        Raises:
            OSError: The file cannot be written.
            ValueError: The media are larger than `max_bytes`.
            BytezError: See `bytezkit.errors`.
        """
        content = _api.runs.data_url_content(self.url)
        if content is None:
            await self._open_stream().save(path, max_bytes)
        else:
            await write_file_async(path, content, max_bytes)

    def _open_stream(self) -> AsyncMediaStream:
        return AsyncMediaStream(lambda: self._session.perform(_api.runs.open_download, self.url))
