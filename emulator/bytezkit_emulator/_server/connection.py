"""One connection of a client."""

import asyncio
from asyncio import BaseTransport, Transport
from typing import Final, cast

from bytezkit_emulator._core import Core
from bytezkit_emulator._server.exchange import Exchange
from bytezkit_emulator._server.parser import RequestParser
from bytezkit_emulator._server.writer import CONTINUE, refusal

# Longer than clients keep theirs, so that none is closed just when it is used again.
_LONGEST_IDLE: Final = 75.0


class Connection(asyncio.Protocol):
    """Answers the requests of a client, one after the other.

    Args:
        core: What answers them.
        connections: All that are open; it puts itself there.

    Attributes:
        closed: Done when the connection is gone.
    """

    def __init__(self, core: Core, connections: set["Connection"]) -> None:
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
        """Read what came."""
        self._last_use = self._loop.time()
        self._parser.feed(data)
        self._go_on()

    def pause_writing(self) -> None:
        """Send nothing more until the client has read."""
        self._is_full = True

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        self._is_full = False
        self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # how it ended is all the same
        """Give up what the client does not wait for any more."""
        self._connections.discard(self)
        self._idle_check.cancel()
        if self._exchange is not None:
            self._exchange.leave()
        self.closed.set_result(None)

    def end(self) -> None:
        """Close it, behind the answer that is under way."""
        self._is_ending = True
        if self._exchange is None:
            self._transport.close()

    def abort(self) -> None:
        """Close it at once."""
        self._transport.abort()

    def _go_on(self) -> None:
        """Answer what was read, as far as can be now."""
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
            # Whoever sends without reading the answers has to wait.
            self._transport.pause_reading()

    def _rest(self) -> None:
        """Do what is left to do when all is answered."""
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
