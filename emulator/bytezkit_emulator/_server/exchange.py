"""A request and its answer on a connection."""

import asyncio
import logging
import socket
import struct
import sys
from asyncio import TimerHandle, Transport
from collections.abc import Callable
from typing import Final

from bytezkit_emulator._common.http_types import Cut, Reply
from bytezkit_emulator._runtime import Runtime
from bytezkit_emulator._server.driver import Driver
from bytezkit_emulator._server.parser import Message
from bytezkit_emulator._server.writer import LAST_CHUNK, encoded_chunk, encoded_head, refusal
from bytezkit_emulator._time.future import Wait

_LOGGER: Final = logging.getLogger("bytezkit_emulator")
# Closing drops what was not sent, and resets the connection.
_LINGER: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Exchange:
    """Answers one request, on the thread of the event loop.

    Args:
        core: Answers the request.
        message: The request.
        transport: The connection.
        on_wake: Called when the next part may be ready.

    Attributes:
        is_waiting: Whether the next part is not ready.
        is_over: Whether the request is answered or abandoned.
    """

    def __init__(
        self, core: Runtime, message: Message, transport: Transport, on_wake: Callable[[], object]
    ) -> None:
        self.is_waiting = False
        self.is_over = False
        self._stream_limit = core.settings.stream_limit.total_seconds()
        self._message = message
        self._transport = transport
        self._on_wake = on_wake
        self._loop = asyncio.get_running_loop()
        self._driver = Driver(core, message.request)
        self._limit: TimerHandle | None = None
        self._unsent_head = b""
        self._is_chunked = False

    def proceed(self) -> None:
        """Send the next part of the answer, if the part is ready."""
        if self.is_waiting:
            return
        try:
            self._take(self._driver.step())
        except Cut as cut:
            self._cut(cut)
        except Exception:
            # A defect of this package. Headers and body may hold keys, so only the request line is logged.
            request = self._message.request
            _LOGGER.exception("%s %s failed", request.method, request.path)
            self._fail()

    def leave(self) -> None:
        """Abandon the request, unless it is over."""
        self.is_over = True
        if self._limit is not None:
            self._limit.cancel()
        self._driver.close()

    def _take(self, part: Wait | Reply | bytes | None) -> None:
        match part:
            case Reply():
                self._begin(part)
            case bytes():
                self._send(encoded_chunk(part) if self._is_chunked else part)
            case Wait():
                self._send(b"")
                self.is_waiting = True
                self._driver.notify(part, self._wake)
            case None:
                self._send(LAST_CHUNK if self._is_chunked else b"")
                self.leave()
                self._finish()

    def _begin(self, reply: Reply) -> None:
        if isinstance(reply.body, bytes):
            self._transport.write(encoded_head(reply, self._message, is_chunked=False) + reply.body)
            self._finish()
            return
        self._is_chunked = "content-length" not in reply.headers and self._message.takes_chunks
        self._unsent_head = encoded_head(reply, self._message, is_chunked=self._is_chunked)
        self._limit = self._loop.call_later(self._stream_limit, self._cut, Cut("reset"))

    def _send(self, data: bytes) -> None:
        """Send a part of the body, the first one together with the head."""
        head, self._unsent_head = self._unsent_head, b""
        if head or data:
            self._transport.write(head + data)

    def _finish(self) -> None:
        self.is_over = True
        if self._message.is_last:
            self._transport.close()

    def _wake(self) -> None:
        # The loop is closed if the server ended without waiting for this request.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._go_on)

    def _go_on(self) -> None:
        self.is_waiting = False
        self._on_wake()

    def _cut(self, cut: Cut) -> None:
        self._send(b"")
        self.leave()
        if cut.how == "close":
            self._transport.close()
            return
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        self._transport.abort()

    def _fail(self) -> None:
        if self._limit is None:
            self._transport.write(refusal(500, "Internal Server Error"))
        self.leave()
        self._transport.close()
