"""Schedules the inputs of `map` and orders its outcomes, without I/O and without locks.

The synchronous and the asynchronous driver share it. A driver with threads calls it under its own lock.
"""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import TracebackType
from typing import Final, Generic, TypeVar

from bytezkit._core.config import to_timedelta
from bytezkit._core.exchange import Context, PreparedRun
from bytezkit._core.limiter import ConcurrencyLimiter
from bytezkit._core.results import Result
from bytezkit._core.retry import is_rate_limited
from bytezkit._map.outcomes import Failure, Outcome, Success
from bytezkit.errors import BytezError, RateLimitError

InputT = TypeVar("InputT")
OutputT = TypeVar("OutputT")


class DeferredError:
    """Context manager that stores the exception of its block, so that another thread or task can raise it.

    Exceptions outside `Exception`, such as cancellation, propagate.

    Attributes:
        error: The last exception, or None.
    """

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.error = error
        return True

    def raise_if_set(self) -> None:
        """Raise the stored exception, if any."""
        if self.error is not None:
            raise self.error


@dataclass(slots=True, eq=False)
class MapJob(Generic[InputT, OutputT]):
    """An input without an outcome.

    Attributes:
        index: Position among the inputs, from 0 on.
        input: The input.
        lane: The jobs with the same model.
        run: The operation that sends the input; None until the request body is encoded.
        expires_at: Time in seconds at which the deadline passes; None until the first send, and without a
            deadline.
        epoch: The limiter's epoch in which the last request started.
        rate_limit_error: The last response with status 429, or None.
        attempts: Number of requests sent before the present one.
    """

    index: int
    input: InputT
    lane: "_Lane[InputT, OutputT]"
    run: PreparedRun[OutputT] | None = None
    expires_at: float | None = None
    epoch: int = 0
    rate_limit_error: RateLimitError | None = None
    attempts: int = 0

    def remaining(self, now: float) -> timedelta | None:
        """Return the time until the deadline, or None without a deadline."""
        return None if self.expires_at is None else to_timedelta("deadline", self.expires_at - now)


@dataclass(slots=True, eq=False)
class _Lane(Generic[InputT, OutputT]):
    """Jobs with the same model: the queue, and the number of requests in flight."""

    limiter: ConcurrencyLimiter
    queue: deque[MapJob[InputT, OutputT]] = field(default_factory=deque[MapJob[InputT, OutputT]])
    in_flight: int = 0


class MapScheduler(Generic[InputT, OutputT]):
    """Queue of accepted inputs and buffer of outcomes; both are bounded by the concurrency.

    Args:
        context: Limits and jitter.
        model_of: Returns the model id of an input, and raises nothing.
        concurrency: Maximum number of requests in flight.
        ordered: Whether outcomes are returned in the order of the inputs.
        on_outcome: Called with each outcome before the outcome is returned.

    Attributes:
        accepted: Number of inputs accepted.
        fatal: An error that is not specific to one input, such as an exception of `on_outcome`.

    Raises:
        TypeError: `on_outcome` is not callable.
        ValueError: `concurrency` is not a positive integer.
    """

    def __init__(
        self,
        context: Context,
        model_of: Callable[[InputT], str],
        concurrency: int,
        *,
        ordered: bool,
        on_outcome: Callable[[Outcome[InputT, OutputT]], object] | None = None,
    ) -> None:
        if on_outcome is not None and not callable(on_outcome):
            raise TypeError(f"on_outcome must be callable, not {type(on_outcome).__name__}")
        # `bool` is an `int`: True would pass as a concurrency of 1.
        if type(concurrency) is not int or concurrency < 1:
            raise ValueError(f"concurrency must be an integer of 1 or more, not {concurrency!r}")
        self.concurrency: Final = concurrency
        self.accepted = 0
        self.fatal = DeferredError()
        self._on_outcome = on_outcome
        self._context = context
        self._model_of = model_of
        self._ordered = ordered
        self._returned = 0
        self._in_flight = 0
        self._closed = False
        self._lanes: dict[str, _Lane[InputT, OutputT]] = {}
        self._outcomes: dict[int, Outcome[InputT, OutputT]] = {}

    @property
    def can_accept(self) -> bool:
        """Whether another input fits."""
        # Twice the concurrency: a full set of requests in flight, and the next set ready to start.
        return self.accepted - self._returned < 2 * self.concurrency

    @property
    def is_drained(self) -> bool:
        """Whether the outcomes of all accepted inputs have been returned."""
        return self.accepted == self._returned

    def accept(self, input: InputT) -> None:
        """Append an input to the queue of its model."""
        model = self._model_of(input)
        lane = self._lanes.get(model)
        if lane is None:
            lane = self._lanes[model] = _Lane(self._context.limiters.get(model))
        lane.queue.append(MapJob(self.accepted, input, lane))
        self.accepted += 1

    def next_step(self, now: float) -> MapJob[InputT, OutputT] | float | None:
        """Return the job to send now, the seconds to wait, or None if a request in flight must end first."""
        delays: list[float] = []
        oldest: MapJob[InputT, OutputT] | None = None
        for lane in self._lanes.values():
            # Jobs to retry stand at the front. Their deadlines may pass during the pause.
            if lane.queue and lane.queue[0].rate_limit_error is not None:
                self._fail_expired(lane, max(now, lane.limiter.not_before))
            delay = lane.limiter.delay(now, lane.in_flight) if lane.queue else None
            if delay:
                delays.append(delay)
            elif delay is not None and (oldest is None or lane.queue[0].index < oldest.index):
                oldest = lane.queue[0]
        if self._in_flight >= self.concurrency:
            return None
        return min(delays, default=None) if oldest is None else self._start(oldest, now)

    def _start(self, job: MapJob[InputT, OutputT], now: float) -> MapJob[InputT, OutputT]:
        job.lane.queue.popleft()
        job.epoch = job.lane.limiter.start()
        job.lane.in_flight += 1
        self._in_flight += 1
        deadline = self._context.limits.deadline
        if job.expires_at is None and deadline is not None:
            job.expires_at = now + deadline.total_seconds()
        return job

    def _fail_expired(self, lane: _Lane[InputT, OutputT], next_start: float) -> None:
        """Fail the jobs to retry whose deadline passes before the next request may start."""
        for job in [*lane.queue]:
            error = job.rate_limit_error
            if error is not None and job.expires_at is not None and job.expires_at <= next_start:
                lane.queue.remove(job)
                self._add_failure(job, error)

    def succeed(self, job: MapJob[InputT, OutputT], result: Result[OutputT]) -> None:
        """Store the result of a job."""
        if self._end(job):
            job.lane.limiter.record_success(job.epoch)
        self._add_outcome(Success(index=job.index, input=job.input, result=result))

    def fail(self, job: MapJob[InputT, OutputT], error: Exception, now: float) -> None:
        """Queue a job again after status 429, or store its error."""
        if isinstance(error, BytezError):
            job.attempts += error.attempts
            error.attempts = job.attempts
        limiter, counted = job.lane.limiter, self._end(job)
        if not counted or not is_rate_limited(error):
            limiter.record_end(counted)
            self._add_failure(job, error)
        elif limiter.record_rate_limit(error, job.epoch, now, jitter=self._context.jitter()):
            job.rate_limit_error = error
            # At the front: its deadline already runs.
            job.lane.queue.appendleft(job)
        else:
            self._add_failure(job, error)

    def _end(self, job: MapJob[InputT, OutputT]) -> bool:
        """Return whether the limiter still counts the request of a job as in flight."""
        job.lane.in_flight -= 1
        self._in_flight -= 1
        return not self._closed

    def close(self) -> None:
        """Count the requests that were cancelled as ended, since other maps share the limiters."""
        if not self._closed:
            self._closed = True
            for lane in self._lanes.values():
                lane.limiter.record_end(lane.in_flight)

    def _add_failure(self, job: MapJob[InputT, OutputT], error: Exception) -> None:
        # The traceback's frames would keep the request and response of every failed input in memory.
        self._add_outcome(Failure(index=job.index, input=job.input, error=error.with_traceback(None)))

    def _add_outcome(self, outcome: Outcome[InputT, OutputT]) -> None:
        self._outcomes[outcome.index] = outcome
        if self._on_outcome is not None:
            with self.fatal:
                self._on_outcome(outcome)

    def pop_outcome(self) -> Outcome[InputT, OutputT] | None:
        """Return the next outcome, or None if it is not available yet.

        Raises:
            BaseException: The fatal error, if any.
        """
        self.fatal.raise_if_set()
        index = self._returned if self._ordered else next(iter(self._outcomes), None)
        outcome = None if index is None else self._outcomes.pop(index, None)
        self._returned += outcome is not None
        return outcome

    def explain_interrupt(self, error: BaseException) -> None:
        """Add a note to the error of an interrupt that tells how to go on."""
        rest = f"from index {self._returned} on" if self._ordered else "whose index had no outcome"
        note = f"map returned {self._returned} outcomes before the interrupt: to go on, map the inputs {rest}"
        # The error passes through `__next__` and `__exit__`.
        if note not in getattr(error, "__notes__", ()):
            error.add_note(note)


def check_inputs(inputs: object) -> None:
    """Raise `TypeError` if `inputs` is a single input that happens to be iterable."""
    for kind in (str, bytes, Mapping):
        if isinstance(inputs, kind):
            raise TypeError(f"inputs must be many inputs, not one {kind.__name__}: put it in a list")
