"""Asynchronous references to the media of an output."""

from os import PathLike
from typing import Final

from bytezkit._core.effects import public_url
from bytezkit._media.display import display_bundle, media_type_of_header, media_type_of_url
from bytezkit._media.downloads import data_url_content, open_download
from bytezkit._media.files import capped
from bytezkit._media.streams import AsyncMediaStream, write_file_async
from bytezkit._transport.session import AsyncSession
from bytezkit_models.reprs import shorten

# Bounds the memory that a wrong or hostile URL can take.
_MAX_BYTES: Final = 512 * 1024 * 1024
# Larger media are not kept for display: notebooks store them in the file of the notebook.
_MAX_DISPLAYED: Final = 16 * 1024 * 1024


class AsyncMediaRef:
    """A reference to the media of an output, which the service stores for a limited time.

    Only `download` and `save` send a request. It carries no key, and follows redirects that keep the scheme.
    After `download`, a notebook displays the media.

    A reference that was unpickled or copied, or constructed as `AsyncMediaRef("https://...")` in a test, has
    no client: `download` and `save` then work with a data URL only.

    Args:
        url: URL of the media, or a data URL that contains them.
        session: Connections of the client that returns the reference. Default: none.

    Attributes:
        url: URL of the media, or a data URL that contains them.

    Raises:
        TypeError: The URL is not a string.
    """

    def __init__(self, url: str, session: AsyncSession | None = None) -> None:
        self.url: Final = url
        if not isinstance(url, str):
            raise TypeError(f"url must be a string, not {type(url).__name__}")
        self._session = session
        self._media_type = media_type_of_url(url)
        self._displayed: bytes | None = None

    def __repr__(self) -> str:
        # A data URL contains the whole media.
        return f"AsyncMediaRef({shorten(repr(self.url), 85)})"

    def __reduce__(self) -> tuple[object, ...]:
        # The session has the key.
        return AsyncMediaRef, (self.url,)

    def _repr_mimebundle_(
        self,
        include: object = None,  # noqa: ARG002 - IPython passes it
        exclude: object = None,  # noqa: ARG002 - IPython passes it
    ) -> dict[str, str]:
        """Return the media for a notebook, which calls this method; before `download` only the `repr`."""
        media = {} if self._displayed is None else display_bundle(self._media_type, self._displayed)
        return {"text/plain": repr(self), **media}

    @property
    def media_type(self) -> str | None:
        """Media type such as `image/png`, or None if it is unknown.

        It is known from the download once it was made; before, from a data URL or the file name in the URL.
        """
        return self._media_type

    async def download(self, *, max_bytes: int = _MAX_BYTES) -> bytes:
        """Download the media.

        Args:
            max_bytes: Maximum size in bytes. Default: 512 MiB.

        Raises:
            ValueError: The media are larger than `max_bytes`.
            RuntimeError: The reference has no client.
            BytezError: See `bytezkit.errors`.
        """
        content = data_url_content(self.url)
        if content is None:
            stream = self._open_stream()
            content = await stream.read(max_bytes)
            self._media_type = media_type_of_header(stream.media_type) or self._media_type
        else:
            content = b"".join(capped([content], max_bytes))
        self._displayed = content if len(content) <= _MAX_DISPLAYED else None
        return content

    async def save(self, path: str | PathLike[str], *, max_bytes: int = _MAX_BYTES) -> None:
        """Download the media into a file, which is written atomically; arguments as for `download`.

        Raises:
            OSError: The file cannot be written.
            ValueError: The media are larger than `max_bytes`.
            RuntimeError: The reference has no client.
            BytezError: See `bytezkit.errors`.
        """
        content = data_url_content(self.url)
        if content is None:
            stream = self._open_stream()
            await stream.save(path, max_bytes)
            self._media_type = media_type_of_header(stream.media_type) or self._media_type
        else:
            await write_file_async(path, content, max_bytes)

    def _open_stream(self) -> AsyncMediaStream:
        session = self._session
        if session is None:
            raise RuntimeError("this media reference has no client: use client.media(url)")
        return AsyncMediaStream(public_url(self.url), lambda: session.perform(open_download, self.url))
