"""One measurement of one peer: `python -m benchmarks.worker PEER WORKLOAD URL [IN_FLIGHT]`.

It runs in the environment of the peer, in a new process for each measurement, and prints the sample as JSON.
"""

import asyncio
import gc
import importlib
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from benchmarks import payloads
from benchmarks.stage import Sample

_WARM_UP_CALLS: Final = 3
_SECONDS: Final = 0.3
# With many in flight, a run takes longer.
_MANY: Final = 100
_SECONDS_OF_MANY: Final = 2.0


def _check_text(output: str) -> None:
    if not output.startswith(payloads.PROMPT):
        raise ValueError("unexpected output")


def _check_stream(text: str) -> None:
    # `bytez` drops line ends.
    if text.replace("\n", "") != "".join(payloads.CHUNKS).replace("\n", ""):
        raise ValueError("unexpected stream")


def _rate(call: Callable[[], None]) -> float:
    """Return the number of calls per second."""
    for _ in range(_WARM_UP_CALLS):
        call()
    gc.collect()
    count, began = 0, time.perf_counter()
    while (seconds := time.perf_counter() - began) < _SECONDS or not count:
        call()
        count += 1
    return count / seconds


def run(peer: Any) -> Sample:
    """Run a text model repeatedly."""
    return {"runs per second": _rate(lambda: _check_text(peer.run()))}


def stream(peer: Any) -> Sample:
    """Stream a long text repeatedly."""
    rate = _rate(lambda: _check_stream("".join(peer.stream(payloads.STREAM_MODEL))))
    return {"chunks per second": len(payloads.CHUNKS) * rate}


async def _async_rate(call: Callable[[], Awaitable[None]], in_flight: int) -> float:
    """Keep calls in flight, and return the number that end per second."""

    async def repeat(seconds: float) -> int:
        count, began = 0, time.perf_counter()
        while not count or time.perf_counter() - began < seconds:
            await call()
            count += 1
        return count

    seconds = _SECONDS if in_flight < _MANY else _SECONDS_OF_MANY
    # The first calls open the connections.
    await asyncio.gather(*(repeat(seconds / 2) for _ in range(in_flight)))
    began = time.perf_counter()
    counts = await asyncio.gather(*(repeat(seconds) for _ in range(in_flight)))
    return sum(counts) / (time.perf_counter() - began)


async def async_run(peer: Any, in_flight: int) -> Sample:
    """Run a text model repeatedly."""

    async def call() -> None:
        _check_text(await peer.run())

    return {"runs per second": await _async_rate(call, in_flight)}


async def async_stream(peer: Any, in_flight: int) -> Sample:
    """Stream a long text repeatedly."""

    async def read() -> None:
        _check_stream("".join([chunk async for chunk in peer.stream(payloads.STREAM_MODEL)]))

    return {"chunks per second": len(payloads.CHUNKS) * await _async_rate(read, in_flight)}


_WORKLOADS: Final = {"run": run, "stream": stream}
_ASYNC_WORKLOADS: Final = {"run": async_run, "stream": async_stream}


async def _measure_async(create: Callable[[str], Any], workload: str, url: str, in_flight: int) -> Sample:
    return await _ASYNC_WORKLOADS[workload](create(url), in_flight)


def main() -> None:
    """Measure, and print the sample; asynchronously if `IN_FLIGHT` is given."""
    peer, workload, url, *in_flight = sys.argv[1:]
    module = importlib.import_module(f"benchmarks.peers.{peer}")
    if in_flight:
        sample = asyncio.run(_measure_async(module.Async, workload, url, int(in_flight[0])))
    else:
        sample = _WORKLOADS[workload](module.Sync(url))
    print(json.dumps(sample))


if __name__ == "__main__":
    main()
