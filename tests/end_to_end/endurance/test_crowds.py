"""Many clients in one process, and many concurrent calls on one client."""

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest

from bytezkit import AsyncBytez
from bytezkit_emulator import Emulator
from tests.overlay.connections import is_at_rest, pool_of, sockets_to
from tests.overlay.loopback import Connection, serving
from tests.overlay.scripted_service import CLIENTS, ClientKind, close, resolve

pytestmark = pytest.mark.anyio

CONNECTIONS: Final = 10  # Fewer than the concurrent async calls, so most calls wait for a connection.
THREADS: Final = 50
SHORT: Final = {"max_new_tokens": 3}


def model_of(client: Any) -> Any:
    return client.model("openai-community/gpt2", task="text-generation")


def prompt(number: int) -> str:
    return f"This is call {number}."


async def run(client: Any, number: int) -> str:
    result = await resolve(model_of(client).run(prompt(number), params=SHORT))
    return str(result.output)


async def stream(client: Any, number: int) -> str:
    return str(await resolve(model_of(client).stream(prompt(number), params=SHORT).read()))


async def gather(kind: ClientKind, call: Callable[[int], Awaitable[str]], count: int) -> None:
    """Make concurrent calls, in threads with a sync client, and check that each gets its own output."""

    async def check(number: int) -> None:
        text = await call(number)
        assert text.startswith(prompt(number))
        assert text != prompt(number)

    if kind == "async":
        await asyncio.gather(*map(check, range(count)))
    else:
        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(lambda number: asyncio.run(check(number)), range(count)))


async def test_fifty_clients_use_one_connection_each(
    socket_client_kind: ClientKind, emulator: Emulator
) -> None:
    before = threading.active_count()
    clients = [CLIENTS[socket_client_kind](f"key-{n}", base_url=emulator.url) for n in range(50)]

    async def call(number: int) -> str:
        output = await run(clients[number], number)
        assert await stream(clients[number], number) == output
        return output

    await gather(socket_client_kind, call, 50)
    assert sockets_to(emulator.url) == 50
    for client in clients:
        await close(client)
    assert sockets_to(emulator.url) == 0
    assert threading.active_count() == before


def echo_prompt(connection: Connection) -> None:
    """Return the prompt with more text, as one body or as a stream."""
    connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.socket.settimeout(None)
    while request := connection.read_request():
        body = json.loads(request.partition(b"\r\n\r\n")[2])
        text = f"{body['text']} And so on."
        if body.get("stream"):
            connection.start_text(text.encode())
            connection.send(b"0\r\n\r\n")
        else:
            connection.answer(json.dumps({"error": None, "output": text}).encode())


@pytest.fixture
def echo_url() -> Iterator[str]:
    with serving(echo_prompt) as service:
        yield service.url


async def test_concurrent_calls_on_one_client_get_their_own_output(
    socket_client_kind: ClientKind, echo_url: str
) -> None:
    client = CLIENTS[socket_client_kind]("key", base_url=echo_url)
    limit = THREADS
    if isinstance(client, AsyncBytez):
        limit = CONNECTIONS
        pool_of(client).limit(limit)
    await gather(socket_client_kind, lambda n: (run if n % 10 else stream)(client, n), 300)
    assert is_at_rest(client)
    assert sockets_to(echo_url) == pool_of(client).open <= limit
    await close(client)
    assert sockets_to(echo_url) == 0


@pytest.mark.usefixtures("network")
async def test_finished_streams_return_their_connections(emulator: Emulator) -> None:
    async with AsyncBytez("key", base_url=emulator.url) as client:
        streams = [model_of(client).stream(prompt(number), params=SHORT) for number in range(60)]
        for stream in streams:
            await anext(stream)
        for stream in streams:
            await stream.read()
        assert is_at_rest(client)
        assert sockets_to(emulator.url) == pool_of(client).open <= 60
