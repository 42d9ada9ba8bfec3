"""Sends one request with retries, and decodes its response."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias, TypeVar

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
from bytezkit._core.results import Result
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
OutputT = TypeVar("OutputT")


@dataclass(frozen=True, slots=True)
class Context:
    """Settings and dependencies of every operation.

    Attributes:
        limits: Deadlines and retries.
        clock: Measures time.
        tracer: Called for each attempt.
        jitter: Returns a random number from 0 to 1.
    """

    limits: Limits
    clock: Clock
    tracer: Tracer | None = None
    jitter: Callable[[], float] = random.random


# A validated run that can be sent more than once, within a deadline beside the deadline of the limits.
PreparedRun: TypeAlias = Callable[[Context, timedelta | None], Operation[Result[OutputT]]]


def exchange(context: Context, request: Request, within: timedelta | None = None) -> Operation[Response]:
    """Send a request, and retry it as the limits allow, until it succeeds.

    Args:
        context: Limits and clock.
        request: The request.
        within: Deadline beside the deadline of the limits; the shorter one applies.

    Raises:
        StatusError: The response has an error status.
        ConnectionFailedError: No response arrived.
        DeadlineExceededError: The deadline passed.
        DecodeError: The content encoding of the response is invalid.
    """
    clock = context.clock
    bounds = [bound for bound in (context.limits.deadline, within) if bound is not None]
    expiry = clock.monotonic() + min(bounds).total_seconds() if bounds else None
    attempts = 0
    while True:
        attempts += 1
        budget = None if expiry is None else max(expiry - clock.monotonic(), 0.0)
        result = yield Send(request, budget, attempts)
        if result is None:
            raise RuntimeError("the session sent no result back for a Send effect")
        # A redirect of an external request is a success: the operation follows it.
        if isinstance(result, Response) and 200 <= result.status < (400 if request.external else 300):
            return result if attempts == 1 else replace(result, attempts=attempts)
        error = _attempt_error(request, result, attempts)
        pause = pause_before_retry(
            error,
            sent=not (isinstance(result, TransportFailure) and result.cause is Cause.NOT_SENT),
            repeatable=request.repeatable,
            limits=context.limits,
            jitter=context.jitter(),
            rate_limited_by_caller=request.rate_limited_by_caller,
        )
        # If the pause outlasts the deadline, the error of this attempt tells more than DeadlineExceededError.
        if pause is None or (expiry is not None and clock.monotonic() + pause >= expiry):
            raise error
        yield Sleep(pause)


def _attempt_error(request: Request, result: SendResult, attempts: int) -> BytezError:
    if isinstance(result, Response):
        return status_error(
            result.status,
            result.headers,
            result.content,
            method=request.method,
            path=request.display_path,
            attempts=attempts,
        )
    error = {
        Cause.DEADLINE: DeadlineExceededError,
        Cause.UNREADABLE: DecodeError,
    }.get(result.cause, ConnectionFailedError)
    return error(result.reason, method=request.method, path=request.display_path, attempts=attempts)


def decode_response(request: Request, response: Response, expected: type[T]) -> T:
    """Decode the body of a response, and treat its `error` member as a failure.

    Raises:
        DecodeError: The body is not of the expected type.
        ModelFailedError: The body has an error message.
    """
    decoded = decode_body(request, response, expected)
    message = getattr(decoded, "error", None)
    if message:
        raise with_request_context(ModelFailedError(message), request, response)
    return decoded


def decode_body(request: Request, response: Response, expected: type[T]) -> T:
    """Decode the body of a response whose type may have an `error` member as data.

    Raises:
        DecodeError: The body is not of the expected type.
        ModelFailedError: The body is not of the expected type, and has an error message.
    """
    decoded: T | None = None
    problem: BytezError | None = None
    try:
        decoded = decode(response.content, expected)
    except DecodeError as error:
        problem = error
    if decoded is not None:
        return decoded
    message = error_message(response.content)
    if message:
        problem = ModelFailedError(message)
    raise with_request_context(problem or DecodeError("unexpected response: null"), request, response)


def with_request_context(error: BytezError, request: Request, response: Response) -> BytezError:
    """Add the request and the response to an error, and remove its traceback.

    The frames of the traceback refer to the response, which would stay in memory as long as the error.
    """
    error.method, error.path = request.method, request.display_path
    error.status, error.attempts = response.status, response.attempts
    error.request_id = response.headers.get("x-request-id")
    return error.with_traceback(None)
