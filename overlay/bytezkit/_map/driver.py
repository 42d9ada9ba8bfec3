"""Threads that drive `map` of the synchronous client."""

import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from math import inf
from types import TracebackType
from typing import Final, Generic, Self, TypeAlias, TypeVar

from bytezkit._core.clock import Clock
from bytezkit._core.exchange import PreparedRun
from bytezkit._map.outcomes import Outcome
from bytezkit._map.scheduler import DeferredError, MapJob, MapScheduler, check_inputs
from bytezkit._transport.session import Session
from bytezkit.errors import BytezError

InputT = TypeVar("InputT")
OutputT = TypeVar("OutputT")

# Returns the members of the request body for an input.
Encode: TypeAlias = Callable[[InputT], Mapping[str, object]]

# Seconds. A clock cannot be woken, so a pause checks for cancellation at this interval.
_CANCELLATION_INTERVAL: Final = 0.1


class Outcomes(Iterator[Outcome[InputT, OutputT]]):
    """Outcomes of a `map`: an iterator and a context manager.

    Leaving the `with` block, or dropping the last reference, starts no more requests and waits for the
    requests in flight, since these are charged. Not thread-safe.

    Iterating raises the exception of the iterable of inputs, after the outcomes of all inputs before it.
    """

    def __init__(
        self,
        session: Session,
        inputs: Iterable[InputT],
        prepare: Callable[[InputT], PreparedRun[OutputT]],
        *,
        model_of: Callable[[InputT], str],
        concurrency: int,
        ordered: bool,
        on_outcome: Callable[[Outcome[InputT, OutputT]], object] | None,
    ) -> None:
        check_inputs(inputs)
        self._scheduler = MapScheduler[InputT, OutputT](
            session.context, model_of, concurrency, ordered=ordered, on_outcome=on_outcome
        )
        # A function, not a method: a running method would reference this object, so that dropping the last
        # outside reference would not stop the threads.
        self._outcomes = _outcomes(WorkerPool(session, prepare, self._scheduler), iter(inputs))

    def __next__(self) -> Outcome[InputT, OutputT]:
        try:
            return next(self._outcomes)
        except KeyboardInterrupt as error:
            self._scheduler.explain_interrupt(error)
            raise

    def close(self) -> None:
        """Start no more requests, and wait for the requests in flight."""
        self._outcomes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, KeyboardInterrupt):
            self._scheduler.explain_interrupt(error)
        self.close()


def _outcomes(
    workers: "WorkerPool[InputT, OutputT]", inputs: Iterator[InputT]
) -> Generator[Outcome[InputT, OutputT], None, None]:
    exhausted = False
    input_error = DeferredError()
    try:
        while True:
            if not exhausted and workers.can_accept:
                with input_error:
                    try:
                        workers.submit(next(inputs))
                    except StopIteration:
                        exhausted = True
                exhausted = exhausted or input_error.error is not None
            outcome = workers.pop_outcome(wait=exhausted or not workers.can_accept)
            if outcome is not None:
                yield outcome
            elif exhausted:
                break
        input_error.raise_if_set()
    finally:
        workers.shut_down()


class Cancelled(BaseException):
    """Raised in a worker thread after shutdown. Not an `Exception`, so that no error handler catches it."""


class CancellableClock(Clock):
    """Clock whose pauses end soon after `cancelled` is set.

    Attributes:
        cancelled: Whether pauses raise `Cancelled`.
    """

    def __init__(self, clock: Clock) -> None:
        self.cancelled = False
        self._clock = clock

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait.

        Raises:
            Cancelled: The clock is cancelled.
        """
        while seconds > 0 and not self.cancelled:
            self._clock.sleep(min(seconds, _CANCELLATION_INTERVAL))
            seconds -= _CANCELLATION_INTERVAL
        if self.cancelled:
            raise Cancelled


class WorkerPool(Generic[InputT, OutputT]):
    """Threads that send requests; one lock guards the scheduler that they share with the consumer."""

    def __init__(
        self,
        session: Session,
        prepare: Callable[[InputT], PreparedRun[OutputT]],
        scheduler: MapScheduler[InputT, OutputT],
    ) -> None:
        self._clock = CancellableClock(session.context.clock)
        self._session = Session(replace(session.context, clock=self._clock), session.http)
        self._prepare = prepare
        self._scheduler = scheduler
        # Reentrant: the garbage collector can call `shut_down` in a thread that holds the lock.
        lock = threading.RLock()
        # Two conditions, so that a new job wakes a worker and a new outcome wakes the consumer.
        self._work_available = threading.Condition(lock)
        self._outcome_available = threading.Condition(lock)
        self._threads: list[threading.Thread] = []
        # The earliest time in seconds at which a pause ends, since each model has pauses of its own.
        self._pause_end = inf

    @property
    def can_accept(self) -> bool:
        """Whether another input fits."""
        return self._scheduler.can_accept

    def submit(self, input: InputT) -> None:
        """Queue an input, and start another thread until there are as many as the concurrency."""
        with self._work_available:
            self._scheduler.accept(input)
            self._work_available.notify()
        if len(self._threads) < self._scheduler.concurrency:
            # Daemon: an iterator that is never closed must not keep the process alive.
            thread = threading.Thread(target=self._work, name="bytezkit-map", daemon=True)
            thread.start()
            self._threads.append(thread)

    def pop_outcome(self, *, wait: bool) -> Outcome[InputT, OutputT] | None:
        """Return the next outcome, or None.

        Args:
            wait: Whether to wait for an outcome; None then means that no input is left.

        Raises:
            BaseException: A thread failed for a reason that is not specific to one input.
        """
        with self._outcome_available:
            while True:
                outcome = self._scheduler.pop_outcome()
                if outcome is not None or not wait or self._scheduler.is_drained:
                    return outcome
                self._outcome_available.wait()

    def shut_down(self) -> None:
        """Start no more requests, and wait for the threads to end."""
        with self._work_available:
            self._clock.cancelled = True
            self._work_available.notify_all()
        # The garbage collector can call this method in a worker, which cannot join itself, and which may hold
        # the lock that the other workers need to end.
        if threading.current_thread() not in self._threads:
            for thread in self._threads:
                thread.join()
        with self._work_available:
            self._scheduler.close()

    def _work(self) -> None:
        try:
            with suppress(Cancelled):
                while True:
                    step = self._next_step()
                    if isinstance(step, MapJob):
                        self._send(step)
                    else:
                        self._pause(step)
        except BaseException as error:  # noqa: BLE001 - `pop_outcome` raises it in the consumer's thread
            with self._outcome_available:
                self._scheduler.fatal.error = error
                self._outcome_available.notify()

    def _next_step(self) -> MapJob[InputT, OutputT] | float:
        """Return the next job, or the seconds that this thread pauses on behalf of all threads."""
        with self._work_available:
            while not self._clock.cancelled:
                now = self._clock.monotonic()
                step = self._scheduler.next_step(now)
                # The scheduler may have failed jobs whose deadline passed.
                self._outcome_available.notify()
                if isinstance(step, MapJob):
                    return step
                if step is not None and now + step < self._pause_end:
                    self._pause_end = now + step
                    return step
                self._work_available.wait()
        raise Cancelled

    def _pause(self, seconds: float) -> None:
        self._clock.sleep(seconds)
        with self._work_available:
            self._pause_end = inf
            self._work_available.notify_all()

    def _send(self, job: MapJob[InputT, OutputT]) -> None:
        try:
            job.run = job.run or self._prepare(job.input)
        except Exception as error:  # noqa: BLE001 - an input can be an object of the caller with any error
            self._fail(job, error)
            return
        # Another exception is the caller's: a tracer or hook raised it.
        try:
            result = self._session.perform(job.run, job.remaining(self._clock.monotonic()))
        except BytezError as error:
            self._fail(job, error)
            return
        with self._work_available:
            self._scheduler.succeed(job, result)
            self._work_available.notify()

    def _fail(self, job: MapJob[InputT, OutputT], error: Exception) -> None:
        with self._work_available:
            self._scheduler.fail(job, error, self._clock.monotonic())
            self._work_available.notify()
