"""Text as it comes."""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from types import TracebackType
from typing import Self

import anyio

from bytezkit._arriving import Arriving
from bytezkit._results import Metadata


class TextStream(Iterator[str]):
    """The text of a running model, piece by piece.

    Iterate over it once, in a `with` block or to the end; leaving early closes the connection. The
    pieces depend on the network, their concatenation does not.

    Iterating raises `StreamIdleTimeoutError` if nothing came for longer than the idle timeout,
    `StreamInterruptedError` if the connection was cut, `ModelFailedError` if the text is a failure of
    the model, and `DecodeError` if the bytes are not UTF-8.
    """

    def __init__(self, arriving: Arriving) -> None:
        self._arriving = arriving
        self._reading = threading.Lock()
        self._closed = False

    @property
    def metadata(self) -> Metadata:
        """What the headers said before the end was known."""
        return self._arriving.metadata

    def __next__(self) -> str:
        arriving = self._arriving
        text = ""
        with self._reading:
            try:
                while not (text or self._closed):
                    chunk = arriving.body.read(arriving.idle_seconds)
                    if not self._closed:  # By another thread, while this one waited.
                        text = arriving.accept(chunk)
                    self._closed = self._closed or arriving.ended
            finally:
                self._closed = self._closed or arriving.ended
                if self._closed:
                    arriving.body.close()
        if not text:
            raise StopIteration
        return text

    def read(self) -> str:
        """Return all text that is still to come."""
        return "".join(self)

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


class AsyncTextStream(AsyncIterator[str]):
    """As `TextStream`, for `async with` and `async for`; it is opened when it is first used."""

    def __init__(self, open_stream: Callable[[], Awaitable[Arriving]]) -> None:
        self._open = open_stream
        self._arriving: Arriving | None = None
        self._reading: anyio.CancelScope | None = None
        self._closed = False

    @property
    def metadata(self) -> Metadata:
        """What the headers said before the end was known.

        Raises:
            RuntimeError: The stream is not open yet.
        """
        if self._arriving is None:
            raise RuntimeError("the stream is not open yet: enter it with `async with` first")
        return self._arriving.metadata

    async def __anext__(self) -> str:
        if self._reading is not None:
            raise RuntimeError("another task is reading this stream")
        text = ""
        try:
            with anyio.CancelScope() as self._reading:
                text = await self._next_text()
        except anyio.get_cancelled_exc_class():
            self._closed = True
            raise
        finally:
            self._reading = None
            if self._closed:
                await self._close_body()
        if not text:
            raise StopAsyncIteration
        return text

    async def _next_text(self) -> str:
        text = ""
        while not (text or self._closed):
            if self._arriving is None:
                self._arriving = await self._open()
            arriving = self._arriving
            try:
                text = arriving.accept(await arriving.body.read_async(arriving.idle_seconds))
            finally:
                self._closed = self._closed or arriving.ended
        return text

    async def read(self) -> str:
        """Return all text that is still to come."""
        return "".join([text async for text in self])

    async def aclose(self) -> None:
        """End the stream and give the connection back, from whichever task."""
        self._closed = True
        if self._reading is None:
            await self._close_body()
        else:
            self._reading.cancel()

    async def _close_body(self) -> None:
        if self._arriving is not None:
            await self._arriving.body.close_async()

    async def __aenter__(self) -> Self:
        if self._arriving is None:
            self._arriving = await self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
