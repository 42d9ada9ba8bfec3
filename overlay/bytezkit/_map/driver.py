"""Running a model on many inputs, by threads."""

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from types import TracebackType
from typing import Final, Generic, Self, TypeAlias, TypeVar

from bytezkit._api.runs import PreparedRun
from bytezkit._core.clock import Clock
from bytezkit._map.outcomes import Outcome
from bytezkit._map.scheduler import EXPECTED, Desk, Job, check_inputs
from bytezkit._transport.session import Session

InputT = TypeVar("InputT")
OutputT = TypeVar("OutputT")

# Returns the members of the body for an input.
Encode: TypeAlias = Callable[[InputT], Mapping[str, object]]

# How long a pause goes on at most when nobody waits for its end any more.
_SLICE: Final = 0.1


class Outcomes(Iterator[Outcome[InputT, OutputT]]):
    """What comes of many inputs, one after the other: an iterator, and an object to close.

    Leaving its `with` block, or the last reference to it, begins no more requests and waits for those that
    were sent, since these are charged. Not to be shared between threads.

    Iterating raises what taking the next input raises, when the outcomes before it have been given out.
    """

    def __init__(
        self,
        session: Session,
        inputs: Iterable[InputT],
        prepare: Callable[[InputT], PreparedRun[OutputT]],
        *,
        concurrency: int,
        ordered: bool,
        on_outcome: Callable[[Outcome[InputT, OutputT]], object] | None,
    ) -> None:
        check_inputs(inputs)
        desk = Desk[InputT, OutputT](session.context, concurrency, ordered=ordered, on_outcome=on_outcome)
        # Not a method: while it runs it would keep this object, whose end is to end it.
        self._steps = _steps(_Crew(session, prepare, desk), iter(inputs))

    def __next__(self) -> Outcome[InputT, OutputT]:
        return next(self._steps)

    def close(self) -> None:
        """Begin no more requests, and wait for those that were sent."""
        self._steps.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _steps(
    crew: "_Crew[InputT, OutputT]", inputs: Iterator[InputT]
) -> Generator[Outcome[InputT, OutputT], None, None]:
    ended, problem = False, None
    try:
        while True:
            if not ended and crew.has_room:
                try:
                    crew.take(next(inputs))
                except StopIteration:
                    ended = True
                except Exception as error:  # noqa: BLE001 - raised below
                    ended, problem = True, error
            outcome = crew.give(wait=ended or not crew.has_room)
            if outcome is not None:
                yield outcome
            elif ended:
                break
        if problem is not None:
            raise problem
    finally:
        crew.dismiss()


class _Left(Exception):  # noqa: N818 - it is none
    """That nobody waits for an outcome any more."""


class _LeavableClock(Clock):
    """Tells the time and waits as another clock does, until it is left."""

    def __init__(self, clock: Clock) -> None:
        self.left = False
        self._clock = clock

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait.

        Raises:
            _Left: It is left.
        """
        while seconds > 0 and not self.left:
            self._clock.sleep(min(seconds, _SLICE))
            seconds -= _SLICE
        if self.left:
            raise _Left


class _Crew(Generic[InputT, OutputT]):
    """The threads that send, and what they share with the one that asks for outcomes."""

    def __init__(
        self, session: Session, prepare: Callable[[InputT], PreparedRun[OutputT]], desk: Desk[InputT, OutputT]
    ) -> None:
        self._clock = _LeavableClock(session.context.clock)
        self._session = Session(replace(session.context, clock=self._clock), session.http)
        self._prepare = prepare
        self._desk = desk
        # Reentrant: the garbage collector may dismiss the crew from wherever it runs.
        lock = threading.RLock()
        self._work = threading.Condition(lock)
        self._outcome = threading.Condition(lock)
        self._threads: list[threading.Thread] = []
        self._resting = False

    @property
    def has_room(self) -> bool:
        """Whether another input may be taken."""
        return self._desk.has_room

    def take(self, input: InputT) -> None:
        """Take an input, for one more thread as long as there may be more."""
        with self._work:
            self._desk.take(input)
            self._work.notify()
        if len(self._threads) < self._desk.concurrency:
            # An iterator that is never left must not keep the process alive.
            thread = threading.Thread(target=self._send_all, name="bytezkit-map", daemon=True)
            thread.start()
            self._threads.append(thread)

    def give(self, *, wait: bool) -> Outcome[InputT, OutputT] | None:
        """Give out the next outcome, or None if it is not there, or will not be.

        Raises:
            BaseException: A thread failed on something that is no matter of its input.
        """
        with self._outcome:
            while True:
                outcome = self._desk.give()
                if outcome is not None or not wait or self._desk.is_empty:
                    return outcome
                self._outcome.wait()

    def dismiss(self) -> None:
        """Begin nothing more, and wait for the threads to end."""
        with self._work:
            self._clock.left = True
            self._work.notify_all()
        # In one of them the garbage collector may hold the lock that another one waits for.
        if threading.current_thread() not in self._threads:
            for thread in self._threads:
                thread.join()

    def _send_all(self) -> None:
        try:
            with suppress(_Left):
                while True:
                    step = self._next_step()
                    if isinstance(step, Job):
                        self._send(step)
                    else:
                        self._rest(step)
        except BaseException as error:  # noqa: BLE001 - raised where the outcomes are asked for
            with self._outcome:
                self._desk.problem = error
                self._outcome.notify()

    def _next_step(self) -> Job[InputT, OutputT] | float:
        """Return the next job, or how long this thread is to rest for all of them."""
        with self._work:
            while not self._clock.left:
                step = self._desk.next(self._clock.monotonic())
                self._outcome.notify()
                if isinstance(step, Job):
                    return step
                if step is not None and not self._resting:
                    self._resting = True
                    return step
                self._work.wait()
        raise _Left

    def _rest(self, seconds: float) -> None:
        self._clock.sleep(seconds)
        with self._work:
            self._resting = False
            self._work.notify_all()

    def _send(self, job: Job[InputT, OutputT]) -> None:
        try:
            job.run = job.run or self._prepare(job.input)
            result = self._session.perform(job.run, job.left(self._clock.monotonic()))
        except EXPECTED as error:
            with self._work:
                self._desk.fail(job, error, self._clock.monotonic())
                self._work.notify()
        else:
            with self._work:
                self._desk.succeed(job, result)
                self._work.notify()
