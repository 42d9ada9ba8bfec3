"""Many concurrent calls on one client."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest

from bytezkit import AsyncBytez
from bytezkit_emulator import Emulator
from tests.overlay.connections import is_at_rest, pool_of, sockets_to
from tests.overlay.replies import MODEL
from tests.overlay.scripted_service import CLIENTS, ClientKind, close, resolve

CALLS: Final = 120
CONNECTIONS: Final = 10  # Fewer than the concurrent async calls, so most calls wait for a connection.
THREADS: Final = 30
SHORT: Final = {"max_new_tokens": 3}


async def call(client: Any, number: int) -> None:
    """Make a call, every tenth as a stream, and check that it gets its own output."""
    model, prompt = client.model(MODEL, task="text-generation"), f"This is call {number}."
    if number % 10:
        text = (await resolve(model.run(prompt, params=SHORT))).output
    else:
        text = await resolve(model.stream(prompt, params=SHORT).read())
    assert text.startswith(f"{prompt} ")


@pytest.mark.anyio
async def test_concurrent_calls_on_one_client_get_their_own_output(
    socket_client_kind: ClientKind, emulator: Emulator
) -> None:
    client = CLIENTS[socket_client_kind]("key", base_url=emulator.url)
    if isinstance(client, AsyncBytez):
        limit = CONNECTIONS
        pool_of(client).limit(limit)
        await asyncio.gather(*(call(client, number) for number in range(CALLS)))
    else:
        limit = THREADS
        with ThreadPoolExecutor(limit) as threads:
            list(threads.map(lambda number: asyncio.run(call(client, number)), range(CALLS)))
    assert is_at_rest(client)
    assert sockets_to(emulator.url) == pool_of(client).open <= limit
    await close(client)
    assert sockets_to(emulator.url) == 0
