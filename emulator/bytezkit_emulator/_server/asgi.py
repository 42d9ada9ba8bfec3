"""The ASGI application, for servers other than the emulator's own."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias
from urllib.parse import quote, unquote

from bytezkit_emulator._common.http_types import Cut, Reply, Request, joined_headers
from bytezkit_emulator._runtime import Runtime
from bytezkit_emulator._server.driver import Driver

# What may stand in a path as it is.
_UNENCODED: Final = "/!$&'()*+,;=:@"

Event: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Event]]
Send: TypeAlias = Callable[[Event], Awaitable[None]]


class App:
    """An ASGI application; it may be mounted below a prefix.

    Args:
        core: Answers the requests.

    Attributes:
        core: Answers the requests.
    """

    def __init__(self, core: Runtime) -> None:
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
            # A body that is too large is read to its end, since a client reads the answer only after that.
            if len(body) <= self.core.settings.body_limit:
                body += event.get("body", b"")
            is_whole = not event.get("more_body", False)
        prefix, path = _split(scope)
        return Request(
            method=scope["method"],
            path=path,
            query=scope["query_string"].decode("latin-1"),
            headers=joined_headers(scope["headers"]),
            body=bytes(body),
            scheme=scope.get("scheme", "http"),
            prefix=prefix,
        )

    async def _serve(self, request: Request, send: Send) -> None:
        driver = Driver(self.core, request)
        try:
            async with asyncio.timeout(None) as limit:
                while (part := await driver.next_async()) is not None:
                    if isinstance(part, bytes):
                        await send({"type": "http.response.body", "body": part, "more_body": True})
                        continue
                    await send(_start(part))
                    if isinstance(part.body, bytes):
                        await send({"type": "http.response.body", "body": part.body})
                        return
                    limit.reschedule(
                        asyncio.get_running_loop().time() + self.core.settings.stream_limit.total_seconds()
                    )
        except TimeoutError:
            raise Cut("reset") from None
        finally:
            driver.close()
        await send({"type": "http.response.body"})


def _split(scope: Event) -> tuple[str, str]:
    """Return the prefix and the path below the prefix, both percent-encoded.

    `path` begins with `root_path`, except below older versions of Starlette and of servers. `raw_path` is
    optional, and the only form that tells an encoded slash from another one; of a path that was changed on
    its way here, it may be the form before the change.
    """
    prefix, path = scope.get("root_path", "").rstrip("/"), scope["path"]
    encoded = (scope.get("raw_path") or b"").decode("latin-1")
    if unquote(encoded) not in (path, prefix + path):
        encoded = quote(path, safe=_UNENCODED)
    parts = encoded.split("/")
    depth = prefix.count("/") + 1
    if unquote("/".join(parts[:depth])) == prefix:
        encoded = "/" + "/".join(parts[depth:])
    return quote(prefix, safe=_UNENCODED), encoded


def _start(reply: Reply) -> Event:
    return {
        "type": "http.response.start",
        "status": reply.status,
        "headers": [
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers.items()
        ],
    }


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
