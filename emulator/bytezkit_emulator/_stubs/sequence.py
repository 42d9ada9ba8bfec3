"""An engine that follows scripts, and asks another one where it has none."""

from collections.abc import Iterable, Sequence

from bytezkit_emulator._engines import Engine, MediaOutput, Output
from bytezkit_emulator._service.run_body import RunEngine, RunRequest
from bytezkit_emulator._stubs.rule import Stub


class StubSequence:
    """A rule whose answers can be served.

    Args:
        rule: The rule.
        steps: Its answers.
    """

    def __init__(self, rule: Stub, steps: Sequence[RunEngine]) -> None:
        self._rule = rule
        self._steps = steps
        self._given = 0

    @property
    def rank(self) -> tuple[bool, bool]:
        """How closely it says what it is for."""
        return self._rule.model is not None, self._rule.task is not None

    def concerns(self, run: RunRequest) -> bool:
        """Say whether it is for a run."""
        return self._rule.model in (None, run.job.model_id) and self._rule.task in (None, run.job.task.name)

    def next_step(self) -> RunEngine | None:
        """Go on by a step, and return it; None where the script leaves the run to the engine."""
        position, count = self._given, len(self._steps)
        self._given += 1
        if position >= count and self._rule.then == "engine":
            return None
        return self._steps[min(position, count - 1) if self._rule.then == "repeat" else position % count]


class StubEngine:
    """The scripts of an emulator.

    Args:
        engine: Answers what no script is for.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scripts: list[StubSequence] = []

    def add(self, scripts: Iterable[StubSequence]) -> None:
        """Add scripts behind those that say as closely what they are for."""
        # A new list: a run may be looking through this one.
        self._scripts = sorted([*self._scripts, *scripts], key=lambda it: it.rank, reverse=True)

    def clear(self) -> None:
        """Forget all of them."""
        self._scripts = []

    def answer(self, run: RunRequest) -> Output | MediaOutput:
        """Answer a run.

        Raises:
            Refusal: The script refuses it, or a function of the script failed.
        """
        script = next((it for it in self._scripts if it.concerns(run)), None)
        step = None if script is None else script.next_step()
        return self._engine(run.job) if step is None else step(run)
