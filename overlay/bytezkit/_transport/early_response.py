"""Network backend of httpcore for servers that respond before they have read the request.

A server that refuses a large body responds and closes the connection. The next write then fails, and asyncio
drops what was received but not read. Here a large body is sent while the response is read.
"""

import ssl
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

import anyio
import anyio.lowlevel
import httpcore

# Smaller buffers fit into the socket buffer, so that the write ends before the server responds.
_MAX_SMALL_WRITE: Final = 65_536
_MAX_RECEIVED: Final = 65_536


class EarlyResponseBackend(httpcore.AsyncNetworkBackend):
    """Reads early responses on the connections of another backend."""

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
        stream = await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        return _EarlyResponseStream(stream)


class _EarlyResponseStream(httpcore.AsyncNetworkStream):
    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._received = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._received:
            received, self._received = self._received, b""
            return received
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if len(buffer) <= _MAX_SMALL_WRITE:
            await self._stream.write(buffer, timeout)
            return
        problem: Exception | None = None
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._read_early_response)
            # One to start reading, and one to receive a response that is already there.
            for _ in range(2):
                await anyio.lowlevel.checkpoint()
            try:
                await self._stream.write(buffer, timeout)
            except (httpcore.NetworkError, httpcore.TimeoutException) as error:
                problem = error  # Raised below: the task group would wrap it in an `ExceptionGroup`.
            tasks.cancel_scope.cancel()
        if problem is not None:
            raise problem

    async def _read_early_response(self) -> None:
        with suppress(httpcore.NetworkError):
            while len(self._received) < _MAX_RECEIVED and (chunk := await self._stream.read(_MAX_RECEIVED)):
                self._received += chunk

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _EarlyResponseStream(stream)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
