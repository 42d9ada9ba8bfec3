"""Random histories of an emulator: requests, time and disconnects, and all responses to them."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, NamedTuple, TypeAlias

from hypothesis import strategies as st

from bytezkit_emulator import Emulator
from bytezkit_emulator._common.http_types import ConnectionCutError, Reply, Request
from bytezkit_emulator._server.driver import Driver
from bytezkit_emulator._time.future import Future
from tests.emulator import clients

KEYS: Final = ("one", "two")
REQUESTED: Final = "org/name"
PNG: Final = "/models/v2/dreamlike-art/dreamlike-photoreal-2.0"


class Send(NamedTuple):
    """Send a request."""

    key: str
    method: str
    path: str
    body: Any = None


class Advance(NamedTuple):
    """Advance the clock."""

    seconds: float


class Disconnect(NamedTuple):
    """Disconnect the client of a pending request."""

    rank: int


Step: TypeAlias = Send | Advance | Disconnect


@dataclass
class Response:
    """The received part of a response."""

    driver: Driver
    wait: Future | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_complete: bool = False
    is_disconnected: bool = False


class History:
    """Performs steps on an emulator and records the responses."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._responses: list[Response] = []

    def perform(self, steps: list[Step]) -> None:
        for step in steps:
            match step:
                case Send(key, method, path, body):
                    headers = {"authorization": f"Key {key}", "host": "localhost"}
                    content = b"" if body is None else json.dumps(body).encode()
                    request = Request(method=method, path=path, headers=headers, body=content)
                    self._responses.append(Response(Driver(self.emulator._runtime, request)))
                case Advance(seconds):
                    self.emulator.clock.advance(timedelta(seconds=seconds))
                case Disconnect(rank) if pending := self.pending:
                    self._disconnect(pending[rank % len(pending)])
            self.receive()

    def receive(self) -> None:
        """Receive the ready parts of all responses."""
        for response in self.pending:
            self._receive(response)

    def disconnect_all(self) -> None:
        for response in self.pending:
            self._disconnect(response)

    @property
    def results(self) -> list[tuple[object, ...]]:
        return [(it.status, it.headers, it.body, it.is_complete) for it in self._responses]

    @property
    def pending(self) -> list[Response]:
        return [it for it in self._responses if not (it.is_complete or it.is_disconnected)]

    def _disconnect(self, response: Response) -> None:
        response.driver.close()
        response.is_disconnected = True

    def _receive(self, response: Response) -> None:
        while not response.is_complete and (response.wait is None or response.wait.resolved):
            try:
                part = response.driver.step()
            except ConnectionCutError:
                part = None
            match part:
                case Future() as wait:
                    response.wait = wait
                case bytes() as chunk:
                    response.body += chunk
                case Reply() as reply:
                    response.status = reply.status
                    response.headers = {**reply.headers, "x-request-id": ""}
                    response.body = reply.body if isinstance(reply.body, bytes) else b""
                case None:
                    response.is_complete = True


def _run(**members: Any) -> st.SearchStrategy[Any]:
    """Draw bodies of runs of 1, 10 and 500 tokens."""
    return st.sampled_from([{**members, "params": {"max_new_tokens": count}} for count in (1, 10, 500)])


_SIZES: Final = ({"max": 3}, {"max": 1}, {"max": 0}, {"desired": 0}, {"min": 1, "desired": 2, "max": 3})
_SETTINGS: Final = st.fixed_dictionaries(
    {}, optional={"capacity": st.sampled_from(_SIZES), "timeout": st.sampled_from([1, 5, 3600])}
)
_PATHS: Final = st.sampled_from([clients.GPT2, clients.GPT2, f"/models/v2/{REQUESTED}"])
_NAMED: Final = {"model": st.sampled_from([clients.GPT2_ID, clients.GPT2_ID, REQUESTED])}
_LOADS: Final = {"concurrency": st.sampled_from([1, 2]), "timeout": st.sampled_from([60, 1800])}

_REQUESTS: Final[list[tuple[str, st.SearchStrategy[str], st.SearchStrategy[Any]]]] = [
    ("PUT", _PATHS, _SETTINGS),
    ("PATCH", _PATHS, _SETTINGS),
    ("PATCH", _PATHS, st.sampled_from([{"status": "on"}, {"status": "off"}])),
    ("DELETE", _PATHS, st.none()),
    ("GET", _PATHS, st.none()),
    ("GET", st.sampled_from([clients.CLUSTERS, clients.MODELS]), st.none()),
    ("POST", _PATHS, _run(text="a")),
    ("POST", _PATHS, _run(text="b", stream=True)),
    ("POST", _PATHS, _run(text="c", autoScale=True)),
    ("POST", st.just(PNG), st.just({"text": "a cat"})),
    ("POST", st.just(f"/models/v2/request/{REQUESTED}"), st.none()),
    ("POST", st.just(clients.JOB), st.fixed_dictionaries(_NAMED)),
    ("POST", st.just(clients.LOAD), st.fixed_dictionaries(_NAMED, optional=_LOADS)),
    ("POST", st.sampled_from([clients.STATUS, clients.DELETE]), st.fixed_dictionaries(_NAMED)),
    ("POST", st.just(clients.INSTANCES), st.none()),
    ("POST", st.just(clients.V1_RUN), _run(text="d", model=clients.GPT2_ID)),
]
_SENDS: Final = st.one_of(
    [st.builds(Send, st.sampled_from(KEYS), st.just(method), *drawn) for method, *drawn in _REQUESTS]
)
_ADVANCES: Final = st.builds(
    Advance, st.sampled_from([0.01, 0.07, 1, 9.95, 10, 29.93, 30, 60, 90, 240, 300, 1800])
)
_DISCONNECTS: Final = st.builds(Disconnect, st.integers(0, 5))
STEPS: Final[st.SearchStrategy[list[Step]]] = st.lists(
    st.one_of(_SENDS, _SENDS, _SENDS, _ADVANCES, _ADVANCES, _DISCONNECTS), max_size=25
)
