"""A TCP connection of the HTTP server."""

import asyncio
import sys
from asyncio import BaseTransport, Transport
from functools import cache
from typing import Final, cast

from bytezkit_emulator._common.http_types import is_loopback_address
from bytezkit_emulator._runtime import Runtime
from bytezkit_emulator._server.exchange import Exchange
from bytezkit_emulator._server.parser import RequestParser
from bytezkit_emulator._server.writer import CONTINUE, encode_error

# Open files of the process beside connections, and connections beyond the limit while all others are busy.
_OTHER_FILES: Final = 64
_RESERVE: Final = 32
# A request that is not complete after this time is refused, since its client may never send the rest.
_MAX_REQUEST_SECONDS: Final = 300.0
# Longer than clients keep idle connections, so that the server never closes one that is about to be reused.
_MAX_IDLE_SECONDS: Final = 75.0


class Connection(asyncio.Protocol):
    """Responds to the requests of a connection, one after the other.

    Args:
        runtime: Handles the requests.
        connections: All open connections; a connection adds and removes itself.

    Attributes:
        closed: Done when the connection is closed.
        last_use: Time of the event loop when data arrived or a response ended last.
    """

    def __init__(self, runtime: Runtime, connections: set["Connection"]) -> None:
        self._runtime = runtime
        self._connections = connections
        self._loop = asyncio.get_running_loop()
        self._parser = RequestParser(runtime.body_limit)
        self._exchange: Exchange | None = None
        self._is_full = False
        self._is_ending = False
        self.last_use = self._begin_of_request = self._loop.time()
        self.closed: Final[asyncio.Future[None]] = self._loop.create_future()

    def connection_made(self, transport: BaseTransport) -> None:
        """Start. The event loop calls this method and the methods below."""
        self._transport = cast("Transport", transport)
        # None if the client has already reset the connection.
        peer = transport.get_extra_info("peername")
        self._parser.is_local = peer is not None and is_loopback_address(peer[0])
        self._connections.add(self)
        self._make_room()
        self._idle_check = self._loop.call_later(_MAX_IDLE_SECONDS, self._check_idle)

    def data_received(self, data: bytes) -> None:
        """Parse the bytes that arrived."""
        self.last_use = self._loop.time()
        if self._exchange is not None or self._parser.is_idle:
            self._begin_of_request = self.last_use
        self._parser.feed(data)
        self._proceed()

    def pause_writing(self) -> None:
        """Send nothing until the client has read enough."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Continue, since the client has read enough."""
        self._is_full = False
        self._proceed()

    def connection_lost(self, exc: Exception | None) -> None:
        """Abandon the current request."""
        del exc  # The base class sets the name; the cause makes no difference.
        self._connections.discard(self)
        self._idle_check.cancel()
        if self._exchange is not None:
            self._exchange.abandon()
            self._exchange = None
        self._parser.close()
        self.closed.set_result(None)

    def end(self) -> None:
        """Close the connection after the current response."""
        self._is_ending = True
        if self._exchange is None:
            self._transport.close()

    def abort(self) -> None:
        """Close the connection immediately."""
        self._transport.abort()

    def _proceed(self) -> None:
        """Respond to the next parsed request until its response has to wait."""
        while not (self._is_full or self._transport.is_closing()):
            if self._exchange is None:
                if self._is_ending or not self._parser.messages:
                    self._handle_idle()
                    return
                message = self._parser.messages.popleft()
                self._exchange = Exchange(self._runtime, message, self._transport, self._proceed)
            self._exchange.proceed()
            if self._exchange.is_done:
                self._exchange = None
                self.last_use = self._begin_of_request = self._loop.time()
                if self._parser.messages:
                    # Otherwise a client that sends many requests at once would keep the others waiting.
                    self._loop.call_soon(self._proceed)
                    break
            elif self._exchange.is_waiting:
                break
        if self._parser.messages and not self._transport.is_closing():
            # Otherwise a client that sends without reading fills the memory with parsed requests.
            self._transport.pause_reading()

    def _handle_idle(self) -> None:
        """After the last parsed request: close the connection, reject malformed data, or read on."""
        if self._is_ending:
            self._transport.close()
        elif self._parser.is_malformed:
            self._transport.write(encode_error(400, "Invalid HTTP request received."))
            self._transport.close()
        else:
            if self._parser.awaits_continue:
                self._parser.awaits_continue = False
                self._transport.write(CONTINUE)
            self._transport.resume_reading()

    def _check_idle(self) -> None:
        # One timer per connection, which checks again, costs less than one timer per request.
        now = self._loop.time()
        rest = self.last_use + _MAX_IDLE_SECONDS - now
        if self._exchange is None and self._parser.is_idle:
            if rest <= 0:
                self._transport.close()
                return
        elif self._exchange is None and not self._is_full:
            rest = min(rest, self._begin_of_request + _MAX_REQUEST_SECONDS - now)
            if rest <= 0:
                self._transport.write(encode_error(408, "The request is not complete."))
                self._transport.close()
                return
        self._idle_check = self._loop.call_later(max(rest, 1), self._check_idle)

    def _make_room(self) -> None:
        """Keep file descriptors for new connections: end the connection without use for the longest time."""
        excess = len(self._connections) - _max_connections()
        if excess <= 0:
            return
        unused = [it for it in self._connections if it.is_unused and it is not self]
        if unused:
            min(unused, key=lambda it: it.last_use).abort()
        elif excess > _RESERVE:
            self.abort()

    @property
    def is_unused(self) -> bool:
        """Whether no complete request waits for its response."""
        return self._exchange is None and not self._transport.is_closing()


@cache
def _max_connections() -> int:
    """Return how many connections leave enough file descriptors for other files."""
    if sys.platform == "win32":
        return sys.maxsize
    import resource  # noqa: PLC0415, TID251 - Windows has no limit of open files

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if soft == resource.RLIM_INFINITY else max(1, soft - _OTHER_FILES - _RESERVE)
