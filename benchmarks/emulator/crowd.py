"""Many streams open at once, many short requests, and what is left of them."""

import asyncio
import gc
import resource
import sys
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx

from benchmarks.emulator.processes import load
from bytezkit_emulator import Emulator, Settings

_PATIENCE: Final = 10.0
_SPARE_FILES: Final = 200
_JOURNAL: Final = 100
_WARM_UP: Final = 500


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds.

    Attributes:
        tasks: Tasks of asyncio that are not done.
        threads: Threads.
        files: Open files and sockets.
    """

    tasks: int
    threads: int
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What was measured. That no request failed goes without saying: one would have ended the run.

    Attributes:
        streams: How many streams were open at once.
        stream_seconds: How long it took to open and end them.
        requests: How many short requests came.
        request_seconds: How long they took.
        before: What the process held after a first crowd, as large in streams but not in requests.
        after: What it held in the end.
        more_blocks: How many more pieces of memory it had allocated in the end.
        peak_before: Its most memory in bytes until after the first crowd.
        peak_after: Its most memory in bytes until the end.
    """

    streams: int
    stream_seconds: float
    requests: int
    request_seconds: float
    before: Held
    after: Held
    more_blocks: int
    peak_before: int
    peak_after: int


def measure(*, streams: int, requests: int) -> Crowd:
    """Serve a crowd from this process, twice; the first one fills what is filled once.

    Raises:
        SystemExit: A request failed, or a stream was not whole.
    """
    _admit_files(streams + _SPARE_FILES)
    settings = Settings(request_limit=streams, journal_limit=_JOURNAL)
    with Emulator(clock="manual", settings=settings) as emulator, httpx.Client() as client:
        _serve(emulator, streams, _WARM_UP)
        before, blocks, peak = _held(), _blocks(), _peak()
        stream_seconds, request_seconds = _serve(emulator, streams, requests)
        deadline = time.monotonic() + _PATIENCE
        while (after := _held()) != before and time.monotonic() < deadline:
            # What ended a moment ago is cleared away while the server answers this.
            client.get(f"{emulator.url}/_emulator/health/live", headers={"connection": "close"})
        return Crowd(
            streams=streams,
            stream_seconds=stream_seconds,
            requests=requests,
            request_seconds=request_seconds,
            before=before,
            after=after,
            more_blocks=_blocks() - blocks,
            peak_before=peak,
            peak_after=_peak(),
        )


def _serve(emulator: Emulator, streams: int, requests: int) -> tuple[float, float]:
    port = httpx.URL(emulator.url).port or 0
    emulator.clock.set_mode("manual")
    stream_seconds = load(port, "streams", streams)
    emulator.clock.set_mode("auto")
    request_seconds = load(port, "mixed", requests)
    # What only waits for its end, as an idle cluster does, comes to it.
    emulator.clock.advance(timedelta(days=1))
    return stream_seconds, request_seconds


def _admit_files(count: int) -> None:
    """Raise the limit of open files; processes that are started from here on inherit it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))


def _held() -> Held:
    tasks = [it for it in gc.get_objects() if isinstance(it, asyncio.Task) and not it.done()]
    return Held(tasks=len(tasks), threads=threading.active_count(), files=len([*Path("/dev/fd").iterdir()]))


def _blocks() -> int:
    gc.collect()
    return sys.getallocatedblocks()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
