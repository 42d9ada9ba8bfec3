"""Public API for stubbed responses."""

from collections.abc import Mapping
from pathlib import Path

from bytezkit_emulator._common.coercion import InvalidValueError, to_json
from bytezkit_emulator._common.yaml_list import YamlList
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._openapi.contract import Contract, Task
from bytezkit_emulator._stubs.parse import PlacedStub, read_stub
from bytezkit_emulator._stubs.response import StubResponse, StubResponses
from bytezkit_emulator._stubs.sequence import StubEngine, StubSequence
from bytezkit_emulator._stubs.stub import Stub, StubError
from bytezkit_models.json_value import JsonInput


class Stubs:
    """The stubs of an emulator.

    If several stubs match a run, a stub for its model precedes one for its task, which precedes one for
    every run; among equals the stub that was added first wins. Without a stub the engine makes the output.
    """

    def __init__(self, contract: Contract, catalog: Mapping[str, Model], engine: StubEngine) -> None:
        self._contract = contract
        self._catalog = catalog
        self._engine = engine
        self._responses = StubResponses(contract)

    def add(self, *stubs: Stub | Mapping[str, JsonInput] | Path) -> None:
        """Add stubs. If one is invalid, none is added.

        Args:
            stubs: `Stub`s; plain data in the form that `docs/testing.md` shows; or YAML files with a list of
                it.

        Raises:
            StubError: A stub is invalid; the message has its location and the reason.
            TypeError: An argument has another type.
        """
        # Everything is read before anything is added: an error changes nothing.
        self._engine.add(
            [sequence for position, stub in enumerate(stubs) for sequence in self._read(stub, position)]
        )

    def clear(self) -> None:
        """Remove all stubs."""
        self._engine.clear()

    def rewind(self) -> None:
        """Return to the first response of each stub."""
        self._engine.rewind()

    def _read(self, stub: Stub | Mapping[str, JsonInput] | Path, position: int) -> list[StubSequence]:
        if isinstance(stub, Path):
            return self._read_file(stub)
        try:
            if isinstance(stub, Stub):
                return [self._sequence(PlacedStub(stub, [(at,) for at in range(len(stub.responses))]))]
            if isinstance(stub, Mapping):
                return [self._sequence(read_stub(to_json(stub), Path()))]
        except InvalidValueError as error:
            raise StubError(f"stubs/{error.prefixed(position)}") from None
        raise TypeError(f"a stub must be a Stub, a mapping or a Path, not {type(stub).__name__}")

    def _read_file(self, path: Path) -> list[StubSequence]:
        file = YamlList(path, StubError)
        sequences: list[StubSequence] = []
        for position, data in enumerate(file.items):
            try:
                sequences.append(self._sequence(read_stub(data, path.parent)))
            except InvalidValueError as error:
                raise file.error(error.prefixed(position)) from None
        return sequences

    def _sequence(self, placed: PlacedStub) -> StubSequence:
        task = self._task_of(placed.stub)
        responses: list[StubResponse] = []
        for path, response in zip(placed.paths, placed.stub.responses, strict=True):
            try:
                responses.append(self._responses.read(response, task))
            except InvalidValueError as error:
                raise error.prefixed(*path) from None
        return StubSequence(placed.stub, responses)

    def _task_of(self, stub: Stub) -> Task | None:
        """Return the task of the runs that a stub matches, or None if it matches every task."""
        model = None if stub.model is None else self._catalog.get(stub.model)
        if stub.task is not None and stub.task not in self._contract.tasks:
            raise InvalidValueError(f"{stub.task!r} is not a task", ("task",))
        # Requests can add models to the catalog later; only the stub can name the task of such a model.
        if stub.model is not None and model is None and stub.task is None:
            raise InvalidValueError(
                f"{stub.model!r} is not in the catalog; for a model that is requested later, set `task` too",
                ("model",),
            )
        if model is not None and stub.task not in (None, model.task):
            raise InvalidValueError(f"the task of {model.model_id} is {model.task}", ("task",))
        name = stub.task if model is None else model.task
        return None if name is None else self._contract.tasks[name]
