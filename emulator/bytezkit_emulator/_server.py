"""Serving the emulator over HTTP."""

import asyncio
import errno
import signal
import socket
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from bytezkit_emulator._app import CONNECTION

LOOPBACK: Final = ("127.0.0.1", "::1")
# Where a system has no IPv6, or has it without a loopback address.
_MISSING: Final = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


class Server:
    """A server on bound sockets, which takes connections from the moment it is made.

    Args:
        app: What to serve.
        hosts: Addresses to listen on. One that the system has not is left out, unless it is the first.
        port: The port on all of them; 0 picks one that is free.
        on_stop: Called when the end begins; it must let the requests that wait be answered.
        on_start: Called when the server is ready, and a signal would end it in order. Default: nothing is.

    Raises:
        OSError: An address or the port can not be had.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Sequence[str],
        port: int,
        on_stop: Callable[[], object],
        on_start: Callable[[], object] = lambda: None,
    ) -> None:
        self._sockets = _bind(hosts, port)
        host, port = self._sockets[0].getsockname()[:2]
        self.port: Final = port
        self.url: Final = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._server = _Uvicorn(
            uvicorn.Config(
                app,
                access_log=False,
                date_header=False,
                # Above the limit of the emulator, which refuses in words of its own.
                h11_max_incomplete_event_size=256 * 1024,
                http=_Protocol,
                lifespan="off",
                log_config=None,
                proxy_headers=False,
                server_header=False,
                timeout_graceful_shutdown=1,
                # Longer than clients keep theirs, so that none is closed just when it is used again.
                timeout_keep_alive=75,
                ws="none",
            ),
            on_start=on_start,
            on_stop=on_stop,
        )
        self._thread = threading.Thread(target=self.run, name="bytezkit-emulator-server", daemon=True)

    def start(self) -> None:
        """Serve in a thread; return when it is ready."""
        self._thread.start()
        self._server.ready.wait()

    def stop(self) -> None:
        """End the thread, after the requests that are being answered."""
        self._server.should_exit = True
        self._thread.join()

    def run(self) -> None:
        """Serve in this thread, until `SIGINT` or `SIGTERM` if it is the main one."""
        self._server.run(sockets=self._sockets)


class _Protocol(H11Protocol):
    """Shows the application the connection, which a fault may end."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its base
        self.app_state = {**self.app_state, CONNECTION: transport}
        super().connection_made(transport)


class _Uvicorn(uvicorn.Server):
    """Says when it is ready, and takes a signal for the wish to end, not for a failure."""

    def __init__(
        self, config: uvicorn.Config, *, on_start: Callable[[], object], on_stop: Callable[[], object]
    ) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._on_start = on_start
        self._on_stop = on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()
        self._on_start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_stop()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = {it: signal.signal(it, self.handle_exit) for it in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)


def _bind(hosts: Sequence[str], port: int) -> list[socket.socket]:
    with ExitStack() as stack:
        sockets: list[socket.socket] = []
        for host in hosts:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            try:
                bound = socket.create_server((host, port), family=family)
            except OSError as error:
                if sockets and error.errno in _MISSING:
                    continue
                raise
            # Connections inherit it; without it, each answer waits for the client's delayed acknowledgement.
            bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sockets.append(stack.enter_context(bound))
            port = bound.getsockname()[1]
        stack.pop_all()
    return sockets
