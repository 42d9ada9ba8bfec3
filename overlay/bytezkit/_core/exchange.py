"""One request and its answer, retries included."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from msgspec.structs import replace

from bytezkit._core.clock import Clock
from bytezkit._core.config import Limits
from bytezkit._core.effects import (
    Cause,
    Operation,
    Request,
    Response,
    Send,
    SendResult,
    Sleep,
    TransportFailure,
)
from bytezkit._core.json import decode
from bytezkit._core.retry import pause_before_retry
from bytezkit._core.status_errors import error_message, status_error
from bytezkit._core.tracing import Tracer
from bytezkit.errors import (
    BytezError,
    ConnectionFailedError,
    DeadlineExceededError,
    DecodeError,
    ModelFailedError,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Context:
    """What flows need besides their arguments."""

    limits: Limits
    clock: Clock
    tracer: Tracer | None = None
    jitter: Callable[[], float] = random.random


def exchange(context: Context, request: Request, within: timedelta | None = None) -> Operation[Response]:
    """Send a request until it is answered or no further try makes sense.

    Args:
        context: Limits and clock.
        request: The request.
        within: A deadline closer than that of the limits.

    Raises:
        StatusError: The service refused.
        ConnectionFailedError: No answer came.
        DeadlineExceededError: The deadline passed.
        DecodeError: The answer's encoding is broken.
    """
    clock = context.clock
    bounds = [bound for bound in (context.limits.deadline, within) if bound is not None]
    expiry = clock.monotonic() + min(bounds).total_seconds() if bounds else None
    attempts = 0
    while True:
        attempts += 1
        budget = None if expiry is None else max(expiry - clock.monotonic(), 0.0)
        outcome = yield Send(request, budget, attempts)
        if outcome is None:
            raise RuntimeError("a request was answered with nothing")
        if isinstance(outcome, Response) and 200 <= outcome.status < (400 if request.external else 300):
            return outcome if attempts == 1 else replace(outcome, attempts=attempts)
        error = _error(request, outcome, attempts)
        pause = pause_before_retry(
            error,
            sent=not (isinstance(outcome, TransportFailure) and outcome.cause is Cause.NOT_SENT),
            repeatable=request.repeatable,
            limits=context.limits,
            jitter=context.jitter(),
            rate_limited_by_caller=request.rate_limited_by_caller,
        )
        if pause is None or (expiry is not None and clock.monotonic() + pause >= expiry):
            raise error
        yield Sleep(pause)


def _error(request: Request, outcome: SendResult, attempts: int) -> BytezError:
    if isinstance(outcome, Response):
        return status_error(
            outcome.status,
            outcome.headers,
            outcome.content,
            method=request.method,
            path=request.display_path,
            attempts=attempts,
        )
    error = {
        Cause.DEADLINE: DeadlineExceededError,
        Cause.UNREADABLE: DecodeError,
    }.get(outcome.cause, ConnectionFailedError)
    return error(outcome.reason, method=request.method, path=request.display_path, attempts=attempts)


def read_answer(request: Request, answer: Response, expected: type[T]) -> T:
    """Decode an answer.

    Raises:
        DecodeError: It is not what the API promises.
        ModelFailedError: It says what went wrong.
    """
    decoded = read_state(request, answer, expected)
    said = getattr(decoded, "error", None)
    if said:
        raise located(ModelFailedError(said), request, answer)
    return decoded


def read_state(request: Request, answer: Response, expected: type[T]) -> T:
    """Decode an answer whose `error` belongs to what it shows; errors as for `read_answer`."""
    decoded: T | None = None
    problem: BytezError | None = None
    try:
        decoded = decode(answer.content, expected)
    except DecodeError as error:
        problem = error
    if decoded is not None:
        return decoded
    said = error_message(answer.content)
    if said:
        problem = ModelFailedError(said)
    raise located(problem or DecodeError("unexpected answer: null"), request, answer)


def located(error: BytezError, request: Request, answer: Response) -> BytezError:
    """Say which request an error belongs to, and forget where it was noticed."""
    error.method, error.path = request.method, request.display_path
    error.status, error.attempts = answer.status, answer.attempts
    error.request_id = answer.headers.get("x-request-id")
    return error.with_traceback(None)
