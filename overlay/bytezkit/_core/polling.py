"""Starting something and waiting until it is up, written once for all that can be waited for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeVar

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

_FIRST_POLL: Final = 0.5
_LONGEST_POLL: Final = 5.0


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of what is being waited for.

    Attributes:
        model_id: `organization/name`.
        status: How far it is, as the service names it.
        instances: How many instances of a cluster are up or booting, if the service says so.
        elapsed: Since the waiting began.
    """

    model_id: str
    status: str
    instances: int | None
    elapsed: timedelta

    def __str__(self) -> str:
        many = "" if self.instances == 1 else "s"
        instances = "" if self.instances is None else f", {self.instances} instance{many}"
        return f"{self.model_id}: {self.status}{instances} ({self.elapsed.total_seconds():.1f} s)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Generic[T]):
    """What a look found.

    Attributes:
        state: What is waited for, as the caller gets it.
        status: How far it is, as the service names it.
        instances: How many instances are up or booting, if the service says so.
        up: Whether the wait is over.
        failure: Why waiting on makes no sense, if it makes none.
    """

    state: T
    status: str
    instances: int | None = None
    up: bool
    failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A wait for a model.

    Attributes:
        model_id: The model.
        goal: What it is to be, for the error that says it is not.
        timeout: How long to wait at most.
        on_progress: Called with each state that is seen.

    Raises:
        TypeError: The timeout is not a timedelta, or `on_progress` can not be called.
        ValueError: The timeout is negative.
    """

    model_id: ModelId
    goal: str
    timeout: timedelta
    on_progress: Callable[[Progress], object] | None

    def __post_init__(self) -> None:
        if not isinstance(self.timeout, timedelta):
            raise TypeError(f"timeout must be a timedelta, not {type(self.timeout).__name__}")
        if self.timeout < timedelta(0):
            raise ValueError(f"timeout must not be negative, as {self.timeout!r} is")
        if self.on_progress is not None and not callable(self.on_progress):
            raise TypeError(f"on_progress must be callable, not {type(self.on_progress).__name__}")


def start_and_wait(
    context: Context, wait: Wait, start: Operation[object], look: Callable[[timedelta], Operation[Seen[T]]]
) -> Operation[T]:
    """Start something unless it was started already, and look until it is up; errors as for `wait_until`."""
    began = context.clock.monotonic()
    try:
        yield from start
    except ConflictError:
        pass  # It was started already.
    except DeadlineExceededError:
        if _is_closer(context.limits.deadline, wait.timeout):
            raise
    except RateLimitError as error:
        if not is_in_progress(error):
            raise
    return (yield from wait_until(context, wait, look, began))


def wait_until(
    context: Context, wait: Wait, look: Callable[[timedelta], Operation[Seen[T]]], began: float | None = None
) -> Operation[T]:
    """Look until it is up, less and less often.

    Args:
        context: Limits and clock.
        wait: What is waited for.
        look: Looks once, within what is left of the wait.
        began: When the wait began, if not now.

    Raises:
        ModelFailedError: It can not come up.
        WaitTimeoutError: It was not up in time.
    """
    clock = context.clock
    began = clock.monotonic() if began is None else began
    status = None
    looks = 0
    while (left := wait.timeout - timedelta(seconds=clock.monotonic() - began)) > timedelta(0):
        try:
            seen = yield from look(left)
        except RateLimitError as error:
            if not is_in_progress(error):
                raise
        except DeadlineExceededError:
            if _is_closer(context.limits.deadline, left):
                raise
            break
        else:
            status = seen.status
            elapsed = timedelta(seconds=clock.monotonic() - began)
            if wait.on_progress is not None:
                wait.on_progress(Progress(str(wait.model_id), status, seen.instances, elapsed))
            if seen.up:
                return seen.state
            if seen.failure is not None:
                raise ModelFailedError(seen.failure, last_status=status)
        looks += 1
        pause = backoff(looks, jitter=context.jitter(), first=_FIRST_POLL, longest=_LONGEST_POLL)
        left = wait.timeout - timedelta(seconds=clock.monotonic() - began)
        yield Sleep(min(pause, max(left.total_seconds(), 0)))
    raise WaitTimeoutError(
        f"{wait.model_id} is not {wait.goal} after {wait.timeout}; its last status is {status}",
        last_status=status,
    )


def _is_closer(deadline: timedelta | None, timeout: timedelta) -> bool:
    return deadline is not None and deadline < timeout
