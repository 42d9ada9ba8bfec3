"""Selects the engine of a run."""

from collections.abc import Callable, Generator, Mapping
from threading import RLock
from typing import Final, Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from bytezkit_emulator._engines.canned import canned
from bytezkit_emulator._engines.job import Engine, Job, MediaOutput, Output, RunRequest
from bytezkit_emulator._engines.live import LiveEngine, LiveRun, Slots
from bytezkit_emulator._engines.synthetic import synthetic
from bytezkit_emulator._openapi.contract import Contract
from bytezkit_emulator._time.future import Future

EngineName: TypeAlias = Literal["canned", "synthetic"]

ENGINES: Final[Mapping[EngineName, Engine]] = {"canned": canned, "synthetic": synthetic}


class EngineAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of an engine to a run.

    Attributes:
        engine: Kind of the engine, for the client.
        output: The output, or a run that has not started and makes it.
    """

    engine: Literal["canned", "real", "stub", "synthetic"]
    output: Output | MediaOutput | LiveRun


# Yields the futures that the answer waits for.
AnswerGenerator: TypeAlias = Generator[Future, None, EngineAnswer]
RunEngine: TypeAlias = Callable[[RunRequest], AnswerGenerator]


class EngineSelection:
    """The engines of an emulator: a live engine, if any, and an instant engine for all other jobs.

    Args:
        engine: The live engine, beside which `synthetic` is the instant engine, or the instant engine.
        seed: Seed of the instant engine.
        contract: Its schemas validate the outputs of the live engine.
        lock: The runtime's lock.

    Attributes:
        live_runs: The runs of the live engine that have started and not finished.
    """

    def __init__(
        self, engine: EngineName | LiveEngine, seed: int, *, contract: Contract, lock: RLock
    ) -> None:
        self._name: EngineName = engine if isinstance(engine, str) else "synthetic"
        self._live = None if isinstance(engine, str) else engine
        self._seed = seed
        self._contract = contract
        self._lock = lock
        self.live_runs: Final[set[LiveRun]] = set()

    def is_live(self, job: Job) -> bool:
        """Return whether the live engine serves a job."""
        return self._slots(job) is not None

    def answer(self, job: Job) -> EngineAnswer:
        """Return the answer of the engine that serves a job."""
        slots = self._slots(job)
        if self._live is None or slots is None:
            output = ENGINES[self._name](replace(job, salt=self._seed))
            return EngineAnswer(engine=self._name, output=output)
        run = LiveRun(
            self._live, job, slots, contract=self._contract, lock=self._lock, under_way=self.live_runs
        )
        return EngineAnswer(engine="real", output=run)

    def _slots(self, job: Job) -> Slots | None:
        return None if self._live is None else self._live.admit(job)
