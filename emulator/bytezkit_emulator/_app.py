"""The ASGI face of the emulator, for servers other than its own."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import aclosing
from typing import Any, Final, TypeAlias

from bytezkit_emulator._core import Core
from bytezkit_emulator._drivers import answer_async, chunks_async
from bytezkit_emulator._messages import Cut, Reply, Request, Stream, joined_headers

Event: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Event]]
Send: TypeAlias = Callable[[Event], Awaitable[None]]


class App:
    """An ASGI application; which routes there are, the contract says.

    Args:
        core: What answers requests.

    Attributes:
        core: The same.
    """

    def __init__(self, core: Core) -> None:
        self.core: Final = core

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Answer a request; refuse web sockets."""
        match scope["type"]:
            case "http":
                await self._answer(scope, receive, send)
            case "lifespan":
                for event in ("lifespan.startup.complete", "lifespan.shutdown.complete"):
                    await receive()
                    await send({"type": event})
            case _:
                await send({"type": "websocket.close", "code": 1000, "reason": ""})

    async def _answer(self, scope: Event, receive: Receive, send: Send) -> None:
        request = await self._read(scope, receive)
        if request is None:
            return
        serving = asyncio.ensure_future(self._serve(request, send))
        leaving = asyncio.ensure_future(_disconnected(receive))
        leaving.add_done_callback(lambda _: serving.cancel())
        try:
            await serving
        except asyncio.CancelledError:
            if not leaving.done():
                raise
        finally:
            leaving.cancel()

    async def _read(self, scope: Event, receive: Receive) -> Request | None:
        """Return a request, or None if the client left while it sent."""
        body, is_whole = bytearray(), False
        while not is_whole:
            event = await receive()
            if event["type"] == "http.disconnect":
                return None
            # The rest of a body that is too large is read, so that the client gets to the answer.
            if len(body) <= self.core.settings.body_limit:
                body += event.get("body", b"")
            is_whole = not event.get("more_body", False)
        return Request(
            method=scope["method"],
            path=scope["raw_path"].decode("latin-1"),
            query=scope["query_string"].decode("latin-1"),
            headers=joined_headers(scope["headers"]),
            body=bytes(body),
            scheme=scope.get("scheme", "http"),
        )

    async def _serve(self, request: Request, send: Send) -> None:
        reply = await answer_async(self.core, request)
        try:
            await self._send(reply, send)
        finally:
            if isinstance(reply.body, Stream):
                self.core.abandon(reply.body)

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
            async with asyncio.timeout(self.core.settings.stream_limit.total_seconds()):
                sent = await self._send_stream(reply.body, send)
        except TimeoutError:
            raise Cut("reset") from None
        if sent < int(reply.headers.get("content-length", 0)):
            raise Cut("close")  # The emulator was closed meanwhile.
        await send({"type": "http.response.body"})

    async def _send_stream(self, stream: Stream, send: Send) -> int:
        sent = 0
        async with aclosing(chunks_async(self.core, stream)) as chunks:
            async for chunk in chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
                sent += len(chunk)
        return sent


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
