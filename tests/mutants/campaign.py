"""Running mutants against the layers until one kills them."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from threading import local
from types import TracebackType
from typing import Final, Self

from tests.mutants.code import function_of
from tests.mutants.judgements import Judgement, keep_judgement, read_judgement
from tests.mutants.killed import Killer, killed
from tests.mutants.layers import CONTRACT, EMULATOR, LAYERS, ORACLE, WIRE, Layer
from tests.mutants.mutant import CODE, DOCUMENT, FAULT, SERVED, Mutant
from tests.mutants.session import Session, UnusableRunError
from tests.mutants.tasks import Reach, Survey, Trial

SEEDS: Final = range(1, 11)
CLEAN_SEEDS: Final = range(1, 21)
FEW: Final = 3
MOST_REQUESTS: Final = 1000
_WORKERS: Final = 2
_LAYERS: Final = {layer.name: layer for layer in LAYERS}
# The gate, which sends whatever the document admits, notices more of its changes than the tests of parts.
_READ_THE_DOCUMENT: Final = (WIRE, CONTRACT, EMULATOR)
_TESTS: Final = tuple(layer.tests for layer in LAYERS)


class Campaign:
    """Judges mutants, two at a time. What is judged already is judged again when something has changed."""

    def __init__(self) -> None:
        self._own = local()
        self._stack = ExitStack()
        self._executor = ThreadPoolExecutor(_WORKERS)
        self._reach: Reach = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._executor.shutdown(cancel_futures=True)
        self._stack.close()

    def judge(self, mutants: Sequence[Mutant]) -> Iterator[Judgement]:
        """Yield a judgement of each mutant, in their order."""
        if not self._reach and any(it.origin == CODE and read_judgement(it.name) is None for it in mutants):
            # To look at each call takes longer than the call.
            survey = Survey(tests=[WIRE.tests, EMULATOR.tests], seconds=5 * EMULATOR.seconds)
            self._reach = self._session().survey(survey)
        return self._executor.map(self._judgement, mutants)

    def false_positives(self, layer: Layer) -> Iterator[str]:
        """Yield what a layer has against the emulator as it is, with one seed after the other."""
        seeds: Sequence[int | None] = CLEAN_SEEDS if layer.random_tests else [None]
        for seed, found in zip(seeds, self._executor.map(partial(self._clean, layer), seeds), strict=True):
            if found.killer is not None:
                yield f"{found.killer.test} (seed {seed})"

    def _clean(self, layer: Layer, seed: int | None) -> Judgement:
        name = f"nothing:{layer.name} {seed}"
        found = read_judgement(name)
        if found is None:
            tests = layer.tests if seed is None else layer.random_tests
            found = Judgement(name=name, killer=self._run(self._session(), layer, [tests], seed=seed))
            keep_judgement(found)
        return found

    def _judgement(self, mutant: Mutant) -> Judgement:
        judgement = read_judgement(mutant.name)
        if judgement is None:
            by_seed: tuple[int | None, ...] = ()
            if mutant.origin == DOCUMENT:
                killer = self._killer_of_document(mutant.name)
            else:
                killer = self._killer(mutant.name)
            if mutant.origin == FAULT:
                by_seed = self._requests_of_oracle(mutant.name)
            judgement = Judgement(name=mutant.name, killer=killer, by_seed=by_seed)
            keep_judgement(judgement)
        return judgement

    def _session(self) -> Session:
        """Return the session of this thread."""
        if not hasattr(self._own, "session"):
            self._own.session = self._stack.enter_context(Session(_TESTS))
        session: Session = self._own.session
        return session

    def _killer(self, name: str) -> Killer | None:
        session = self._session()
        former = killed().get(name)
        if former is not None and former.is_test:
            with suppress(UnusableRunError):  # There may be no such test any more.
                if found := self._run(session, _LAYERS[former.layer], [former.test], name):
                    return found
        for layer in LAYERS:
            tests: Sequence[str] = [layer.tests]
            if name.startswith(CODE) and layer in (WIRE, EMULATOR):
                reaching = self._reach.get(function_of(name), ())
                tests = [it for it in reaching if it.startswith(layer.tests)]
            if tests and (found := self._run(session, layer, tests, name)):
                return found
        return None

    def _killer_of_document(self, name: str) -> Killer | None:
        other = name.replace(DOCUMENT, SERVED, 1)
        former = killed().get(name)
        if former is not None and former.is_test:
            with suppress(UnusableRunError), Session([former.file], former.applied) as session:
                if found := self._run(session, _LAYERS[former.layer], [former.test]):
                    return replace(found, applied=former.applied)
        for layer in _READ_THE_DOCUMENT:
            for applied in (name, other):
                with Session([layer.tests], applied) as session:
                    if found := self._run(session, layer, [layer.tests]):
                        return replace(found, applied=applied)
        return None

    def _requests_of_oracle(self, name: str) -> tuple[int | None, ...]:
        """Ask the oracle with each seed, up to a number of requests, unless the first few notice nothing."""
        found: list[int | None] = []
        for seed in SEEDS:
            killer = self._run(
                self._session(),
                ORACLE,
                [ORACLE.random_tests],
                name,
                seed=seed,
                most_requests=MOST_REQUESTS,
            )
            found.append(None if killer is None else killer.requests)
            if len(found) == FEW and set(found) == {None}:
                break
        return tuple(found)

    @staticmethod
    def _run(
        session: Session,
        layer: Layer,
        tests: Sequence[str],
        mutant: str | None = None,
        *,
        seed: int | None = None,
        most_requests: int | None = None,
    ) -> Killer | None:
        verdict = session.run(
            Trial(tests=tests, seconds=layer.seconds, mutant=mutant, seed=seed, most_requests=most_requests)
        )
        if verdict.killer is None:
            return None
        return Killer(applied=mutant or "", layer=layer.name, test=verdict.killer, requests=verdict.requests)
