"""Sends one request with retries, and decodes its response."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeAlias, TypeVar
from urllib.parse import urlencode

from msgspec.structs import replace

from bytezkit._core.clock import Clock
from bytezkit._core.config import Limits, Origin
from bytezkit._core.effects import (
    Cause,
    Operation,
    Request,
    Response,
    Send,
    SendResult,
    Sleep,
    TransportFailure,
    public_url,
)
from bytezkit._core.json import decode
from bytezkit._core.limiter import Limiters
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

_EXCERPT_BYTES: Final = 1000
# A gateway or the service sends the latter three after the service may have performed the request.
_PERFORMED: Final = frozenset({*range(200, 300), 500, 502, 504})
# Credentials of a session, and headers of the request that a proxy repeats.
_SECRET_HEADERS: Final = frozenset({"authorization", "provider-key", "set-cookie"})

T = TypeVar("T")
OutputT = TypeVar("OutputT")


@dataclass(frozen=True, slots=True)
class Context:
    """Settings and dependencies of every operation.

    Attributes:
        limits: Deadlines and retries.
        clock: Measures time.
        origin: Base URL and keys of the service, for errors: they name the URL and must not contain a key.
        tracer: Called for each attempt.
        jitter: Returns a random number from 0 to 1.
        limiters: Limits of `map`, which clients with other options share.
    """

    limits: Limits
    clock: Clock
    origin: Origin
    tracer: Tracer | None = None
    jitter: Callable[[], float] = random.random
    limiters: Limiters = field(default_factory=Limiters)


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
        DecodeError: The content encoding of the response is invalid, or the response is too long.
    """
    clock = context.clock
    bounds = [bound for bound in (context.limits.deadline, within) if bound is not None]
    expiry = clock.monotonic() + min(bounds).total_seconds() if bounds else None
    attempts = 0
    while True:
        attempts += 1
        budget = None if expiry is None else max(expiry - clock.monotonic(), 0.0)
        result = yield Send(request, budget, context.limits.max_response_bytes, attempts)
        if result is None:
            raise RuntimeError("the session sent no result back for a Send effect")
        # A redirect of an external request is a success: the operation follows it.
        if isinstance(result, Response) and 200 <= result.status < (400 if request.external else 300):
            response = result if attempts == 1 else replace(result, attempts=attempts)
            if response.problem is not None:
                raise with_request_context(context, DecodeError(response.problem), request, response)
            return response
        error = _attempt_error(context, request, result, attempts)
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


def _attempt_error(context: Context, request: Request, result: SendResult, attempts: int) -> BytezError:
    if isinstance(result, Response):
        response = replace(result, attempts=attempts)
        rejection = status_error(result.status, result.headers, result.content)
        return with_request_context(context, rejection, request, response)
    error_type = {
        Cause.DEADLINE: DeadlineExceededError,
        Cause.UNREADABLE: DecodeError,
    }.get(result.cause, ConnectionFailedError)
    error = error_type(
        _redact(context.origin, result.reason),
        method=request.method,
        url=_display_url(context.origin, request),
        path=_redact(context.origin, request.display_path),
        attempts=attempts,
    )
    error.may_be_charged = not request.repeatable and result.cause is not Cause.NOT_SENT
    return error


def decode_response(context: Context, request: Request, response: Response, expected: type[T]) -> T:
    """Decode the body of a response, and treat its `error` member as a failure.

    Raises:
        DecodeError: The body is not of the expected type.
        ModelFailedError: The body has an error message.
    """
    decoded = decode_body(context, request, response, expected)
    message = getattr(decoded, "error", None)
    if message:
        raise with_request_context(context, ModelFailedError(message), request, response)
    return decoded


def decode_body(context: Context, request: Request, response: Response, expected: type[T]) -> T:
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
    problem = problem or DecodeError("unexpected response: null")
    raise with_request_context(context, problem, request, response)


def with_request_context(
    context: Context, error: BytezError, request: Request, response: Response
) -> BytezError:
    """Add the request and the response to an error, and remove its traceback.

    The frames of the traceback refer to the response, which would stay in memory as long as the error.
    """
    origin = context.origin
    error.method, error.url = request.method, _display_url(origin, request)
    error.path = _redact(origin, request.display_path)
    error.status, error.attempts = response.status, response.attempts
    error.may_be_charged = not request.repeatable and response.status in _PERFORMED
    error.headers = {
        name: "***" if name in _SECRET_HEADERS else _redact(origin, _display_value(name, value))
        for name, value in response.headers.items()
    }
    error.request_id = error.headers.get("x-request-id")
    # A message may quote the body.
    error.args = (_redact(origin, error.message),)
    if response.body is None:
        # Redacted before it is cut: of a key at the end, a part would stay.
        content = origin.redact_keys(response.content)
        error.body_excerpt = content[:_EXCERPT_BYTES].decode(errors="replace")
        if isinstance(error, DecodeError):
            error.body = content
    return error.with_traceback(None)


def _display_url(origin: Origin, request: Request) -> str:
    url = request.display_path if request.external else origin.base_url + request.path
    # Redacted before it is encoded: the keys are not searched in percent-encoding.
    query = urlencode({name: _redact(origin, value) for name, value in request.query.items()}, safe="*")
    return _redact(origin, f"{url}?{query}" if query else url)


def _display_value(name: str, value: str) -> str:
    return public_url(value) if name == "location" else value


def _redact(origin: Origin, text: str) -> str:
    return origin.redact_keys(text.encode(errors="replace")).decode()
