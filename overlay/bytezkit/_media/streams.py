"""Text and media as they come."""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from types import TracebackType
from typing import Self

import anyio
import anyio.to_thread

from bytezkit._core.decoders import PieceT
from bytezkit._core.response_stream import ResponseStream
from bytezkit._core.results import Metadata
from bytezkit._media.files import capped, capped_async, whole_file


class Stream(Iterator[PieceT]):
    """What a running model makes, piece by piece.

    Iterate over it once, in a `with` block or to the end; leaving early closes the connection. The
    pieces depend on the network, their concatenation does not.

    Iterating raises `StreamIdleTimeoutError` if nothing came for longer than the idle timeout and
    `StreamInterruptedError` if the connection was cut.
    """

    def __init__(self, open_stream: Callable[[], ResponseStream[PieceT]]) -> None:
        self._arriving = open_stream()
        self._reading = threading.Lock()
        self._closed = False

    @property
    def metadata(self) -> Metadata:
        """What the headers said before the end was known."""
        return self._arriving.metadata

    def __next__(self) -> PieceT:
        arriving = self._arriving
        with self._reading:
            try:
                while not (self._closed or arriving.ended):
                    chunk = arriving.body.read(arriving.idle_seconds)
                    if self._closed:  # By another thread, while this one waited.
                        break
                    if piece := arriving.accept(chunk):
                        return piece
            finally:
                if arriving.ended or self._closed:
                    self._closed = True
                    arriving.body.close()
        raise StopIteration

    def close(self) -> None:
        """End the stream and give the connection back.

        From another thread than the one that reads, it takes effect when the read under way ends,
        at the latest at the idle timeout.
        """
        self._closed = True
        if self._reading.acquire(blocking=False):
            try:
                self._arriving.body.close()
            finally:
                self._reading.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class TextStream(Stream[str]):
    """The text of a running model.

    Iterating also raises `ModelFailedError` if the text is a failure of the model, and `DecodeError` if
    the bytes are not UTF-8.
    """

    def read(self) -> str:
        """Return all text that is still to come."""
        return "".join(self)


class MediaStream(Stream[bytes]):
    """The bytes of a picture, a sound or a video."""

    @property
    def media_type(self) -> str | None:
        """The type of the media, such as `image/png`, if the service says it."""
        return self._arriving.media_type

    def read(self, max_bytes: int | None = None) -> bytes:
        """Return all bytes that are still to come.

        Raises:
            ValueError: There are more than `max_bytes`; the stream is then closed.
        """
        with self:
            return b"".join(capped(self, max_bytes))

    def save(self, path: Path, max_bytes: int | None = None) -> None:
        """Write all bytes that are still to come to a file, which appears whole or not at all.

        Raises:
            OSError: The file can not be written.
            ValueError: There are more than `max_bytes`.
        """
        with self, whole_file(path) as file:
            file.writelines(capped(self, max_bytes))


class AsyncStream(AsyncIterator[PieceT]):
    """As `Stream`, for `async with` and `async for`; it is opened when it is first used."""

    def __init__(self, open_stream: Callable[[], Awaitable[ResponseStream[PieceT]]]) -> None:
        self._open = open_stream
        self._one_opens = anyio.Lock()
        self._opening: anyio.CancelScope | None = None
        self._arriving: ResponseStream[PieceT] | None = None
        self._reading = False
        self._closed = False

    @property
    def metadata(self) -> Metadata:
        """What the headers said before the end was known.

        Raises:
            RuntimeError: The stream is not open yet.
        """
        return self._opened.metadata

    @property
    def _opened(self) -> ResponseStream[PieceT]:
        if self._arriving is None:
            raise RuntimeError("the stream is not open yet: enter it with `async with` first")
        return self._arriving

    async def __anext__(self) -> PieceT:
        if self._reading:
            raise RuntimeError("another task is reading this stream")
        self._reading = True
        try:
            arriving = self._arriving
            if arriving is None and not self._closed:
                arriving = await self._arrival()
            while not (self._closed or arriving is None or arriving.ended):
                chunk = await arriving.body.read_async(arriving.idle_seconds)
                if self._closed:  # By another task, while this one waited.
                    break
                if piece := arriving.accept(chunk):
                    return piece
        except anyio.get_cancelled_exc_class():
            self._closed = True
            raise
        finally:
            self._reading = False
            if self._closed or (self._arriving is not None and self._arriving.ended):
                self._closed = True
                await self._close_body()
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """End the stream and give the connection back, from whichever task."""
        self._closed = True
        if self._opening is not None:
            self._opening.cancel()
        await self._close_body()

    async def _close_body(self) -> None:
        if self._arriving is not None:
            await self._arriving.body.close_async()

    async def _arrival(self) -> ResponseStream[PieceT] | None:
        """Open the stream unless it is open; give nothing if it is closed meanwhile."""
        async with self._one_opens:
            if self._arriving is None:
                if self._closed:
                    raise RuntimeError("the stream is closed")
                try:
                    with anyio.CancelScope() as self._opening:
                        self._arriving = await self._open()
                finally:
                    self._opening = None
            return self._arriving

    async def __aenter__(self) -> Self:
        await self._arrival()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()


class AsyncTextStream(AsyncStream[str]):
    """As `TextStream`, for `async with` and `async for`; it is opened when it is first used."""

    async def read(self) -> str:
        """Return all text that is still to come."""
        return "".join([text async for text in self])


class AsyncMediaStream(AsyncStream[bytes]):
    """As `MediaStream`, for `async with` and `async for`; it is opened when it is first used."""

    @property
    def media_type(self) -> str | None:
        """The type of the media, such as `image/png`, if the service says it.

        Raises:
            RuntimeError: The stream is not open yet.
        """
        return self._opened.media_type

    async def read(self, max_bytes: int | None = None) -> bytes:
        """Return all bytes that are still to come; errors as for `MediaStream.read`."""
        async with self:
            return b"".join([chunk async for chunk in capped_async(self, max_bytes)])

    async def save(self, path: Path, max_bytes: int | None = None) -> None:
        """Write all bytes that are still to come to a file; errors as for `MediaStream.save`."""
        async with self, aclosing(capped_async(self, max_bytes)) as chunks:
            with whole_file(path) as file:
                async for chunk in chunks:
                    await anyio.to_thread.run_sync(file.write, chunk)


def write_file(path: Path, content: bytes, max_bytes: int) -> None:
    """Write a file, which appears whole or not at all.

    Raises:
        OSError: The file can not be written.
        ValueError: The content has more than `max_bytes` bytes.
    """
    with whole_file(path) as file:
        file.writelines(capped([content], max_bytes))


async def write_file_async(path: Path, content: bytes, max_bytes: int) -> None:
    """Write a file in a thread; otherwise as `write_file`."""
    await anyio.to_thread.run_sync(write_file, path, content, max_bytes)
