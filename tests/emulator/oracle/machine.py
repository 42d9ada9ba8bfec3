"""Random histories of requests and time, in which emulators have to answer as the model does."""

from pathlib import Path
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.emulator.oracle import drawing
from tests.emulator.oracle.clients import EmulatorClient
from tests.emulator.oracle.harness import KEYS, Harness
from tests.emulator.oracle.requests import Request

_MINUTE: Final = 60_000
_LENGTHS: Final = (1, 50, 1000, 5000, 30_000, _MINUTE, 5 * _MINUTE, 60 * _MINUTE, 24 * 60 * _MINUTE)


class Histories(RuleBasedStateMachine):
    """Histories of one emulator and its model.

    Args:
        client: The client of the emulator.
        catalog: The file with the catalog.
    """

    def __init__(self, client: type[EmulatorClient], catalog: Path) -> None:
        super().__init__()
        self._client = client
        self._catalog = catalog
        self.harness: Harness

    @initialize(
        line=st.sampled_from((16, 2, 1)),
        credits=st.sampled_from((None,) * 7 + ("0.001", "0.0001", "0")),
        dialect=drawing.DIALECTS,
    )
    def begin(self, line: int, credits: str | None, dialect: dict[str, str]) -> None:  # noqa: A002
        self.harness = Harness(self._client, self._catalog, line=line, credits=credits, dialect=dialect)

    # Time

    @rule(length=st.sampled_from(_LENGTHS))
    def pass_time(self, length: int) -> None:
        self.harness.pass_time(length)

    @precondition(lambda self: self.harness.moments())
    @rule(rank=st.integers(0, 5), offset=st.sampled_from((-1, 0, 0, 1)))
    def pass_to_a_moment(self, rank: int, offset: int) -> None:
        moments = self.harness.moments()
        moment = moments[min(rank, len(moments) - 1)]
        self.harness.pass_time(moment + offset - self.harness.model.now)

    # Requests. The rules are few because Hypothesis switches off some rules in each history.

    @rule(data=st.data(), method=st.sampled_from(("PUT", "PUT", "GET", "PATCH", "PATCH", "DELETE")))
    def use_cluster(self, data: st.DataObject, method: str) -> None:
        caller, model = data.draw(drawing.targets(self.harness.model.clusters()))
        body = data.draw(drawing.CLUSTER_BODIES[method])
        self.harness.send(Request(method, f"/models/v2/{model}", caller, body))

    @rule(data=st.data(), operation=st.sampled_from(("load", "load", "status", "delete")))
    def use_loaded_model(self, data: st.DataObject, operation: str) -> None:
        self.harness.send(data.draw(drawing.v1_requests(operation, self.harness.model.loaded_models())))

    @rule(request=drawing.lists() | drawing.jobs() | drawing.garbled())
    def list_request_or_garble(self, request: Request) -> None:
        self.harness.send(request)

    # Runs

    @rule(data=st.data(), times=st.sampled_from((1, 1, 1, 2, 4)))
    def run(self, data: st.DataObject, times: int) -> None:
        request = data.draw(drawing.runs(self.harness.model.clusters()))
        for _ in range(times):
            self.harness.send(request)

    @precondition(lambda self: self.harness.model.loaded_models())
    @rule(data=st.data(), times=st.sampled_from((1, 1, 1, 2, 4)))
    def run_loaded(self, data: st.DataObject, times: int) -> None:
        request = data.draw(drawing.v1_runs(self.harness.model.loaded_models()))
        for _ in range(times):
            self.harness.send(request)

    @precondition(lambda self: self.harness.under_way)
    @rule(rank=st.integers(0, 5))
    def leave(self, rank: int) -> None:
        runs = self.harness.under_way
        self.harness.leave(runs[min(rank, len(runs) - 1)])

    def teardown(self) -> None:
        try:
            if not self.harness.differs:
                for length in (0, 60 * _MINUTE):
                    self.harness.pass_time(length)
                    self._list_everything()
        finally:
            self.harness.close()

    def _list_everything(self) -> None:
        for key in KEYS:
            for path in (
                "/models/v2/list/models",
                "/models/v2/list/clusters",
                "/model/list",
                "/model/instances",
            ):
                self.harness.send(Request("GET", path, f"Key {key}"))
