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
created: list[object] = []


def no_op_delete(request: tuple[str, str], headers: dict[bytes, bytes]) -> bytes | None:
    return b'{"error": null, "output": null}' if request[0] == "DELETE" else None


def shared_keys(request: tuple[str, str], headers: dict[bytes, bytes]) -> None:
    if b"authorization" in headers:
        headers[b"authorization"] = b"Key everyone"


def invalid_cluster_list(request: tuple[str, str], headers: dict[bytes, bytes]) -> bytes | None:
    if request[0] == "PUT":
        created.append(request)
    return b"[]" if created and request[1] == "/models/v2/list/clusters" else None


def echoed_key(request: tuple[str, str], headers: dict[bytes, bytes]) -> bytes | None:
    body = {"error": headers.get(b"authorization", b"").decode(), "output": None}
    return json.dumps(body).encode() if request[1] == "/no/such/route" else None


def task_list_as_string(request: tuple[str, str], headers: dict[bytes, bytes]) -> bytes | None:
    is_list = request == ("GET", "/models/v2/list/tasks") and b"authorization" in headers
    return b'{"error": null, "output": "chat"}' if is_list else None


async def app(scope: Message, receive: Receive, send: Send) -> None:
    """Send the body that the fault returns, or else the response of the emulator."""
    headers = dict(scope["headers"])
    body = globals()[sys.argv[1]]((scope["method"], scope["path"]), headers)
    if body is None:
        await APP({**scope, "headers": [*headers.items()]}, receive, send)
        return
    sent = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": sent})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        config = uvicorn.Config(app, log_level="error", lifespan="off")
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
