"""What a request costs when there is ten and a hundred times as much beside it."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from benchmarks.emulator.requests import MODEL_PATH
from bytezkit_emulator import Emulator, Settings
from bytezkit_emulator._common.http_types import Reply, Request
from bytezkit_emulator._server.driver import Driver

ROUNDS: Final = 15
REQUESTS: Final = 200
_WARM_UP: Final = 200
# As long as a cluster may stay without a request, in minutes.
_TIMEOUT: Final = {"timeout": 1440}
_RUN: Final = {"text": "Once upon a time"}
_STREAM: Final = {**_RUN, "stream": True}

Rates: TypeAlias = dict[tuple[str, int], list[float]]


@dataclass(frozen=True, slots=True)
class Growth:
    """Something that there is more and more of.

    Attributes:
        counts: How much of it.
        arrange: Brings about so much of it; what it returns is kept.
        method: The method of the request that is measured.
    """

    counts: tuple[int, ...]
    arrange: Callable[[Emulator, int], object]
    method: str


def _clusters(emulator: Emulator, count: int) -> None:
    for number in range(count):
        path = f"crowd/model-{number}"
        _send(emulator, "POST", f"/models/v2/request/{path}", "crowd")
        _send(emulator, "PUT", f"/models/v2/{path}", "crowd", _TIMEOUT)


def _keys(emulator: Emulator, count: int) -> None:
    for number in range(count):
        _send(emulator, "PUT", MODEL_PATH, f"key-{number}", _TIMEOUT)


def _journal(emulator: Emulator, count: int) -> None:
    for _ in range(count):
        _send(emulator, "GET", "/models/v2/list/tasks", "crowd")


def _streams(emulator: Emulator, count: int) -> list[Driver]:
    _keys(emulator, count)
    emulator.clock.set_mode("manual")
    return [_send(emulator, "POST", MODEL_PATH, f"key-{number}", _STREAM) for number in range(count)]


GROWTHS: Final[Mapping[str, Growth]] = {
    "clusters of another key": Growth((10, 100, 1000), _clusters, "POST"),
    "keys with a cluster each": Growth((10, 100, 1000), _keys, "POST"),
    "requests in the journal": Growth((10, 100, 1000), _journal, "POST"),
    "open streams": Growth((10, 100, 1000), _streams, "GET"),
}


def measure() -> Rates:
    """Return the requests per second of each round, by what there is beside them and how much of it."""
    arranged = {
        (name, count): _arranged(growth, count) for name, growth in GROWTHS.items() for count in growth.counts
    }
    rates: Rates = {key: [] for key in arranged}
    for _ in range(ROUNDS):
        for key, (emulator, _) in arranged.items():
            began = time.perf_counter()
            _repeat(emulator, GROWTHS[key[0]].method, REQUESTS)
            rates[key].append(REQUESTS / (time.perf_counter() - began))
    return rates


def _arranged(growth: Growth, count: int) -> tuple[Emulator, object]:
    # Of the journal, what is measured must not drive out what there is beside it, nor fill it.
    journal = count if growth.arrange is _journal else 1
    emulator = Emulator(settings=Settings(request_limit=2 * max(growth.counts), journal_limit=journal))
    _send(emulator, "PUT", MODEL_PATH, "key", _TIMEOUT)
    kept = growth.arrange(emulator, count)
    _repeat(emulator, growth.method, _WARM_UP)
    return emulator, kept


def _repeat(emulator: Emulator, method: str, count: int) -> None:
    for _ in range(count):
        _send(emulator, method, MODEL_PATH, "key", _RUN if method == "POST" else None)


def _send(emulator: Emulator, method: str, path: str, key: str, body: object = None) -> Driver:
    """Send a request in process.

    Raises:
        SystemExit: It is refused.
    """
    content = b"" if body is None else json.dumps(body).encode()
    headers = {"host": "localhost", "authorization": f"Key {key}", "content-type": "application/json"}
    request = Request(method=method, path=path, query="", headers=headers, body=content)
    driver = Driver(emulator.app.runtime, request)
    reply = driver.next()
    if not isinstance(reply, Reply) or reply.status >= 300:
        raise SystemExit(f"{method} {path} is refused: {reply!r}")
    return driver
