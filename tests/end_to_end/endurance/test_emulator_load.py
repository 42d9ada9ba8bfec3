"""The emulator releases tasks, threads, files and memory after many streams and requests.

The test runs this module in a new process, because other tests leave objects that are freed at any time.
"""

import asyncio
import gc
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

import aiohttp
import httpx
import pytest

from bytezkit_emulator import Emulator, Settings
from scripts.paths import ROOT

STREAMS: Final = 200
REQUESTS: Final = 2000
CONNECTIONS: Final = 16
MAX_ADDED_BLOCKS: Final = 1000  # One small object in two requests would be as many.
TIMEOUT_SECONDS: Final = 10.0
MODEL: Final = "/models/v2/openai-community/gpt2"
RUN: Final = {"text": "Once upon a time"}
MIXED: Final = [("POST", MODEL, RUN), ("GET", "/models/v2/list/tasks", None), ("GET", MODEL, None)]


def resources() -> dict[str, int]:
    tasks = [it for it in gc.get_objects() if isinstance(it, asyncio.Task) and not it.done()]
    files = [*Path("/dev/fd").iterdir()]
    return {"tasks": len(tasks), "threads": threading.active_count(), "files": len(files)}


async def stream_at_once(emulator: Emulator) -> None:
    """Open all streams, each with its key, while the clock stands still, and then read them."""
    emulator.clock.set_mode("manual")
    keys = [{"authorization": f"Key key-{number}"} for number in range(STREAMS)]
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(emulator.url, connector=connector, raise_for_status=True) as session:
        for headers in keys:
            await session.put(MODEL, headers=headers)
        emulator.clock.advance(Settings().boot_time)
        opening = [session.post(MODEL, headers=headers, json={**RUN, "stream": True}) for headers in keys]
        responses = await asyncio.gather(*opening)
        emulator.clock.advance(timedelta(minutes=1))
        texts = await asyncio.gather(*(response.text() for response in responses))
    assert len({*texts}) == 1


async def send_mixed(emulator: Emulator, count: int) -> None:
    emulator.clock.set_mode("auto")

    async def send(session: aiohttp.ClientSession) -> None:
        for number in range(count // CONNECTIONS):
            method, path, body = MIXED[number % len(MIXED)]
            async with session.request(method, path, json=body) as response:
                await response.read()

    headers = {"authorization": "Key key"}
    async with aiohttp.ClientSession(emulator.url, headers=headers, raise_for_status=True) as session:
        await session.put(MODEL)
        await asyncio.gather(*(send(session) for _ in range(CONNECTIONS)))


def load(emulator: Emulator, requests: int, before: dict[str, int]) -> int:
    """Send the load, compare the resources, and return the number of allocated memory blocks."""
    asyncio.run(stream_at_once(emulator))
    asyncio.run(send_mixed(emulator, requests))
    emulator.clock.advance(timedelta(days=1))  # Idle clusters expire.
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while resources() != before and time.monotonic() < deadline:
        # The server cleans up ended connections while it answers.
        httpx.get(f"{emulator.url}/_emulator/health/live", headers={"connection": "close"})
    assert resources() == before, f"{before} before, {resources()} after"
    gc.collect()
    return sys.getallocatedblocks()


def main() -> None:
    settings = Settings(request_limit=STREAMS, journal_limit=100)
    with Emulator(clock="manual", settings=settings) as emulator:
        httpx.get(f"{emulator.url}/_emulator/health/live")
        before = resources()
        blocks = load(emulator, 500, before)  # Fills caches.
        added = load(emulator, REQUESTS, before) - blocks
        assert added < MAX_ADDED_BLOCKS, f"{added} blocks more"


@pytest.mark.slow
def test_load_releases_all_resources() -> None:
    command = [sys.executable, "-m", __name__]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    main()
