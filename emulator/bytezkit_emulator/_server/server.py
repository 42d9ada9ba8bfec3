"""The HTTP server on bound sockets."""

import asyncio
import errno
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Final

from bytezkit_emulator._server.asgi import App
from bytezkit_emulator._server.connection import Connection

_LOGGER: Final = logging.getLogger("bytezkit_emulator")
LOOPBACK: Final = ("127.0.0.1", "::1")
# Errors of a system without IPv6, or without an IPv6 loopback address.
_ADDRESS_UNAVAILABLE: Final = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
_BACKLOG: Final = 2048
# Accepted at once. asyncio repeats a failed `accept` as often, and logs each failure.
_ACCEPT_BATCH: Final = 16
# Errors of `accept` without file descriptors or memory.
_EXHAUSTED: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_LOOPBACK_OF: Final[Mapping[str, str]] = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # the addresses are compared
# With port 0 and half of the ports of the second address in use, all attempts fail once in 10**15.
_BIND_ATTEMPTS: Final = 50
# Seconds that current responses may take after the server has begun to stop.
_SHUTDOWN_TIMEOUT: Final = 1.0


class Server:
    """A server on bound sockets, which accepts connections as soon as it is created.

    Args:
        app: Application to serve.
        hosts: Addresses to listen on. An unavailable address is skipped, unless it is the first.
        port: Port of all addresses; 0 picks a free port.
        on_stop: Called when the server begins to stop; must resolve the futures of all requests.
        on_start: Called when the server is ready and handles signals. Default: no call.

    Raises:
        OSError: An address or the port is not available.
    """

    def __init__(
        self,
        app: App,
        *,
        hosts: Sequence[str],
        port: int,
        on_stop: Callable[[], object],
        on_start: Callable[[], object] = lambda: None,
    ) -> None:
        self.app: Final = app
        self._sockets = _bind(hosts, port)
        host, port = self._sockets[0].getsockname()[:2]
        # A client cannot connect to the address that stands for all addresses.
        host = _LOOPBACK_OF.get(host, host)
        self.port: Final = port
        self.url: Final = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._on_start = on_start
        self._on_stop = on_stop
        self._connections: set[Connection] = set()
        self._ready = threading.Event()
        self._was_exhausted = False
        self._stop: Callable[[], object] = lambda: None
        self._error: BaseException | None = None
        self._thread = threading.Thread(
            target=self._run_in_thread, name="bytezkit-emulator-server", daemon=True
        )

    def start(self) -> None:
        """Serve in a thread; return when the server is ready, or raise the exception that prevents it."""
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Stop the server after its current responses, and join the thread."""
        self._stop()
        self._thread.join()

    def run(self) -> None:
        """Serve in this thread; in the main thread, until `SIGINT` or `SIGTERM`."""
        with asyncio.Runner() as runner:
            runner.run(self._serve())

    def _run_in_thread(self) -> None:
        try:
            self.run()
        except BaseException as error:
            if self._ready.is_set():
                raise
            for bound in self._sockets:
                bound.close()
            self._error = error
            self._ready.set()

    async def _serve(self) -> None:
        loop, stop_event = asyncio.get_running_loop(), asyncio.Event()
        self._stop = partial(loop.call_soon_threadsafe, stop_event.set)
        loop.set_exception_handler(self._handle_exception)
        connect = partial(Connection, self.app.runtime, self._connections)
        with _handle_signals(self._stop):
            listeners = [
                await loop.create_server(connect, sock=it, backlog=_ACCEPT_BATCH) for it in self._sockets
            ]
            for bound in self._sockets:
                bound.listen(_BACKLOG)
            self._ready.set()
            self._on_start()
            await stop_event.wait()
            for listener in listeners:
                listener.close()
            self._on_stop()
            # All requests that wait have their reply now, so the connections end soon.
            await self._end_connections()

    def _handle_exception(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not (isinstance(error, OSError) and error.errno in _EXHAUSTED):
            loop.default_exception_handler(context)
        elif not self._was_exhausted:
            # asyncio tries again every second, and would log each failure with a traceback.
            self._was_exhausted = True
            _LOGGER.warning("cannot accept connections for now: %s", error.strerror)

    async def _end_connections(self) -> None:
        open_connections = list(self._connections)
        for connection in open_connections:
            connection.end()
        if open_connections:
            await asyncio.wait([it.closed for it in open_connections], timeout=_SHUTDOWN_TIMEOUT)
        for connection in list(self._connections):
            connection.abort()


@contextmanager
def _handle_signals(stop: Callable[[], object]) -> Generator[None, None, None]:
    """Stop on `SIGINT` and `SIGTERM` without an exception. Only the main thread may handle signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    previous = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in previous:
        if sys.platform == "win32":
            # Event loops on Windows have no `add_signal_handler`.
            signal.signal(number, lambda _, __: stop())
        else:
            loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number, handler in previous.items():
            if sys.platform != "win32":
                loop.remove_signal_handler(number)
            signal.signal(number, handler)


def _bind(hosts: Sequence[str], port: int) -> list[socket.socket]:
    for _ in range(_BIND_ATTEMPTS if port == 0 else 0):
        try:
            return _bind_once(hosts, port)
        except OSError as error:
            # The port that the first address picked is in use at another address.
            if error.errno != errno.EADDRINUSE:
                raise
    return _bind_once(hosts, port)


def _bind_once(hosts: Sequence[str], port: int) -> list[socket.socket]:
    with ExitStack() as stack:
        sockets: list[socket.socket] = []
        for host in hosts:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            try:
                # `::` means all addresses, also those of IPv4.
                is_dual = host == "::" and socket.has_dualstack_ipv6()
                bound = socket.create_server((host, port), family=family, dualstack_ipv6=is_dual)
            except OSError as error:
                if sockets and error.errno in _ADDRESS_UNAVAILABLE:
                    continue
                raise
            # Accepted connections inherit it. Without it, responses wait for the client's delayed ACK.
            bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sockets.append(stack.enter_context(bound))
            # With port 0, the first address picks the port of the others.
            port = bound.getsockname()[1]
        stack.pop_all()
    return sockets
