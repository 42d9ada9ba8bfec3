"""Many calls on one client: outputs, connections and memory; over aiohttp they create no reference cycles."""

import asyncio
import gc
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

import httpx
import pytest

from bytezkit import AsyncBytez
from bytezkit.errors import BytezError
from bytezkit_emulator import Emulator
from tests.overlay.connections import is_at_rest, pool_of, sockets_to
from tests.overlay.replies import MODEL, RUN_PATH, Chunks
from tests.overlay.scripted_service import CLIENTS, KEY, ClientKind, close, next_of, resolve

pytestmark = pytest.mark.anyio

CONCURRENT_CALLS: Final = 120
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


async def test_concurrent_calls_on_one_client_get_their_own_output(
    socket_client_kind: ClientKind, emulator: Emulator
) -> None:
    client = CLIENTS[socket_client_kind]("key", base_url=emulator.url)
    if isinstance(client, AsyncBytez):
        limit = CONNECTIONS
        pool_of(client).limit(limit)
        await asyncio.gather(*(call(client, number) for number in range(CONCURRENT_CALLS)))
    else:
        limit = THREADS
        with ThreadPoolExecutor(limit) as threads:
            list(threads.map(lambda number: asyncio.run(call(client, number)), range(CONCURRENT_CALLS)))
    assert is_at_rest(client)
    assert sockets_to(emulator.url) == pool_of(client).open <= limit
    await close(client)
    assert sockets_to(emulator.url) == 0


CALLS: Final = 2_000
WARM_UP: Final = 500
MAX_ADDED_BLOCKS: Final = 100  # A leak of one object in twenty calls exceeds it.


def respond(request: httpx.Request) -> httpx.Response:
    """Return the kind of response that the input names."""
    content = request.read()
    if request.url.path != RUN_PATH:
        return httpx.Response(200, json={"error": None, "output": ["chat"]})
    if b"rejected" in content:
        return httpx.Response(422, json={"error": "no", "output": None})
    if b"broken" in content:
        return httpx.Response(200, content=b"not JSON")
    if b"unreachable" in content:
        raise httpx.ReadError("cut")
    if b"stream" not in content:
        return httpx.Response(200, json={"error": None, "output": "Hi"})
    chunks = [b"Once ", b"upon ", httpx.ReadError("cut") if b"cut" in content else b"a time"]
    return httpx.Response(200, headers={"content-type": "text/plain"}, stream=Chunks(chunks))


async def leave(stream: Any) -> None:
    await next_of(stream)
    await close(stream)


ACTS: Final[list[Callable[[Any], object]]] = [
    lambda client: client.model(MODEL, task="text-generation").run("a"),
    lambda client: client.tasks.list(),
    lambda client: client.with_options(max_retries=0).model(MODEL).run("rejected"),
    lambda client: client.model(MODEL).run("broken"),
    lambda client: client.model(MODEL).run("unreachable"),
    lambda client: client.model(MODEL).stream("a").read(),
    lambda client: client.model(MODEL).stream("cut").read(),
    lambda client: client.model(MODEL).stream("rejected").read(),
    lambda client: leave(client.model(MODEL).stream("a")),
]
# Calls whose errors the emulator or the client itself causes.
OTHER_ACTS: Final[list[Callable[[Any], object]]] = [
    lambda client: client.model("nobody/nothing").run("Once"),
    lambda client: client.model(MODEL).run({"text": float("nan")}),
]


async def repeat(client: Any, acts: Sequence[Callable[[Any], object]], times: int) -> None:
    for number in range(times):
        with suppress(BytezError, ValueError):
            await resolve(acts[number % len(acts)](client))


async def test_calls_leak_no_memory(client_kind: ClientKind) -> None:
    http_class = httpx.Client if client_kind == "sync" else httpx.AsyncClient
    client = CLIENTS[client_kind](KEY, http_client=http_class(transport=httpx.MockTransport(respond)))
    blocks = []
    for calls in (WARM_UP, CALLS):
        await repeat(client, ACTS, calls)
        gc.collect()
        blocks.append(sys.getallocatedblocks())
    assert blocks[1] - blocks[0] < MAX_ADDED_BLOCKS
    await close(client)


async def test_calls_over_aiohttp_create_no_reference_cycles(emulator: Emulator) -> None:
    # Every response of httpx is part of a reference cycle.
    async with AsyncBytez("key", base_url=emulator.url, http_client="aiohttp") as client:
        for act in (*ACTS[:2], ACTS[5], *OTHER_ACTS):
            await repeat(client, [act], 20)
            gc.collect()
            gc.disable()
            try:
                await repeat(client, [act], 20)
                assert gc.collect() < 20, act
            finally:
                gc.enable()
