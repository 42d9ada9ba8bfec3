"""The ASGI face of the emulator."""

import asyncio
import socket
import struct
import sys
from contextlib import aclosing
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from bytezkit_emulator._core import Core
from bytezkit_emulator._drivers import answer_async, chunks_async
from bytezkit_emulator._messages import Cut, Reply, Request, Stream

# Where a server of this package puts the connection of a request, in the state of its scope.
CONNECTION: Final = "bytezkit_emulator.connection"

# Closing drops what was not sent, and resets the connection.
_LINGER: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


def make_app(core: Core) -> ASGIApp:
    """Return an ASGI application; which routes there are, the contract says."""
    return Router(default=_Face(core), redirect_slashes=False)


class _Face:
    def __init__(self, core: Core) -> None:
        self._core = core

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await WebSocketClose()(scope, receive, send)
            return
        try:
            request = await self._read(HttpRequest(scope, receive))
        except ClientDisconnect:
            return
        serving = asyncio.ensure_future(self._serve(request, send))
        leaving = asyncio.ensure_future(_disconnected(receive))
        leaving.add_done_callback(lambda _: serving.cancel())
        try:
            await serving
        except asyncio.CancelledError:
            if not leaving.done():
                raise
        except Cut as cut:
            connection = scope.get("state", {}).get(CONNECTION)
            if connection is None:  # Another server has its own way to end it.
                raise
            _end(connection, cut)
            await leaving
        finally:
            leaving.cancel()

    async def _read(self, request: HttpRequest) -> Request:
        body = bytearray()
        async for chunk in request.stream():
            # The rest of a body that is too large is read, so that the client gets to the answer.
            if len(body) <= self._core.settings.body_limit:
                body += chunk
        headers: dict[str, str] = {}
        for name, value in request.headers.items():
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return Request(
            method=request.method,
            path=request.scope["raw_path"].decode("latin-1"),
            query=request.scope["query_string"].decode("latin-1"),
            headers=headers,
            body=bytes(body),
            scheme=request.scope.get("scheme", "http"),
        )

    async def _serve(self, request: Request, send: Send) -> None:
        reply = await answer_async(self._core, request)
        try:
            await self._send(reply, send)
        finally:
            if isinstance(reply.body, Stream):
                self._core.abandon(reply.body)

    async def _send(self, reply: Reply, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": reply.status,
                "headers": [
                    (name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()
                ],
            }
        )
        if isinstance(reply.body, bytes):
            await send({"type": "http.response.body", "body": reply.body})
            return
        try:
            async with asyncio.timeout(self._core.settings.stream_limit.total_seconds()):
                sent = await self._send_stream(reply.body, send)
        except TimeoutError:
            raise Cut("reset") from None
        if sent < int(reply.headers.get("content-length", 0)):
            raise Cut("close")  # The emulator was closed meanwhile.
        await send({"type": "http.response.body"})

    async def _send_stream(self, stream: Stream, send: Send) -> int:
        sent = 0
        async with aclosing(chunks_async(self._core, stream)) as chunks:
            async for chunk in chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                sent += len(chunk)
        return sent


def _end(connection: asyncio.Transport, cut: Cut) -> None:
    if cut.how == "close":
        connection.close()
        return
    connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
    connection.abort()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
