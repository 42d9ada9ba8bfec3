"""The scripted answers of an emulator, as people hold them."""

from collections.abc import Mapping
from pathlib import Path

from bytezkit_emulator._common.coercion import Json, Misfit, to_json
from bytezkit_emulator._common.yaml_list import YamlList
from bytezkit_emulator._model.catalog import Model
from bytezkit_emulator._openapi.contract import Contract, Task
from bytezkit_emulator._service.run_body import RunEngine
from bytezkit_emulator._stubs.errors import StubError
from bytezkit_emulator._stubs.parse import PlacedStub, read_plain
from bytezkit_emulator._stubs.response import StubResponses
from bytezkit_emulator._stubs.rule import Stub
from bytezkit_emulator._stubs.sequence import StubEngine, StubSequence


class Stubs:
    """Rules that say what runs are answered with.

    Of several rules for a run one for its model goes before one for its task, and that before one for every
    run; of equal ones, the one that was added first. A run without a rule is left to the engine.
    """

    def __init__(self, contract: Contract, catalog: Mapping[str, Model], scripts: StubEngine) -> None:
        self._contract = contract
        self._catalog = catalog
        self._scripts = scripts
        self._steps = StubResponses(contract)

    def add(self, *rules: Stub | Mapping[str, Json] | Path) -> None:
        """Add rules, all of them or none.

        Args:
            rules: Rules; rules as plain data, whose form `docs/testing.md` shows; or YAML files of these.

        Raises:
            AnswerError: One can not be served; the text says where it stands and why.
            TypeError: One is something else.
        """
        self._scripts.add(
            [script for position, rule in enumerate(rules) for script in self._read(rule, position)]
        )

    def clear(self) -> None:
        """Forget all rules."""
        self._scripts.clear()

    def _read(self, rule: Stub | Mapping[str, Json] | Path, position: int) -> list[StubSequence]:
        if isinstance(rule, Path):
            return self._read_file(rule)
        try:
            if isinstance(rule, Stub):
                return [self._script(PlacedStub(rule, [(at,) for at in range(len(rule.responses))]))]
            if isinstance(rule, Mapping):
                return [self._script(read_plain(to_json(rule), Path()))]
        except Misfit as misfit:
            raise StubError(f"stubs/{misfit.below(position)}") from None
        raise TypeError(f"an answer is a Rule, a mapping or a Path, not {type(rule).__name__}")

    def _read_file(self, path: Path) -> list[StubSequence]:
        file = YamlList(path, StubError)
        scripts: list[StubSequence] = []
        for position, data in enumerate(file.items):
            try:
                scripts.append(self._script(read_plain(data, path.parent)))
            except Misfit as misfit:
                raise file.error(misfit.below(position)) from None
        return scripts

    def _script(self, placed: PlacedStub) -> StubSequence:
        task = self._task(placed.rule)
        steps: list[RunEngine] = []
        for path, answer in zip(placed.paths, placed.rule.responses, strict=True):
            try:
                steps.append(self._steps.read(answer, task))
            except Misfit as misfit:
                raise misfit.below(*path) from None
        return StubSequence(placed.rule, steps)

    def _task(self, rule: Stub) -> Task | None:
        """Return the task whose outputs a rule gives, if it is one."""
        model = None if rule.model is None else self._catalog.get(rule.model)
        if rule.task is not None and rule.task not in self._contract.tasks:
            raise Misfit(f"{rule.task!r} is no task", ("task",))
        if rule.model is not None and model is None and rule.task is None:
            reason = f"{rule.model!r} is not in the catalog: say its task too if it is to be requested"
            raise Misfit(reason, ("model",))
        if model is not None and rule.task not in (None, model.task):
            raise Misfit(f"the task of {model.model_id} is {model.task}", ("task",))
        name = rule.task if model is None else model.task
        return None if name is None else self._contract.tasks[name]
