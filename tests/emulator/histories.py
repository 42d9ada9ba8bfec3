"""Histories of an emulator: what happens to it, and all that it answers."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal, TypeAlias

from hypothesis import strategies as st

from bytezkit_emulator import Emulator
from bytezkit_emulator._common.http_types import Reply, Request
from bytezkit_emulator._server.driver import Driver
from bytezkit_emulator._time.future import Future
from tests.emulator import clients

KEYS: Final = ("one", "two")
REQUESTED: Final = "org/name"
PNG: Final = "/models/v2/dreamlike-art/dreamlike-photoreal-2.0"

Happening: TypeAlias = "Call | Pass | Leave"


@dataclass(frozen=True)
class Call:
    """A request."""

    key: str
    method: str
    path: str
    body: Any = None


@dataclass(frozen=True)
class Pass:
    """Time that passes."""

    seconds: float


@dataclass(frozen=True)
class Leave:
    """A client that gives up one of the requests under way."""

    position: int


@dataclass
class Exchange:
    """A request, and what came back of it so far."""

    driver: Driver
    wait: Future | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    end: Literal["whole", "left"] | None = None


class History:
    """What happens to one emulator, and what it answers."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._runtime = emulator._runtime
        self._exchanges: list[Exchange] = []

    def go(self, happenings: list[Happening]) -> None:
        for happening in happenings:
            match happening:
                case Call(key, method, path, body):
                    headers = {"authorization": f"Key {key}", "host": "localhost"}
                    content = b"" if body is None else json.dumps(body).encode()
                    request = Request(method=method, path=path, headers=headers, body=content)
                    self._exchanges.append(Exchange(Driver(self._runtime, request)))
                case Pass(seconds):
                    self.emulator.clock.advance(timedelta(seconds=seconds))
                case Leave(position):
                    under_way = self.under_way
                    if under_way:
                        self._leave(under_way[position % len(under_way)])
            self.go_on()

    def go_on(self) -> None:
        for exchange in self.under_way:
            self._follow(exchange)

    def leave_all(self) -> None:
        for exchange in self.under_way:
            self._leave(exchange)

    @property
    def answers(self) -> list[tuple[object, ...]]:
        return [(it.status, it.headers, it.body, it.end) for it in self._exchanges]

    @property
    def under_way(self) -> list[Exchange]:
        return [exchange for exchange in self._exchanges if exchange.end is None]

    def _leave(self, exchange: Exchange) -> None:
        exchange.driver.close()
        exchange.end = "left"

    def _follow(self, exchange: Exchange) -> None:
        while exchange.wait is None or exchange.wait.resolved:
            match exchange.driver.step():
                case Future() as wait:
                    exchange.wait = wait
                case bytes() as piece:
                    exchange.body += piece
                case Reply() as reply:
                    exchange.status = reply.status
                    exchange.headers = {
                        name: value for name, value in reply.headers.items() if name != "x-request-id"
                    }
                    if isinstance(reply.body, bytes):
                        exchange.body = reply.body
                case None:
                    exchange.end = "whole"
                    return


def _sized(text: str) -> st.SearchStrategy[Any]:
    """Runs of 1, 10 and 500 tokens."""
    return st.sampled_from([1, 10, 500]).map(lambda n: {"text": text, "params": {"max_new_tokens": n}})


_CAPACITIES: Final = st.sampled_from(
    [
        {"max": 3},
        {"min": 1, "desired": 2, "max": 3},
        {"desired": 0},
        {"desired": 1},
        {"max": 1},
        {"max": 0},
    ]
)
_SETTINGS: Final = st.fixed_dictionaries(
    {}, optional={"capacity": _CAPACITIES, "timeout": st.sampled_from([1, 5, 3600])}
)
_PATHS: Final = st.sampled_from([clients.GPT2, clients.GPT2, f"/models/v2/{REQUESTED}"])
_MODELS: Final = st.sampled_from([clients.GPT2_ID, clients.GPT2_ID, REQUESTED])
_LOADS: Final = {"concurrency": st.sampled_from([1, 2]), "timeout": st.sampled_from([60, 1800])}

_REQUESTS: Final[list[tuple[str, st.SearchStrategy[str], st.SearchStrategy[Any]]]] = [
    ("PUT", _PATHS, _SETTINGS),
    ("PATCH", _PATHS, _SETTINGS),
    ("PATCH", _PATHS, st.sampled_from([{"status": "on"}, {"status": "off"}])),
    ("DELETE", _PATHS, st.none()),
    ("GET", _PATHS, st.none()),
    ("GET", st.sampled_from([clients.CLUSTERS, clients.MODELS]), st.none()),
    ("POST", _PATHS, _sized("a")),
    ("POST", _PATHS, _sized("b").map(lambda body: {**body, "stream": True})),
    ("POST", _PATHS, _sized("c").map(lambda body: {**body, "autoScale": True})),
    ("POST", st.just(PNG), st.just({"text": "a cat"})),
    ("POST", st.just(f"/models/v2/request/{REQUESTED}"), st.none()),
    ("POST", st.just(clients.JOB), st.fixed_dictionaries({"model": _MODELS})),
    ("POST", st.just(clients.LOAD), st.fixed_dictionaries({"model": _MODELS}, optional=_LOADS)),
    ("POST", st.sampled_from([clients.STATUS, clients.DELETE]), st.fixed_dictionaries({"model": _MODELS})),
    ("POST", st.just(clients.INSTANCES), st.none()),
    ("POST", st.just(clients.V1_RUN), _sized("d").map(lambda body: {"model": clients.GPT2_ID, **body})),
]

CALLS: Final = st.one_of(
    [
        st.builds(Call, st.sampled_from(KEYS), st.just(method), paths, bodies)
        for method, paths, bodies in _REQUESTS
    ]
)
PASSES: Final = st.builds(Pass, st.sampled_from([0.01, 0.07, 1, 9.95, 10, 29.93, 30, 60, 90, 240, 300, 1800]))
LEAVES: Final = st.builds(Leave, st.integers(0, 5))
HAPPENINGS: Final[st.SearchStrategy[list[Happening]]] = st.lists(
    st.one_of(CALLS, CALLS, CALLS, PASSES, PASSES, LEAVES), max_size=25
)
