"""Serves an emulator with a fault: `python -m tests.contract_kit.broken FAULT`."""

import json
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final, TypeAlias

import uvicorn

from bytezkit_emulator import Emulator

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

APP: Final = Emulator().app
FAULT: Final = sys.argv[1]
created: list[object] = []


def fault(method: str, path: str, headers: dict[bytes, bytes]) -> bytes | None:
    """Change the headers of a request, or return the body of its response."""
    has_key = b"authorization" in headers
    if method == "PUT":
        created.append(path)
    match FAULT, method, path:
        case "no-op delete", "DELETE", _:
            return b'{"error": null, "output": null}'
        case "echoed key", _, "/no/such/route":
            return json.dumps({"error": headers.get(b"authorization", b"").decode(), "output": None}).encode()
        case "invalid list of clusters", _, "/models/v2/list/clusters" if created:
            return b"[]"
        case "shared keys and invalid list of tasks", "GET", "/models/v2/list/tasks" if has_key:
            return b'{"error": null, "output": "chat"}'
        case "shared keys and invalid list of tasks", _, _ if has_key:
            headers[b"authorization"] = b"Key everyone"
    return None


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Send the body that the fault returns, or else the response of the emulator."""
    headers = dict(scope["headers"])
    body = fault(scope["method"], scope["path"], headers)
    if body is None:
        await APP({**scope, "headers": [*headers.items()]}, receive, send)
        return
    sent = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": sent})
    await send({"type": "http.response.body", "body": body})


if __name__ == "__main__":
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # Otherwise, the body of a response waits for the acknowledgement of its head.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off")).run(sockets=[listener])
