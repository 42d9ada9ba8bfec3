"""Starts a model or job and polls it until it is ready."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeVar

from bytezkit._core.config import Duration, to_timedelta
from bytezkit._core.effects import Operation, Sleep
from bytezkit._core.exchange import Context
from bytezkit._core.model_id import ModelId
from bytezkit._core.retry import backoff, is_in_progress
from bytezkit.errors import (
    ConflictError,
    DeadlineExceededError,
    ModelFailedError,
    RateLimitError,
    WaitTimeoutError,
)

T = TypeVar("T")

# Seconds. Models take from seconds to many minutes to load, so the interval grows from one to the other.
_FIRST_INTERVAL: Final = 0.5
_MAX_INTERVAL: Final = 5.0


@dataclass(frozen=True, slots=True)
class Progress:
    """Status of a model that is being waited for.

    Attributes:
        model_id: `organization/name`.
        status: Status in the words of the service.
        instances: Number of running or booting instances of a cluster, or None if the service does not
            report it.
        elapsed: Time since the wait began.
    """

    model_id: str
    status: str
    instances: int | None
    elapsed: timedelta

    def __str__(self) -> str:
        plural = "" if self.instances == 1 else "s"
        instances = "" if self.instances is None else f", {self.instances} instance{plural}"
        return f"{self.model_id}: {self.status}{instances} ({self.elapsed.total_seconds():.1f} s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult(Generic[T]):
    """Result of one poll.

    Attributes:
        resource: The cluster, instance or job.
        status: Its status in the words of the service.
        instances: Number of its running or booting instances, if the service reports it.
        ready: Whether the wait is over.
        failure: Why the resource cannot become ready, or None if it can.
    """

    resource: T
    status: str
    instances: int | None = None
    ready: bool
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitOptions:
    """Options of a wait for a model.

    Attributes:
        model_id: The model.
        goal: The status that the wait is for; a timeout names it.
        timeout: Maximum time to wait.
        on_progress: Called after each poll.
    """

    model_id: ModelId
    goal: str
    timeout: timedelta
    on_progress: Callable[[Progress], object] | None


def wait_options(
    model_id: ModelId, goal: str, timeout: Duration, on_progress: Callable[[Progress], object] | None
) -> WaitOptions:
    """Check and convert the options of a wait.

    Raises:
        TypeError: The timeout is no duration, or `on_progress` is not callable.
        ValueError: The timeout is negative.
    """
    converted = to_timedelta("timeout", timeout)
    if converted < timedelta(0):
        raise ValueError(f"timeout must be 0 or more, not {timeout!r}")
    if on_progress is not None and not callable(on_progress):
        raise TypeError(f"on_progress must be callable, not {type(on_progress).__name__}")
    return WaitOptions(model_id=model_id, goal=goal, timeout=converted, on_progress=on_progress)


def start_and_wait(
    context: Context,
    options: WaitOptions,
    start: Operation[object],
    poll: Callable[[timedelta], Operation[PollResult[T]]],
) -> Operation[T]:
    """Start a resource unless it is started already, and wait until it is ready.

    Args:
        context: Limits and clock.
        options: Timeout and goal.
        start: Starts the resource.
        poll: As for `wait_until_ready`.

    Raises:
        ModelFailedError: The resource failed.
        WaitTimeoutError: The timeout passed.
    """
    started_at = context.clock.monotonic()
    try:
        yield from start
    except ConflictError:
        pass  # It is started already.
    except DeadlineExceededError:
        # If the timeout of the wait ended the start, polling below reports WaitTimeoutError.
        if _is_shorter(context.limits.deadline, options.timeout):
            raise
    except RateLimitError as error:
        # Another request started it at the same time.
        if not is_in_progress(error):
            raise
    return (yield from wait_until_ready(context, options, poll, started_at))


def wait_until_ready(
    context: Context,
    options: WaitOptions,
    poll: Callable[[timedelta], Operation[PollResult[T]]],
    started_at: float | None = None,
) -> Operation[T]:
    """Poll a resource until it is ready, with growing intervals.

    Args:
        context: Limits and clock.
        options: Timeout and goal.
        poll: Polls once. Its argument is the rest of the timeout.
        started_at: Time on the clock when the wait began. Default: now.

    Raises:
        ModelFailedError: The resource failed.
        WaitTimeoutError: The timeout passed.
    """
    clock = context.clock
    started_at = clock.monotonic() if started_at is None else started_at
    status = None
    polls = 0
    while (remaining := _remaining(context, options, started_at)) > timedelta(0):
        try:
            result = yield from poll(remaining)
        except RateLimitError as error:
            # The service changes the resource at the moment, and reports its status to a later poll.
            if not is_in_progress(error):
                raise
        except DeadlineExceededError:
            # A poll has two deadlines. If the timeout of the wait was the shorter one, the wait timed out.
            if _is_shorter(context.limits.deadline, remaining):
                raise
            break
        else:
            status = result.status
            elapsed = timedelta(seconds=clock.monotonic() - started_at)
            if options.on_progress is not None:
                options.on_progress(Progress(str(options.model_id), status, result.instances, elapsed))
            if result.ready:
                return result.resource
            if result.failure is not None:
                raise ModelFailedError(result.failure, last_status=status)
        polls += 1
        interval = backoff(polls, jitter=context.jitter(), first=_FIRST_INTERVAL, maximum=_MAX_INTERVAL)
        # Polling takes time, so the rest of the timeout is measured again.
        rest = _remaining(context, options, started_at).total_seconds()
        yield Sleep(min(interval, max(rest, 0)))
    raise WaitTimeoutError(
        f"{options.model_id} is not {options.goal} after {options.timeout}; its last status is {status}",
        last_status=status,
    )


def _remaining(context: Context, options: WaitOptions, started_at: float) -> timedelta:
    return options.timeout - timedelta(seconds=context.clock.monotonic() - started_at)


def _is_shorter(deadline: timedelta | None, timeout: timedelta) -> bool:
    return deadline is not None and deadline < timeout
