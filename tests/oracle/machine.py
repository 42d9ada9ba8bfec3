"""Random histories of requests and time, in which emulators have to answer as the model does."""

from pathlib import Path
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.oracle import drawing
from tests.oracle.faces import Face
from tests.oracle.requests import Request
from tests.oracle.rig import KEYS, Rig

_MINUTE: Final = 60_000
_LENGTHS: Final = (1, 50, 1000, 5000, 30_000, _MINUTE, 5 * _MINUTE, 60 * _MINUTE, 24 * 60 * _MINUTE)


class Histories(RuleBasedStateMachine):
    """Histories of one emulator and its model.

    Args:
        face: The way into the emulator.
        catalog: The file with the catalog.
    """

    def __init__(self, face: type[Face], catalog: Path) -> None:
        super().__init__()
        self._face = face
        self._catalog = catalog
        self.rig: Rig

    @initialize(
        line=st.sampled_from((16, 2, 1)),
        credits=st.sampled_from((None,) * 7 + ("0.001", "0.0001", "0")),
        dialect=drawing.DIALECTS,
    )
    def begin(self, line: int, credits: str | None, dialect: dict[str, str]) -> None:  # noqa: A002
        self.rig = Rig(self._face, self._catalog, line=line, credits=credits, dialect=dialect)

    # Time

    @rule(length=st.sampled_from(_LENGTHS))
    def pass_time(self, length: int) -> None:
        self.rig.pass_time(length)

    @precondition(lambda self: self.rig.moments())
    @rule(rank=st.integers(0, 5), offset=st.sampled_from((-1, 0, 0, 1)))
    def pass_to_a_moment(self, rank: int, offset: int) -> None:
        moments = self.rig.moments()
        moment = moments[min(rank, len(moments) - 1)]
        self.rig.pass_time(moment + offset - self.rig.world.now)

    # Requests. The rules are few, since Hypothesis does without some of them in each history.

    @rule(data=st.data(), method=st.sampled_from(("PUT", "PUT", "GET", "PATCH", "PATCH", "DELETE")))
    def ask_for_a_cluster(self, data: st.DataObject, method: str) -> None:
        caller, model = data.draw(drawing.targets(self.rig.world.clusters()))
        body = data.draw(drawing.CLUSTER_BODIES[method])
        self.rig.send(Request(method, f"/models/v2/{model}", caller, body))

    @rule(data=st.data(), operation=st.sampled_from(("load", "load", "status", "delete")))
    def ask_for_a_loaded_model(self, data: st.DataObject, operation: str) -> None:
        self.rig.send(data.draw(drawing.older_requests(operation, self.rig.world.loaded_models())))

    @rule(request=drawing.lists() | drawing.jobs() | drawing.garbled())
    def ask_for_something_else(self, request: Request) -> None:
        self.rig.send(request)

    # Runs

    @rule(data=st.data(), times=st.sampled_from((1, 1, 1, 2, 4)))
    def run(self, data: st.DataObject, times: int) -> None:
        request = data.draw(drawing.runs(self.rig.world.clusters()))
        for _ in range(times):
            self.rig.send(request)

    @precondition(lambda self: self.rig.world.loaded_models())
    @rule(data=st.data(), times=st.sampled_from((1, 1, 1, 2, 4)))
    def run_loaded(self, data: st.DataObject, times: int) -> None:
        request = data.draw(drawing.older_runs(self.rig.world.loaded_models()))
        for _ in range(times):
            self.rig.send(request)

    @precondition(lambda self: any(self.rig.can_leave(run) for run in self.rig.under_way))
    @rule(rank=st.integers(0, 5))
    def leave(self, rank: int) -> None:
        runs = [run for run in self.rig.under_way if self.rig.can_leave(run)]
        self.rig.leave(runs[min(rank, len(runs) - 1)])

    @precondition(lambda self: self.rig.world.files)
    @rule(rank=st.integers(0, 3))
    def fetch(self, rank: int) -> None:
        paths = [*self.rig.world.files]
        self.rig.send(Request("GET", paths[min(rank, len(paths) - 1)]))

    def teardown(self) -> None:
        try:
            if not self.rig.differs:
                for length in (0, 60 * _MINUTE):
                    self.rig.pass_time(length)
                    self._look_around()
        finally:
            self.rig.close()

    def _look_around(self) -> None:
        for key in KEYS:
            for path in (
                "/models/v2/list/models",
                "/models/v2/list/clusters",
                "/model/list",
                "/model/instances",
            ):
                self.rig.send(Request("GET", path, f"Key {key}"))
