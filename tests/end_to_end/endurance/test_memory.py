"""Three thousand calls on one client leak no memory, and calls over aiohttp create no reference cycles."""

import gc
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import httpx
import pytest

from bytezkit import AsyncBytez, AsyncTextStream, Bytez
from bytezkit.errors import BytezError
from bytezkit_emulator import Emulator
from tests.overlay.scripted_service import KEY, MODEL, RUN_PATH, Chunks, ClientKind, close, resolve

pytestmark = pytest.mark.anyio

CALLS: Final = 3_000
WARM_UP: Final = 500
MOST_BLOCKS: Final = 150  # One small object in twenty calls would be as many.


def answer(request: httpx.Request) -> httpx.Response:
    """Answer, refuse, cut or stream, as the input wishes."""
    content = request.read()
    if request.url.path != RUN_PATH:
        return httpx.Response(200, json={"error": None, "output": ["chat"]})
    if b"refused" in content:
        return httpx.Response(422, json={"error": "no", "output": None})
    if b"broken" in content:
        return httpx.Response(200, content=b"not JSON")
    if b"unreachable" in content:
        raise httpx.ReadError("cut")
    if b"stream" not in content:
        return httpx.Response(200, json={"error": None, "output": "Hi"})
    chunks: list[bytes | Exception] = [b"Once ", b"upon ", b"a time"]
    if b"cut" in content:
        chunks.append(httpx.ReadError("cut"))
    return httpx.Response(200, headers={"content-type": "text/plain"}, stream=Chunks(chunks))


async def leave(stream: Any) -> None:
    await (anext(stream) if isinstance(stream, AsyncTextStream) else resolve(next(stream)))
    await close(stream)


ACTS: Final[list[Callable[[Any], object]]] = [
    lambda client: client.model(MODEL).run("a"),
    lambda client: client.model(MODEL, task="text-generation").run("a"),
    lambda client: client.tasks.list(),
    lambda client: client.with_options(max_retries=0).model(MODEL).run("refused"),
    lambda client: client.model(MODEL).run("broken"),
    lambda client: client.model(MODEL).run("unreachable"),
    lambda client: client.model(MODEL).stream("a").read(),
    lambda client: client.model(MODEL).stream("cut").read(),
    lambda client: client.model(MODEL).stream("refused").read(),
    lambda client: leave(client.model(MODEL).stream("a")),
]


async def call(client: Any, times: int) -> None:
    for number in range(times):
        with suppress(BytezError):
            await resolve(ACTS[number % len(ACTS)](client))


def blocks() -> int:
    gc.collect()
    return sys.getallocatedblocks()


async def test_calls_leak_no_memory(client_kind: ClientKind) -> None:
    transport = httpx.MockTransport(answer)
    client: Any = (
        Bytez(KEY, http_client=httpx.Client(transport=transport))
        if client_kind == "sync"
        else AsyncBytez(KEY, http_client=httpx.AsyncClient(transport=transport))
    )
    await call(client, WARM_UP)
    before = blocks()
    await call(client, CALLS)
    assert blocks() - before < MOST_BLOCKS
    await close(client)


CLEAN: Final[dict[str, Callable[[Any], object]]] = {
    "run": lambda client: client.model(MODEL).run("Once"),
    "typed run": lambda client: client.model(MODEL, task="text-generation").run("Once"),
    "list": lambda client: client.tasks.list(),
    "refused": lambda client: client.model("nobody/nothing").run("Once"),
    "not sent": lambda client: client.model(MODEL).run({"text": float("nan")}),
    "stream": lambda client: client.model(MODEL).stream("Once").read(),
}


@pytest.mark.parametrize("act", CLEAN.values(), ids=CLEAN)
async def test_call_over_aiohttp_creates_no_reference_cycle(
    emulator: Emulator, act: Callable[[Any], object]
) -> None:
    # Every response of httpx is part of a reference cycle, so calls over httpx do leave something.
    client = AsyncBytez("key", base_url=emulator.url, http_client="aiohttp")

    async def act_often() -> None:
        for _ in range(20):
            with suppress(BytezError, ValueError):
                await resolve(act(client))

    await act_often()
    gc.collect()
    gc.disable()
    try:
        await act_often()
        assert gc.collect() < 20
    finally:
        gc.enable()
    await close(client)
