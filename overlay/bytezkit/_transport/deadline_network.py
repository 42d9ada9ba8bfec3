"""Network backend of httpcore that enforces a total deadline on synchronous calls.

The timeouts of httpx restart with every byte, so a server or proxy that sends single bytes holds a
synchronous call for ever. Here each operation on a socket gets at most the rest of the call's deadline.
Asynchronous calls do not need this backend: they are cancelled at their deadline.
"""

import ssl
import threading
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from typing import Final

import httpcore


class _Current(threading.local):
    """The deadline of the calling thread on the monotonic clock; None for no deadline."""

    expiry: float | None = None


_current: Final = _Current()
# Seconds; poll takes milliseconds as a C int. 24 days is longer than any connection lives.
_MAX_TIMEOUT: Final = 2**31 // 1000
# A body up to this size is copied behind its head, so that both leave in one packet.
_MAX_COALESCED_WRITE: Final = 65_536


def socket_timeout(seconds: float | None) -> float | None:
    """Return a timeout that a socket can have. A longer one is no limit."""
    return seconds if seconds is None or seconds < _MAX_TIMEOUT else None


@contextmanager
def deadline(seconds: float | None) -> Generator[None, None, None]:
    """Limit the network operations of the calling thread to `seconds` of real time in total."""
    outer = _current.expiry
    _current.expiry = None if seconds is None else time.monotonic() + seconds
    try:
        yield
    finally:
        _current.expiry = outer


def deadline_has_passed() -> bool:
    """Return whether the calling thread is inside a `deadline` block whose time is over."""
    return _current.expiry is not None and time.monotonic() >= _current.expiry


def _bounded_timeout(timeout: float | None) -> float | None:
    if _current.expiry is None:
        return timeout
    # 0 would make the socket non-blocking.
    rest = max(_current.expiry - time.monotonic(), 0.001)
    return rest if timeout is None else min(timeout, rest)


class DeadlineBackend(httpcore.NetworkBackend):
    """Applies the deadline of the calling thread to another backend."""

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
        """Connect to the first address of the host that accepts."""
        from bytezkit._transport.addresses import (  # noqa: PLC0415 - a client without a call does not need it
            connect_first,
            find_addresses,
        )

        def connect(address: str, timeout: float | None) -> httpcore.NetworkStream:
            return self._backend.connect_tcp(address, port, timeout, local_address, socket_options)

        stream = connect_first(find_addresses(host, port), connect, _bounded_timeout(timeout))
        return DeadlineStream(stream)


class DeadlineStream(httpcore.NetworkStream):
    """A connection whose reads and writes keep to the deadline of the calling thread.

    It sends the head and the body of a request together; httpcore writes them one after the other, in two
    packets.
    """

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream
        self._unsent = b""
        self._awaits_response = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if deadline_has_passed():
            raise httpcore.ReadTimeout
        self._awaits_response = True
        if self._unsent:
            # A server that refuses a request early closes its side, and its response is still readable.
            with suppress(httpcore.WriteError):
                self._flush(timeout)
        received = self._stream.read(max_bytes, _bounded_timeout(timeout))
        self._awaits_response = False
        return received

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if deadline_has_passed():
            raise httpcore.WriteTimeout
        self._awaits_response = True
        if len(self._unsent) + len(buffer) <= _MAX_COALESCED_WRITE:
            self._unsent += buffer
        else:
            self._flush(timeout)
            self._stream.write(buffer, _bounded_timeout(timeout))

    def _flush(self, timeout: float | None) -> None:
        unsent, self._unsent = self._unsent, b""
        self._stream.write(unsent, _bounded_timeout(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, _bounded_timeout(timeout)))

    def get_extra_info(self, info: str) -> object:
        # The pool closes an idle connection that is readable, because bytes there mean that the server has
        # closed it. Between this check and the close, another thread may have sent a request on the
        # connection, and the bytes are its response.
        if info == "is_readable" and self._awaits_response:
            return False
        return self._stream.get_extra_info(info)
