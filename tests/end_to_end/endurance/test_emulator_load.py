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
from itertools import cycle, islice
from pathlib import Path
from typing import Final, NamedTuple

import aiohttp
import httpx

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


class Resources(NamedTuple):
    tasks: int
    threads: int
    files: int


def resources() -> Resources:
    tasks = [it for it in gc.get_objects() if isinstance(it, asyncio.Task) and not it.done()]
    return Resources(len(tasks), threading.active_count(), len([*Path("/dev/fd").iterdir()]))


def allocated_blocks() -> int:
    gc.collect()
    return sys.getallocatedblocks()


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
        for headers in keys:
            await session.delete(MODEL, headers=headers)
    assert len(texts) == STREAMS
    assert len({*texts}) == 1


async def send_mixed(emulator: Emulator, count: int) -> None:
    emulator.clock.set_mode("auto")
    unsent = islice(cycle(MIXED), count)

    async def send(session: aiohttp.ClientSession) -> None:
        for method, path, body in unsent:
            async with session.request(method, path, json=body) as response:
                await response.read()

    headers = {"authorization": "Key key"}
    async with aiohttp.ClientSession(emulator.url, headers=headers, raise_for_status=True) as session:
        await session.put(MODEL)
        await asyncio.gather(*(send(session) for _ in range(CONNECTIONS)))
    # Idle clusters expire.
    emulator.clock.advance(timedelta(days=1))


def load(emulator: Emulator, requests: int, before: Resources) -> None:
    """Send the load, and check that tasks, threads and files are those of before."""
    asyncio.run(stream_at_once(emulator))
    asyncio.run(send_mixed(emulator, requests))
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while resources() != before and time.monotonic() < deadline:
        # The server cleans up ended connections while it answers.
        with httpx.Client() as client:
            client.get(f"{emulator.url}/_emulator/health/live", headers={"connection": "close"})
    after = resources()
    assert after == before, f"{before} before, {after} after"


def main() -> None:
    settings = Settings(request_limit=STREAMS, journal_limit=100)
    with Emulator(clock="manual", settings=settings) as emulator:
        httpx.get(f"{emulator.url}/_emulator/health/live")
        before = resources()
        load(emulator, 500, before)  # Fills caches.
        blocks = allocated_blocks()
        load(emulator, REQUESTS, before)
        added = allocated_blocks() - blocks
        assert added < MAX_ADDED_BLOCKS, f"{added} blocks more"


def test_load_releases_all_resources() -> None:
    done = subprocess.run(
        [sys.executable, "-m", __name__], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    main()
