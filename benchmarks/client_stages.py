"""Stages that measure the client beside its peers."""

import json
import subprocess
import time
from collections.abc import Sequence
from typing import Final

from benchmarks import servers
from benchmarks.environments import ENGINE_PINS, program
from benchmarks.payloads import CHUNKS, LATENCY_SECONDS
from benchmarks.stage import Comparison, MeasurementError, Sample, Stage
from scripts.paths import ROOT

_SYNC: Final = ("bytezkit", "httpx", "openai", "bytez", "huggingface_hub")
_ASYNC: Final = ("bytezkit", "bytezkit+aiohttp", "httpx", "openai", "huggingface_hub", "aiohttp")
_PROGRAMS: Final = ("import bytezkit", "bytezkit --help", "import httpx", "import openai", "import bytez")
_ENGINES: Final = (
    *("map", "aiohttp", "pandas", "Polars", "datasets", "Dask", "Spark", "Ray Data"),
    "HTTP stage of Ray Data",
)
_TIMEOUT_SECONDS: Final = 600.0
# Where subjects are nearly equal.
_MANY_ROUNDS: Final = 15


def _work(peer: str, *arguments: str) -> Sample:
    """Measure a peer in its environment, in a new process."""
    return _measure([program(peer, "python"), "-m", "benchmarks.worker", peer.partition("+")[0], *arguments])


def _measure(command: Sequence[str]) -> Sample:
    """Run a command that prints a sample."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=_TIMEOUT_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise MeasurementError(f"timeout after {_TIMEOUT_SECONDS:.0f} s") from None
    except subprocess.CalledProcessError as error:
        lines = str(error.stderr).strip().splitlines() or [f"exit status {error.returncode}"]
        raise MeasurementError(lines[-1]) from None
    # Packages may print too.
    sample: Sample = json.loads(done.stdout.splitlines()[-1])
    return sample


def _comparison(title: str, peers: tuple[str, ...], workload: str, *in_flight: int) -> Comparison:
    """Define a comparison on the stub server, asynchronous if the number of calls in flight is given."""

    def measure(peer: str, url: str) -> Sample:
        return _work(peer, workload, url, *map(str, in_flight))

    return Comparison(title, peers, measure, "httpx", servers.stub_server)


def _engine(subject: str, url: str) -> Sample:
    return _measure([program("engines", "python"), "-m", "benchmarks.engine_worker", subject, url])


def _start(command: str, _url: str) -> Sample:
    """Run a program, or an import in a new interpreter, in the environment of its package."""
    first, second = command.split()
    arguments = (
        [program(second, "python"), "-I", "-c", command]
        if first == "import"
        else [program(first, first), second]
    )
    began = time.perf_counter()
    subprocess.run(arguments, stdout=subprocess.DEVNULL, check=True)
    return {"ms": 1000 * (time.perf_counter() - began)}


STAGES: Final = (
    Stage(
        "sync-run",
        "Synchronous run",
        "One run after the other. `bytez` opens a connection for each run, the others keep one.",
        (_comparison("Client", _SYNC, "run"),),
        _MANY_ROUNDS,
    ),
    Stage(
        "async-run",
        "Asynchronous run",
        "Runs are in flight at once, in one event loop. The titles of the tables give their number.",
        tuple(_comparison(f"{count:,} in flight", _ASYNC, "run", count) for count in (1, 10, 100, 1000)),
    ),
    Stage(
        "text-stream",
        "Text stream",
        f"""\
A text of {len(CHUNKS):,} chunks of 9 bytes, which the server sends without pauses. `openai` and
`huggingface_hub` read server-sent events, whose JSON they decode.""",
        (_comparison("Synchronous", _SYNC, "stream"), _comparison("Asynchronous", _ASYNC, "stream", 1)),
        _MANY_ROUNDS,
    ),
    Stage(
        "engines",
        "Data engines",
        f"""\
`RunBatch` over 1,600 rows at a latency of {1000 * LATENCY_SECONDS:.0f} ms, with 32 requests in flight, which
`datasets`, Dask, Spark and Ray Data divide between two processes. The rate is that between the first and the
last tenth of the requests, without the start of the engine; 320 rows per second are possible. The HTTP stage
of Ray Data (`ray.data.llm`) has two actors and 320 rows in batches of 16; it sends the rows of a batch one
after the other, with and without `qps`.""",
        (Comparison("Engine", _ENGINES, _engine, "map", servers.stub_server),),
        rounds=3,
        packages=tuple(pin.replace("==", " ") for pin in ENGINE_PINS),
    ),
    Stage(
        "import",
        "Import time",
        "A new process, from start to end.",
        (Comparison("Program", _PROGRAMS, _start, "import httpx"),),
        _MANY_ROUNDS,
    ),
)
