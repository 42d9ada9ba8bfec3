"""Tests that are collected once; then each task is done in a process of its own, and not for ever."""

import os
import signal
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import zip_longest
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from random import Random
from time import process_time
from traceback import format_exception
from types import FrameType
from typing import Any, Final
from unittest.mock import patch

import hypothesis
import pytest
from hypothesis.core import StateForActualGivenExecution
from hypothesis.errors import UnsatisfiedAssumption

from scripts.paths import ROOT
from tests.mutants.mutant import Mutant
from tests.mutants.registry import find
from tests.mutants.tasks import Answer, Reach, Running, Survey, Task, Trial, Unusable, Verdict

# The libraries are imported before pytest could rewrite them, which only their own tests need.
_OPTIONS: Final = (
    *("-p", "tests.mutants.plugin", "-p", "no:cacheprovider", "--capture=sys"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
_EMULATOR: Final = str(ROOT / "emulator")
# Who waits for ever uses no processor.
_PATIENCE: Final = 5


def serve(connection: Connection, tests: Sequence[str], mutant: str | None) -> None:
    """Collect tests, with a mutant applied or without, and do what the other end asks until it closes."""
    os.chdir(ROOT)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    options = [] if mutant is None else ["--mutant", mutant]
    code = pytest.main([*_OPTIONS, *options, *tests], plugins=[_Server(connection)])
    if code is pytest.ExitCode.USAGE_ERROR:
        connection.send(Unusable("there are no such tests, or the mutant can not be applied"))


class _Server:
    """A plugin that does tasks instead of running all tests."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._broken: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._broken.append(report.nodeid)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        while True:
            try:
                task: Task = self._connection.recv()
            except EOFError:
                return True
            self._connection.send(self._answer(task, items))

    def _answer(self, task: Task, items: Mapping[str, pytest.Item]) -> Answer:
        for name in self._broken:
            if name.startswith(tuple(task.tests)):
                return Verdict(name, 0)
        names = [
            name
            for start in task.tests
            for name in ([start] if start in items else [it for it in items if it.startswith(start)])
        ]
        if not names:
            return Unusable("there is no such test")
        try:
            mutant = find(task.mutant) if isinstance(task, Trial) and task.mutant is not None else None
        except LookupError as error:
            return Unusable(str(error))
        return _in_a_process(task, mutant, [items[name] for name in dict.fromkeys(names)])


def _in_a_process(task: Task, mutant: Mutant | None, items: Sequence[pytest.Item]) -> Answer:
    receiver, sender = Pipe(duplex=False)
    child = os.fork()
    if not child:
        sender.send(_done(task, mutant, items, sender))
        os._exit(0)
    sender.close()
    found: Answer | Running = Verdict("(the process ended)", 0)
    try:
        while receiver.poll(_PATIENCE * task.seconds):
            found = receiver.recv()
            if not isinstance(found, Running):
                return found
    except EOFError:
        pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        receiver.close()
    return Verdict(found.test, 0) if isinstance(found, Running) else found


def _done(task: Task, mutant: Mutant | None, items: Sequence[pytest.Item], sender: Connection) -> Answer:
    run = _Run(items, task.seconds, sender)
    items[0].config.pluginmanager.register(run)
    try:
        with ExitStack() as stack:
            if mutant is not None:
                stack.enter_context(mutant.apply())
            return run.survey() if isinstance(task, Survey) else run.verdict(task)
    except Exception as error:  # noqa: BLE001  # whatever it is, the other process is to know it
        return Unusable("".join(format_exception(error)))


class _Run:
    """A run of tests in a process that ends with it."""

    def __init__(self, items: Sequence[pytest.Item], seconds: int, sender: Connection) -> None:
        self._items = items
        self._seconds = seconds
        self._sender = sender
        self._killer: str | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self._killer is None:
            self._killer = report.nodeid

    def verdict(self, trial: Trial) -> Verdict:
        counter = _Counter(trial.most_requests, self._give_up)
        with ExitStack() as stack:
            stack.enter_context(counter.counting())
            if trial.seed is not None:
                stack.enter_context(_seeded(trial.seed))
            for item, following in zip_longest(self._items, self._items[1:]):
                counter.reset()
                try:
                    self._run(item, following)
                except BaseException:  # noqa: BLE001  # a mutant may break anything, and is found then
                    self._killer = item.nodeid
                if self._killer is not None:
                    break
        return Verdict(self._killer, counter.requests)

    def _give_up(self, requests: int) -> None:
        self._sender.send(Verdict(None, requests))
        os._exit(0)

    def survey(self) -> Reach:
        callers: dict[str, list[tuple[float, str]]] = defaultdict(list)
        called: set[str] = set()

        def note(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and frame.f_code.co_filename.startswith(_EMULATOR):
                called.add(f"{frame.f_globals['__name__']}.{frame.f_code.co_qualname}")

        for item, following in zip_longest(self._items, self._items[1:]):
            called.clear()
            began = process_time()
            threading.setprofile(note)
            sys.setprofile(note)
            self._run(item, following)
            sys.setprofile(None)
            for name in called:
                callers[name].append((process_time() - began, item.nodeid))
        if self._killer is not None:
            raise RuntimeError(f"{self._killer} fails")
        return {name: [test for _, test in sorted(tests)] for name, tests in callers.items()}

    def _run(self, item: pytest.Item, following: pytest.Item | None) -> None:
        self._sender.send(Running(item.nodeid))
        # Nobody handles its signal: it ends the process.
        signal.setitimer(signal.ITIMER_VIRTUAL, self._seconds)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Choose anew, though tests and the configuration of schemathesis ask for fixed choices."""
    chosen = Random(seed)
    with patch.object(hypothesis.core, "get_random_for_wrapped_test", lambda *_: chosen):
        yield


class _Counter:
    """Counts requests to the emulator; what hypothesis repeats, to tell of a failure, does not count.

    Args:
        most: The most requests; None for any number.
        give_up: Called with their number when there are more, and no failure is told of.
    """

    def __init__(self, most: int | None, give_up: Callable[[int], object]) -> None:
        self._most = most
        self._give_up = give_up
        self.reset()

    def reset(self) -> None:
        self._requests = 0
        self._to_failure: int | None = None

    @property
    def requests(self) -> int:
        return self._requests if self._to_failure is None else self._to_failure

    @contextmanager
    def counting(self) -> Iterator[None]:
        from bytezkit_emulator._runtime import Runtime  # noqa: PLC0415  # a changed document comes before it

        answer: Any = Runtime.handle
        execute: Any = StateForActualGivenExecution.execute_once

        def counted(core: Runtime, request: object) -> object:
            self._requests += 1
            if self._most is not None and self._requests > self._most and self._to_failure is None:
                self._give_up(self._requests)
            return answer(core, request)

        def noted(*args: Any, **rest: Any) -> Any:
            try:
                return execute(*args, **rest)
            except UnsatisfiedAssumption:
                raise
            except (Exception, pytest.fail.Exception):
                self._to_failure = self._to_failure or self._requests
                raise

        with (
            patch.object(Runtime, "handle", counted),
            patch.object(StateForActualGivenExecution, "execute_once", noted),
        ):
            yield
