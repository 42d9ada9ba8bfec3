"""A network whose reads and writes end with the call that they belong to.

The timeouts of the HTTP library start anew with every byte, so a server that sends one byte now and
then could hold a synchronous call for ever. Here each operation on a socket gets at most what is left
of the call's own time.

The asynchronous client cancels instead, and here nothing is lost by it.

In both, head and body of a request leave together: the HTTP library would send them one after the other.
"""

import socket
import ssl
import threading
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from typing import Final

import anyio
import httpcore

_calls: Final = threading.local()
# A body is copied to its head up to this many bytes.
_MOST_HELD: Final = 65_536


@contextmanager
def bounded(seconds: float | None) -> Generator[None, None, None]:
    """Give the calling thread's network operations this much time in all, in real seconds."""
    outer = getattr(_calls, "expiry", None)
    _calls.expiry = None if seconds is None else time.monotonic() + seconds
    try:
        yield
    finally:
        _calls.expiry = outer


def time_is_up() -> bool:
    """Say whether the time that `bounded` gave has passed."""
    expiry: float | None = getattr(_calls, "expiry", None)
    return expiry is not None and time.monotonic() >= expiry


def _left(timeout: float | None, expiry: float | None = None) -> float | None:
    if expiry is None:
        expiry = getattr(_calls, "expiry", None)
    if expiry is None:
        return timeout
    left = max(expiry - time.monotonic(), 0.001)
    return left if timeout is None else min(timeout, left)


class BoundedBackend(httpcore.NetworkBackend):
    """A network backend whose operations keep to `bounded`."""

    def __init__(self, backend: httpcore.NetworkBackend) -> None:
        self._backend = backend

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of the host that answers, within what is left for all of them."""

        def connect(address: str) -> httpcore.NetworkStream:
            stream = self._backend.connect_tcp(address, port, _left(timeout), local_address, socket_options)
            return BoundedStream(stream)

        *others, last = _addresses(host, port)
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return connect(address)
        return connect(last)


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(str(error)) from error
    return [str(address) for _, _, _, _, (address, *_) in found]


class BoundedStream(httpcore.NetworkStream):
    """A connection.

    Attributes:
        expiry: Until when the next chunk of an answer has to come, on the monotonic clock; None for ever.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self.expiry: float | None = None
        self._stream = stream
        self._held = b""
        self._awaits_bytes = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if time_is_up():
            raise httpcore.ReadTimeout
        self._awaits_bytes = True
        if self._held:
            with suppress(httpcore.WriteError):  # A server that wants no more may have said why.
                self._send_held(timeout)
        received = self._stream.read(max_bytes, _left(timeout, self.expiry))
        self._awaits_bytes = False
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if time_is_up():
            raise httpcore.WriteTimeout
        self.expiry = None
        self._awaits_bytes = True
        if len(self._held) + len(buffer) <= _MOST_HELD:
            self._held += buffer
        else:
            self._send_held(timeout)
            self._stream.write(buffer, _left(timeout))

    def _send_held(self, timeout: float | None) -> None:
        held, self._held = self._held, b""
        self._stream.write(held, _left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return BoundedStream(self._stream.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> object:
        # The pool takes bytes on an idle connection for its end, and closes it; meanwhile another thread
        # may have got it for a request, whose answer these bytes are.
        if info == "is_readable" and self._awaits_bytes:
            return False
        return self._stream.get_extra_info(info)


class CancellableBackend(httpcore.AsyncNetworkBackend):
    """A network backend that closes the socket of a handshake that is cancelled; others leave it open."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend) -> None:
        self._backend = backend

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect."""
        stream = await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        return CancellableStream(stream)


class CancellableStream(httpcore.AsyncNetworkStream):
    """A connection.

    Attributes:
        expiry: As that of `BoundedStream`.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self.expiry: float | None = None
        self._stream = stream
        self._held = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._held:
            with suppress(httpcore.WriteError):  # A server that wants no more may have said why.
                await self._send_held(timeout)
        return await self._stream.read(max_bytes, _left(timeout, self.expiry))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.expiry = None
        if len(self._held) + len(buffer) <= _MOST_HELD:
            self._held += buffer
        else:
            await self._send_held(timeout)
            await self._stream.write(buffer, timeout)

    async def _send_held(self, timeout: float | None) -> None:
        held, self._held = self._held, b""
        await self._stream.write(held, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            return CancellableStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))
        except BaseException:
            with anyio.CancelScope(shield=True):
                await self.aclose()
            raise

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
