"""Random histories of requests and time, in which an emulator has to answer as the model does."""

from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bytezkit_emulator import Dialect, Emulator, Settings
from tests.emulator.oracle import strategies
from tests.emulator.oracle.client import EmulatorClient, Exchange
from tests.emulator.oracle.messages import Expected, Request
from tests.emulator.oracle.service import PendingRun, ServiceModel
from tests.emulator.oracle.strategies import KEYS

_MINUTE: Final = 60_000
_DURATIONS: Final = (1, 50, 1000, 5000, 30_000, _MINUTE, 5 * _MINUTE, 60 * _MINUTE, 24 * 60 * _MINUTE)
_REPETITIONS: Final = st.sampled_from((1, 1, 1, 2, 4))


class RandomHistory(RuleBasedStateMachine):
    """Sends requests, advances time, and compares every answer at the moment at which it is due.

    Args:
        catalog: The file with the catalog.
        is_http: Whether the requests use HTTP over the loopback.
    """

    def __init__(self, catalog: Path, *, is_http: bool) -> None:
        super().__init__()
        self.catalog: Final = catalog
        self.is_http: Final = is_http
        self.pending: list[tuple[PendingRun, Exchange]] = []
        self.request_ids: set[str] = set()
        self.has_failed = False
        self.model: ServiceModel
        self.client: EmulatorClient

    @initialize(
        queue_limit=st.sampled_from((16, 2, 1)),
        credits=st.sampled_from((None,) * 7 + ("0.001", "0.0001", "0")),
        dialect=strategies.DIALECTS,
    )
    def begin(self, queue_limit: int, credits: str | None, dialect: dict[str, Any]) -> None:  # noqa: A002
        self.model = ServiceModel(KEYS, queue_limit, credits, dialect)
        emulator = Emulator(
            keys=KEYS,
            clock="manual",
            catalog=self.catalog,
            credits=None if credits is None else float(credits),
            settings=Settings(queue_limit=queue_limit),
            dialect=Dialect(**dialect),
        )
        self.client = EmulatorClient(emulator, is_http=self.is_http)

    # Time

    @rule(milliseconds=st.sampled_from(_DURATIONS))
    def pass_time(self, milliseconds: int) -> None:
        self.client.pass_time(milliseconds)
        self.model.pass_time(milliseconds)
        self._settle()

    @precondition(lambda self: self.moments())
    @rule(rank=st.integers(0, 5), offset=st.sampled_from((-1, 0, 0, 1)))
    def pass_to_event(self, rank: int, offset: int) -> None:
        moments = self.moments()
        self.pass_time(moments[min(rank, len(moments) - 1)] + offset - self.model.now)

    # Requests. The rules are few because Hypothesis switches off some rules in each history.

    @rule(data=st.data(), method=st.sampled_from(("PUT", "PUT", "GET", "PATCH", "PATCH", "DELETE")))
    def use_cluster(self, data: st.DataObject, method: str) -> None:
        caller, model = data.draw(strategies.targets(self.model.clusters()))
        body = data.draw(strategies.CLUSTER_BODIES[method])
        self.send(Request(method, f"/models/v2/{model}", caller, body))

    @rule(data=st.data(), operation=st.sampled_from(("load", "load", "status", "delete")))
    def use_loaded_model(self, data: st.DataObject, operation: str) -> None:
        self.send(data.draw(strategies.v1_requests(operation, self.model.loaded_models())))

    @rule(request=strategies.lists() | strategies.jobs() | strategies.garbled())
    def list_request_or_garble(self, request: Request) -> None:
        self.send(request)

    # Runs

    @rule(data=st.data(), times=_REPETITIONS)
    def run(self, data: st.DataObject, times: int) -> None:
        request = data.draw(strategies.runs(self.model.clusters()))
        for _ in range(times):
            self.send(request)

    @precondition(lambda self: self.model.loaded_models())
    @rule(data=st.data(), times=_REPETITIONS)
    def run_loaded(self, data: st.DataObject, times: int) -> None:
        request = data.draw(strategies.v1_runs(self.model.loaded_models()))
        for _ in range(times):
            self.send(request)

    @precondition(lambda self: self.pending)
    @rule(rank=st.integers(0, 5))
    def leave(self, rank: int) -> None:
        pending, exchange = self.pending.pop(min(rank, len(self.pending) - 1))
        self.client.leave(exchange)
        self.model.leave(pending)
        self._settle()

    def teardown(self) -> None:
        paths = ("/models/v2/list/models", "/models/v2/list/clusters", "/model/list", "/model/instances")
        try:
            for milliseconds in (0, 60 * _MINUTE) if not self.has_failed else ():
                self.pass_time(milliseconds)
                for key in KEYS:
                    for path in paths:
                        self.send(Request("GET", path, f"Key {key}"))
        finally:
            self.client.close()

    # Comparison

    def send(self, request: Request) -> None:
        exchange = self.client.send(request)
        expected = self.model.answer(request)
        self.client.settle()
        if isinstance(expected, PendingRun):
            self.pending.append((expected, exchange))
        else:
            self._compare(exchange, expected)
        self._settle()

    def moments(self) -> list[int]:
        """Return the times of the next events, in order."""
        chunks = [self.model.next_chunk(pending) for pending, _ in self.pending if pending.head is not None]
        return sorted({*self.model.moments(), *(moment for moment in chunks if moment is not None)})

    def _settle(self) -> None:
        """Compare the received parts of the pending runs."""
        self.client.settle()
        self.pending = [(run, exchange) for run, exchange in self.pending if not self._is_done(run, exchange)]

    def _is_done(self, pending: PendingRun, exchange: Exchange) -> bool:
        if not pending.is_answered:
            self._check(exchange.response is None, exchange, "answered too soon")
            return False
        if pending.head is None:
            pending.head = self.model.head(pending)
            self._compare(exchange, pending.head)
        if not pending.is_stream or pending.run.refusal is not None:
            return True
        complaint = self.model.stream_violation(pending, exchange.content.decode())
        self._check(complaint is None, exchange, f"{complaint}, found {exchange.content!r}")
        is_complete = self.model.is_complete(pending)
        self._check(exchange.is_complete == is_complete, exchange, f"its end: expected {is_complete}")
        return is_complete

    def _compare(self, exchange: Exchange, expected: Expected) -> None:
        response = exchange.response
        self._check(response is not None, exchange, f"no answer, expected {expected}")
        assert response is not None
        body = exchange.body(self.client.origin)
        differences = list(expected.differences(response.status_code, response.headers, body))
        self._check(not differences, exchange, "\n".join(differences))
        request_id = response.headers["x-request-id"]
        self._check(request_id not in self.request_ids, exchange, f"{request_id} was given before")
        self.request_ids.add(request_id)

    def _check(self, is_equal: bool, exchange: Exchange, complaint: str) -> None:
        self.has_failed = self.has_failed or not is_equal
        assert is_equal, f"{exchange.request} at {self.model.now} ms:\n{complaint}"
