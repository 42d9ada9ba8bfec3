"""Tests in another process, which are collected once and run again and again."""

from collections.abc import Iterable
from multiprocessing import get_context
from types import TracebackType
from typing import Final, Self

from tests.mutants.server import serve
from tests.mutants.tasks import Answer, Reach, Survey, Task, Trial, Unusable, Verdict

_CONTEXT: Final = get_context("forkserver")
# What every session imports; nothing of the emulator, which a changed document has to come before.
_CONTEXT.set_forkserver_preload(
    ["anyio", "httptools", "httpx", "schemathesis.pytest", "tests.mutants.server"]
)


class UnusableRunError(Exception):
    """A run says nothing: the mutant could not be applied, there was no test, or the like."""


class Session:
    """Collected tests.

    Args:
        tests: Files and folders to collect.
        mutant: A mutant that is applied before anything is collected.
    """

    def __init__(self, tests: Iterable[str], mutant: str | None = None) -> None:
        self._is_mutated = mutant is not None
        self._connection, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=serve, args=(theirs, list(tests), mutant))
        self._process.start()
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._connection.close()
        self._process.kill()
        self._process.join()

    def run(self, trial: Trial) -> Verdict:
        """Run tests until one fails.

        Raises:
            UnusableRunError: The run says nothing.
        """
        found = self._ask(trial)
        assert isinstance(found, Verdict)
        return found

    def survey(self, survey: Survey) -> Reach:
        """Tell which tests call which functions of the emulator.

        Raises:
            UnusableRunError: A test failed.
        """
        found = self._ask(survey)
        assert isinstance(found, dict), found
        return found

    def _ask(self, task: Task) -> Answer:
        found: Answer
        try:
            self._connection.send(task)
            found = self._connection.recv()
        except (EOFError, ConnectionError):
            # So much is broken that pytest itself gave up.
            found = Verdict("(pytest)", 0) if self._is_mutated else Unusable("pytest gave up")
        if isinstance(found, Unusable):
            raise UnusableRunError(f"{task}: {found.reason}")
        return found
