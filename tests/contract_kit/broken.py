"""Serves an emulator with a fault: `python -m tests.contract_kit.broken FAULT`."""

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
written: list[object] = []


async def answer(send: Send, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def keeps_what_it_deletes(scope: Message, receive: Receive, send: Send) -> None:
    if scope.get("method") == "DELETE":
        await answer(send, b'{"error": null, "output": null}')
    else:
        await APP(scope, receive, send)


async def shares_state_between_keys(scope: Message, receive: Receive, send: Send) -> None:
    headers = [
        (name, b"Key everyone" if name == b"authorization" else value)
        for name, value in scope.get("headers", ())
    ]
    await APP({**scope, "headers": headers}, receive, send)


async def loses_its_list_of_clusters(scope: Message, receive: Receive, send: Send) -> None:
    path = scope.get("path")
    if scope.get("method") == "PUT":
        written.append(path)
    if written and path == "/models/v2/list/clusters":
        await answer(send, b"[]")
    else:
        await APP(scope, receive, send)


async def lists_tasks_as_a_text(scope: Message, receive: Receive, send: Send) -> None:
    is_list = (scope.get("method"), scope.get("path")) == ("GET", "/models/v2/list/tasks")
    if is_list and b"authorization" in dict(scope["headers"]):
        await answer(send, b'{"error": null, "output": "chat"}')
    else:
        await APP(scope, receive, send)


def main() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        config = uvicorn.Config(globals()[sys.argv[1]], log_level="error", lifespan="off")
        uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main()
