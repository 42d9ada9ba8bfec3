"""Text and media streams."""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, suppress
from os import PathLike
from types import TracebackType
from typing import Self

import anyio
import anyio.to_thread

from bytezkit._core.decoders import PieceT
from bytezkit._core.response_stream import ResponseStream
from bytezkit._core.results import Metadata
from bytezkit._core.unclosed import close_without_waiting, place_of_caller, warn_unclosed
from bytezkit._media.files import atomic_file, capped, capped_async
from bytezkit_models.reprs import object_repr


class Stream(Iterator[PieceT]):
    """Output of a running model: an iterator over pieces and a context manager.

    Iterate once, in a `with` block or to the end; leaving the block early closes the connection. The network
    decides where pieces begin and end; their concatenation is always the same.

    Iterating raises `StreamIdleTimeoutError` if no data arrives within the idle timeout, and
    `StreamInterruptedError` if the connection is cut.
    """

    def __init__(self, label: str, open_stream: Callable[[], ResponseStream[PieceT]]) -> None:
        self._label = label
        self._read_lock = threading.Lock()
        self._closed = False
        self._made_at = place_of_caller()
        self._response = open_stream()

    @property
    def _is_open(self) -> bool:
        # `__del__`, and a traceback with local variables, also see a stream that could not be opened.
        return hasattr(self, "_response") and not (self._closed or self._response.ended)

    def __repr__(self) -> str:
        return object_repr(self, self._label, "open" if self._is_open else "closed")

    def __del__(self) -> None:
        if self._is_open:
            description = repr(self)
            with suppress(RuntimeError):  # The stream belongs to the parent of this process.
                self.close()
                warn_unclosed(description, self._made_at)

    @property
    def metadata(self) -> Metadata:
        """Metadata from the response headers, received before the output is complete."""
        return self._response.metadata

    def __next__(self) -> PieceT:
        response = self._response
        with self._read_lock:
            try:
                while not (self._closed or response.ended):
                    chunk = response.body.read(response.idle_seconds)
                    if self._closed:  # Another thread called `close` during the read.
                        break
                    if piece := response.accept(chunk):
                        return piece
            finally:
                if response.ended or self._closed:
                    self._closed = True
                    response.body.close()
        raise StopIteration

    def close(self) -> None:
        """End the stream and release the connection.

        If another thread is reading, the stream ends after that read, at the latest at the idle timeout.
        """
        self._closed = True
        # A socket must not be closed during a read in another thread: the reader then closes the body itself.
        if self._read_lock.acquire(blocking=False):
            try:
                self._response.body.close()
            finally:
                self._read_lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class TextStream(Stream[str]):
    """Text output of a running model.

    Iterating also raises `ModelFailedError` if the text reports a failure of the model, and `DecodeError` if
    the bytes are not UTF-8.
    """

    def read(self) -> str:
        """Return the rest of the text."""
        return "".join(self)


class MediaStream(Stream[bytes]):
    """Bytes of an image, a sound or a video."""

    @property
    def media_type(self) -> str | None:
        """Media type such as `image/png`; None without a `Content-Type` header."""
        return self._response.media_type

    def read(self, max_bytes: int | None = None) -> bytes:
        """Return the rest of the bytes, and close the stream.

        Raises:
            ValueError: The rest has more than `max_bytes` bytes; None is no limit.
        """
        with self:
            return b"".join(capped(self, max_bytes))

    def save(self, path: str | PathLike[str], max_bytes: int | None = None) -> None:
        """Write the rest of the bytes to a file atomically, and close the stream.

        Raises:
            OSError: The file cannot be written.
            ValueError: The rest has more than `max_bytes` bytes; None is no limit.
        """
        with self, atomic_file(path) as file:
            file.writelines(capped(self, max_bytes))


class AsyncStream(AsyncIterator[PieceT]):
    """Asynchronous `Stream`, for `async with` and `async for`. The first use sends the request."""

    def __init__(self, label: str, open_stream: Callable[[], Awaitable[ResponseStream[PieceT]]]) -> None:
        self._label = label
        self._open_stream = open_stream
        self._open_lock = anyio.Lock()
        self._opening_scope: anyio.CancelScope | None = None
        self._response: ResponseStream[PieceT] | None = None
        self._reading = False
        self._closed = False
        self._made_at = place_of_caller()

    def __repr__(self) -> str:
        ended = self._closed or (self._response is not None and self._response.ended)
        state = "closed" if ended else "not open yet" if self._response is None else "open"
        return object_repr(self, self._label, state)

    def __del__(self) -> None:
        if self._response is not None and not (self._closed or self._response.ended):
            description = repr(self)
            close_without_waiting(self.aclose())
            warn_unclosed(description, self._made_at)

    @property
    def metadata(self) -> Metadata:
        """Metadata from the response headers, received before the output is complete.

        Raises:
            RuntimeError: The stream is not open yet.
        """
        return self._opened_response.metadata

    @property
    def _opened_response(self) -> ResponseStream[PieceT]:
        if self._response is None:
            raise RuntimeError("the stream is not open yet: enter it with `async with` first")
        return self._response

    async def __anext__(self) -> PieceT:
        if self._reading:
            raise RuntimeError("another task is reading this stream")
        self._reading = True
        try:
            response = self._response
            if response is None and not self._closed:
                response = await self._ensure_open()
            while not (self._closed or response is None or response.ended):
                chunk = await response.body.read_async(response.idle_seconds)
                if self._closed:  # Another task called `aclose` during the read.
                    break
                if piece := response.accept(chunk):
                    return piece
        except anyio.get_cancelled_exc_class():
            # The cancelled read may have lost bytes, so the stream cannot continue.
            self._closed = True
            raise
        finally:
            self._reading = False
            if self._closed or (self._response is not None and self._response.ended):
                self._closed = True
                await self._close_body()
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """End the stream and release the connection, also during a read in another task."""
        self._closed = True
        if self._opening_scope is not None:
            self._opening_scope.cancel()
        await self._close_body()

    async def _close_body(self) -> None:
        if self._response is not None:
            await self._response.body.close_async()

    async def _ensure_open(self) -> ResponseStream[PieceT] | None:
        """Return the open response, or None if the stream was closed while it opened."""
        async with self._open_lock:
            if self._response is None:
                if self._closed:
                    raise RuntimeError("the stream is closed")
                try:
                    with anyio.CancelScope() as self._opening_scope:
                        self._response = await self._open_stream()
                finally:
                    self._opening_scope = None
            return self._response

    async def __aenter__(self) -> Self:
        await self._ensure_open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()


class AsyncTextStream(AsyncStream[str]):
    """Asynchronous `TextStream`, for `async with` and `async for`. The first use sends the request."""

    async def read(self) -> str:
        """Return the rest of the text."""
        return "".join([text async for text in self])


class AsyncMediaStream(AsyncStream[bytes]):
    """Asynchronous `MediaStream`, for `async with` and `async for`. The first use sends the request."""

    @property
    def media_type(self) -> str | None:
        """Media type such as `image/png`; None without a `Content-Type` header.

        Raises:
            RuntimeError: The stream is not open yet.
        """
        return self._opened_response.media_type

    async def read(self, max_bytes: int | None = None) -> bytes:
        """Return the rest of the bytes, and close the stream; errors as for `MediaStream.read`."""
        async with self:
            return b"".join([chunk async for chunk in capped_async(self, max_bytes)])

    async def save(self, path: str | PathLike[str], max_bytes: int | None = None) -> None:
        """Write the rest of the bytes to a file atomically; errors as for `MediaStream.save`."""
        async with self, aclosing(capped_async(self, max_bytes)) as chunks:
            with atomic_file(path) as file:
                async for chunk in chunks:
                    await anyio.to_thread.run_sync(file.write, chunk)


def write_file(path: str | PathLike[str], content: bytes, max_bytes: int) -> None:
    """Write a file atomically.

    Raises:
        OSError: The file cannot be written.
        ValueError: The content has more than `max_bytes` bytes.
    """
    with atomic_file(path) as file:
        file.writelines(capped([content], max_bytes))


async def write_file_async(path: str | PathLike[str], content: bytes, max_bytes: int) -> None:
    """Write a file atomically in a thread; errors as for `write_file`."""
    await anyio.to_thread.run_sync(write_file, path, content, max_bytes)
