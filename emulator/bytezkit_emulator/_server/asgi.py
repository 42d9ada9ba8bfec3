"""ASGI application, for other servers than the emulator's own."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias
from urllib.parse import quote, unquote

from bytezkit_emulator._common.http_types import (
    ConnectionCutError,
    Reply,
    Request,
    is_loopback_address,
    join_headers,
)
from bytezkit_emulator._runtime import Runtime
from bytezkit_emulator._server.driver import Driver

# Characters that a path may contain unencoded (RFC 3986).
_SAFE_CHARACTERS: Final = "/!$&'()*+,;=:@"

Event: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Event]]
Send: TypeAlias = Callable[[Event], Awaitable[None]]


class App:
    """ASGI application, which may be mounted below a prefix.

    Args:
        runtime: Handles the requests.

    Attributes:
        runtime: Handles the requests.
    """

    def __init__(self, runtime: Runtime) -> None:
        self.runtime: Final = runtime

    async def __call__(self, scope: Event, receive: Receive, send: Send) -> None:
        """Handle an HTTP request or the lifespan protocol; reject WebSockets."""
        match scope["type"]:
            case "http":
                await self._handle_request(scope, receive, send)
            case "lifespan":
                for event in ("lifespan.startup.complete", "lifespan.shutdown.complete"):
                    await receive()
                    await send({"type": event})
            case _:
                await send({"type": "websocket.close", "code": 1000, "reason": ""})

    async def _handle_request(self, scope: Event, receive: Receive, send: Send) -> None:
        request = await self._receive_request(scope, receive)
        if request is None:
            return
        serve_task = asyncio.ensure_future(self._serve(request, send))
        disconnect_task = asyncio.ensure_future(_wait_for_disconnect(receive))
        disconnect_task.add_done_callback(lambda _: serve_task.cancel())
        try:
            await serve_task
        except asyncio.CancelledError:
            # Cancelled by the server, not by the disconnect task.
            if not disconnect_task.done():
                raise
        finally:
            disconnect_task.cancel()

    async def _receive_request(self, scope: Event, receive: Receive) -> Request | None:
        """Return the request, or None if the client disconnects before its end."""
        prefix, path = _split_path(scope)
        body, is_whole, limit = bytearray(), False, self.runtime.body_limit(path)
        while not is_whole:
            event = await receive()
            if event["type"] == "http.disconnect":
                return None
            # A body above the limit is read to its end, since a client reads the response only after that.
            if len(body) <= limit:
                body += event.get("body", b"")
            is_whole = not event.get("more_body", False)
        return Request(
            method=scope["method"],
            path=path,
            query=scope["query_string"].decode("latin-1"),
            headers=join_headers(scope["headers"]),
            body=bytes(body),
            scheme=scope.get("scheme", "http"),
            prefix=prefix,
            # A Unix socket has no client, or one without an address.
            is_local=is_loopback_address((scope.get("client") or ("",))[0]),
        )

    async def _serve(self, request: Request, send: Send) -> None:
        driver = Driver(self.runtime, request)
        try:
            async with asyncio.timeout(None) as limit:
                while (part := await driver.next_async()) is not None:
                    if isinstance(part, bytes):
                        await send({"type": "http.response.body", "body": part, "more_body": True})
                        continue
                    await send(_start_event(part))
                    if isinstance(part.body, bytes):
                        await send({"type": "http.response.body", "body": part.body})
                        return
                    limit.reschedule(
                        asyncio.get_running_loop().time() + self.runtime.settings.stream_limit.total_seconds()
                    )
        except TimeoutError:
            raise ConnectionCutError("reset") from None
        finally:
            driver.close()
        await send({"type": "http.response.body"})


def _split_path(scope: Event) -> tuple[str, str]:
    """Return the prefix and the path below it, both percent-encoded.

    In `scope`, `path` starts with `root_path`, except with older versions of Starlette and of servers.
    `raw_path` is optional, but only it distinguishes an encoded slash from a separator. If middleware has
    rewritten `path`, `raw_path` may still be the original path; then `path` is encoded instead.
    """
    prefix, path = scope.get("root_path", "").rstrip("/"), scope["path"]
    encoded = (scope.get("raw_path") or b"").decode("latin-1")
    if unquote(encoded) not in (path, prefix + path):
        encoded = quote(path, safe=_SAFE_CHARACTERS)
    parts = encoded.split("/")
    depth = prefix.count("/") + 1
    if unquote("/".join(parts[:depth])) == prefix:
        encoded = "/" + "/".join(parts[depth:])
    return quote(prefix, safe=_SAFE_CHARACTERS), encoded


def _start_event(reply: Reply) -> Event:
    return {
        "type": "http.response.start",
        "status": reply.status,
        "headers": [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()
        ],
    }


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
