"""Which of many inputs is sent next, and which outcome is given out: decisions, no I/O, for both faces."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeVar

from bytezkit._api.runs import PreparedRun
from bytezkit._core.exchange import Context
from bytezkit._core.results import Result
from bytezkit._core.retry import is_rate_limited
from bytezkit._map.limiter import Pace
from bytezkit._map.outcomes import Failure, Outcome, Success
from bytezkit.errors import BytezError, RateLimitError

InputT = TypeVar("InputT")
OutputT = TypeVar("OutputT")

# What `run` is documented to raise. Anything else is no matter of one input.
EXPECTED: Final = (BytezError, OSError, TypeError, ValueError)


@dataclass(slots=True, eq=False)
class Job(Generic[InputT, OutputT]):
    """An input that has no outcome yet.

    Attributes:
        index: Which of the inputs it is.
        input: The input.
        run: What sends it, once its body is written.
        expiry: When its deadline passes, once it was sent.
        begun: The round of the pace that its last sending belongs to.
        refusal: How the service last refused it for having too many.
        attempts: How often it was sent until then.
    """

    index: int
    input: InputT
    run: PreparedRun[OutputT] | None = None
    expiry: float | None = None
    begun: int = 0
    refusal: RateLimitError | None = None
    attempts: int = 0

    def left(self, now: float) -> timedelta | None:
        """Return what is left of its deadline."""
        return None if self.expiry is None else timedelta(seconds=self.expiry - now)


class Desk(Generic[InputT, OutputT]):
    """Keeps the inputs that were taken and the outcomes that were not given out: few, however many there are.

    Args:
        context: Limits and jitter.
        concurrency: How many requests may be under way at once.
        ordered: Whether outcomes are given out in the order of the inputs.
        on_outcome: Called with each outcome before it is given out.

    Attributes:
        problem: An error that is not specific to one input, once there is one.

    Raises:
        TypeError: `on_outcome` can not be called.
        ValueError: The concurrency is no positive integer.
    """

    def __init__(
        self,
        context: Context,
        concurrency: int,
        *,
        ordered: bool,
        on_outcome: Callable[[Outcome[InputT, OutputT]], object] | None = None,
    ) -> None:
        if on_outcome is not None and not callable(on_outcome):
            raise TypeError(f"on_outcome must be callable, not {type(on_outcome).__name__}")
        if type(concurrency) is not int or concurrency < 1:
            raise ValueError(f"concurrency must be an integer of 1 or more, not {concurrency!r}")
        self.concurrency: Final = concurrency
        self.taken = 0
        self.problem: BaseException | None = None
        self._on_outcome = on_outcome
        self._context = context
        self._ordered = ordered
        self._given = 0
        self._pace = Pace(concurrency)
        self._waiting = deque[Job[InputT, OutputT]]()
        self._outcomes: dict[int, Outcome[InputT, OutputT]] = {}

    @property
    def has_room(self) -> bool:
        """Whether another input may be taken: twice as many as can be sent at once keep all of them busy."""
        return self.taken - self._given < 2 * self.concurrency

    @property
    def is_empty(self) -> bool:
        """Whether the outcome of each input that was taken has been given out."""
        return self.taken == self._given

    def take(self, input: InputT) -> None:
        """Take the next input."""
        self._waiting.append(Job(self.taken, input))
        self.taken += 1

    def next(self, now: float) -> Job[InputT, OutputT] | float | None:
        """Begin a job, or return the seconds until one may begin, or None if another one has to end first."""
        # What was refused stands in front.
        if self._waiting and self._waiting[0].refusal is not None:
            self._fail_late(max(now, self._pace.not_before))
        delay = self._pace.delay(now)
        if not self._waiting or delay is None:
            return None
        if delay:
            return delay
        job = self._waiting.popleft()
        job.begun = self._pace.begin()
        deadline = self._context.limits.deadline
        if job.expiry is None and deadline is not None:
            job.expiry = now + deadline.total_seconds()
        return job

    def _fail_late(self, at: float) -> None:
        """Keep the refusal of what can not be sent again within its deadline."""
        for job in [*self._waiting]:
            if job.refusal is not None and job.expiry is not None and job.expiry <= at:
                self._waiting.remove(job)
                self._fail(job, job.refusal)

    def succeed(self, job: Job[InputT, OutputT], result: Result[OutputT]) -> None:
        """Keep the answer to a job."""
        self._pace.answered(job.begun)
        self._keep(Success(index=job.index, input=job.input, result=result))

    def fail(self, job: Job[InputT, OutputT], error: Exception, now: float) -> None:
        """Keep the error of a job, or the job itself if it only has to come later."""
        if isinstance(error, BytezError):
            job.attempts += error.attempts
            error.attempts = job.attempts
        if not is_rate_limited(error):
            self._pace.failed()
            self._fail(job, error)
        elif self._pace.refused(error, job.begun, now, jitter=self._context.jitter()):
            job.refusal = error
            self._waiting.appendleft(job)
        else:
            self._fail(job, error)

    def _fail(self, job: Job[InputT, OutputT], error: Exception) -> None:
        # A traceback would keep what the call held in memory.
        self._keep(Failure(index=job.index, input=job.input, error=error.with_traceback(None)))

    def _keep(self, outcome: Outcome[InputT, OutputT]) -> None:
        self._outcomes[outcome.index] = outcome
        if self._on_outcome is not None:
            try:
                self._on_outcome(outcome)
            except Exception as error:  # noqa: BLE001 - raised where the outcomes are asked for
                self.problem = error

    def give(self) -> Outcome[InputT, OutputT] | None:
        """Give out the next outcome, or None if it is not there yet.

        Raises:
            BaseException: The problem, if there is one.
        """
        if self.problem is not None:
            raise self.problem
        index = self._given if self._ordered else next(iter(self._outcomes), None)
        outcome = None if index is None else self._outcomes.pop(index, None)
        self._given += outcome is not None
        return outcome


def check_inputs(inputs: object) -> None:
    """Refuse what is one input, though it can be iterated over.

    Raises:
        TypeError: It is one.
    """
    for kind in (str, bytes, Mapping):
        if isinstance(inputs, kind):
            raise TypeError(f"inputs must be many inputs, not one {kind.__name__}: put it in a list")
