"""A connection over TCP."""

import asyncio
from asyncio import BaseTransport, Transport
from typing import Final, cast

from bytezkit_emulator._runtime import Runtime
from bytezkit_emulator._server.exchange import Exchange
from bytezkit_emulator._server.parser import RequestParser
from bytezkit_emulator._server.writer import CONTINUE, refusal

# Longer than clients keep theirs, so that none is closed just when it is used again.
_LONGEST_IDLE: Final = 75.0


class Connection(asyncio.Protocol):
    """Answers the requests of a connection, one after the other.

    Args:
        core: Answers the requests.
        connections: All open connections; a connection adds and removes itself.

    Attributes:
        closed: Done when the connection is closed.
    """

    def __init__(self, core: Runtime, connections: set["Connection"]) -> None:
        self._core = core
        self._connections = connections
        self._loop = asyncio.get_running_loop()
        self._parser = RequestParser(core.settings.body_limit)
        self._exchange: Exchange | None = None
        self._is_full = False
        self._is_ending = False
        self._last_use = self._loop.time()
        self.closed: Final[asyncio.Future[None]] = self._loop.create_future()

    def connection_made(self, transport: BaseTransport) -> None:
        """Begin. Called by the event loop, as the methods below."""
        self._transport = cast("Transport", transport)
        self._connections.add(self)
        self._idle_check = self._loop.call_later(_LONGEST_IDLE, self._check_idle)

    def data_received(self, data: bytes) -> None:
        """Parse the bytes that arrived."""
        self._last_use = self._loop.time()
        self._parser.feed(data)
        self._go_on()

    def pause_writing(self) -> None:
        """Send nothing until the client has read enough."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Continue, since the client has read enough."""
        self._is_full = False
        self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # the cause changes nothing
        """Abandon the request under way."""
        self._connections.discard(self)
        self._idle_check.cancel()
        if self._exchange is not None:
            self._exchange.leave()
        self.closed.set_result(None)

    def end(self) -> None:
        """Close the connection, after the answer under way."""
        self._is_ending = True
        if self._exchange is None:
            self._transport.close()

    def abort(self) -> None:
        """Close the connection at once."""
        self._transport.abort()

    def _go_on(self) -> None:
        """Answer the parsed requests, until an answer has to wait."""
        while not (self._is_full or self._transport.is_closing()):
            if self._exchange is None:
                if self._is_ending or not self._parser.messages:
                    self._rest()
                    return
                message = self._parser.messages.popleft()
                self._exchange = Exchange(self._core, message, self._transport, self._go_on)
            self._exchange.proceed()
            if self._exchange.is_over:
                self._exchange = None
                self._last_use = self._loop.time()
            elif self._exchange.is_waiting:
                break
        if self._parser.messages and not self._transport.is_closing():
            # A client that does not read its answers must not fill the memory with requests.
            self._transport.pause_reading()

    def _rest(self) -> None:
        """Close, refuse or read on, when all parsed requests are answered."""
        if self._is_ending:
            self._transport.close()
        elif self._parser.is_malformed:
            self._transport.write(refusal(400, "Invalid HTTP request received."))
            self._transport.close()
        else:
            if self._parser.awaits_continue:
                self._parser.awaits_continue = False
                self._transport.write(CONTINUE)
            self._transport.resume_reading()

    def _check_idle(self) -> None:
        # One timer that looks again costs less than one for each request.
        rest = self._last_use + _LONGEST_IDLE - self._loop.time()
        if rest <= 0 and self._exchange is None and self._parser.is_idle:
            self._transport.close()
        else:
            self._idle_check = self._loop.call_later(max(rest, 1), self._check_idle)
