"""A request and its response on a connection."""

import asyncio
import logging
import socket
import struct
import sys
from asyncio import TimerHandle, Transport
from collections.abc import Callable
from typing import Final

from bytezkit_emulator._common.http_types import ConnectionCutError, Reply
from bytezkit_emulator._runtime import Runtime
from bytezkit_emulator._server.driver import Driver
from bytezkit_emulator._server.parser import Message
from bytezkit_emulator._server.writer import LAST_CHUNK, encode_chunk, encode_error, encode_head
from bytezkit_emulator._time.future import Future

_LOGGER: Final = logging.getLogger("bytezkit_emulator")
# SO_LINGER with a timeout of 0: closing discards unsent bytes and sends RST.
_LINGER_OPTION: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Exchange:
    """Sends the response to one request, on the thread of the event loop.

    Args:
        runtime: Handles the request.
        message: The parsed request.
        transport: The connection.
        on_wake: Called when the next part may be ready.

    Attributes:
        is_waiting: Whether the next part is not ready.
        is_done: Whether the response has ended or the request was abandoned.
    """

    def __init__(
        self, runtime: Runtime, message: Message, transport: Transport, on_wake: Callable[[], object]
    ) -> None:
        self.is_waiting = False
        self.is_done = False
        self._stream_limit = runtime.settings.stream_limit.total_seconds()
        self._message = message
        self._transport = transport
        self._on_wake = on_wake
        self._loop = asyncio.get_running_loop()
        self._driver = Driver(runtime, message.request)
        self._stream_timer: TimerHandle | None = None
        # Sent with the first chunk, which saves a system call and a packet.
        self._unsent_head = b""
        self._is_chunked = False
        # Whether the end of the connection is the end of the body, as with HTTP/1.0.
        self._ends_with_connection = False

    def proceed(self) -> None:
        """Send the next part of the response, if it is ready."""
        if self.is_waiting:
            return
        try:
            self._handle_part(self._driver.step())
        except ConnectionCutError as cut:
            self._cut(cut)
        except Exception:
            # A defect of this package. Headers and body may hold keys, so only the request line is logged.
            request = self._message.request
            _LOGGER.exception("%s %s failed", request.method, request.path)
            self._fail()

    def abandon(self) -> None:
        """Abandon the request, unless it is done."""
        self.is_done = True
        if self._stream_timer is not None:
            self._stream_timer.cancel()
        self._driver.close()

    def _handle_part(self, part: Future | Reply | bytes | None) -> None:
        match part:
            case Reply():
                self._begin(part)
            case bytes():
                self._send(encode_chunk(part) if self._is_chunked else part)
            case Future():
                # The client gets the head before the first chunk is ready.
                self._send(b"")
                self.is_waiting = True
                self._driver.notify(part, self._wake)
            case None:
                self._send(LAST_CHUNK if self._is_chunked else b"")
                self.abandon()
                self._finish()

    def _begin(self, reply: Reply) -> None:
        if isinstance(reply.body, bytes):
            self._transport.write(encode_head(reply, self._message, is_chunked=False) + reply.body)
            self._finish()
            return
        has_length = "content-length" in reply.headers
        self._is_chunked = not has_length and self._message.supports_chunked
        self._ends_with_connection = not (has_length or self._is_chunked)
        self._unsent_head = encode_head(reply, self._message, is_chunked=self._is_chunked)
        self._stream_timer = self._loop.call_later(self._stream_limit, self._cut, ConnectionCutError("reset"))

    def _send(self, data: bytes) -> None:
        """Send a part of the body, together with the head if it is unsent."""
        head, self._unsent_head = self._unsent_head, b""
        if head or data:
            self._transport.write(head + data)

    def _finish(self) -> None:
        self.is_done = True
        if self._message.closes_connection:
            self._transport.close()

    def _wake(self) -> None:
        # `call_soon_threadsafe` fails on a closed loop, after a server that did not wait for this request.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._resume)

    def _resume(self) -> None:
        self.is_waiting = False
        self._on_wake()

    def _cut(self, cut: ConnectionCutError) -> None:
        self._send(b"")
        self.abandon()
        if cut.how == "close" and not self._ends_with_connection:
            self._transport.close()
            return
        self._transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_OPTION
        )
        self._transport.abort()

    def _fail(self) -> None:
        # Without a started stream, no byte of the response is sent yet.
        if self._stream_timer is None:
            self._transport.write(encode_error(500, "Internal Server Error"))
        self._cut(ConnectionCutError("close"))
