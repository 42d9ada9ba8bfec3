"""Reports each attempt of a request to the log and to the caller's tracer."""

import logging
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeAlias

from bytezkit._core.clock import Clock
from bytezkit._core.effects import Response, Send, SendResult

_LOGGER: Final = logging.getLogger("bytezkit")


@dataclass(slots=True, kw_only=True)
class Attempt:
    """One attempt to send a request. Its result is set when the context of the tracer exits.

    Attributes:
        method: HTTP method.
        path: Path of the request without its query; for media on another host, their URL without its query.
        number: Number of the attempt within its call, from 1 on.
        headers: Headers that a tracer adds to the request to the service, such as `traceparent`. They cannot
            replace the client's headers. A malformed one makes the call raise `ConfigurationError`.
        status: HTTP status of the response, or None if no response arrived.
        error: Why no response arrived, or None if it did.
        duration: Time until the response was read; for a stream, until it began.
    """

    method: str
    path: str
    number: int
    headers: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    status: int | None = None
    error: str | None = None
    duration: timedelta | None = None


Tracer: TypeAlias = Callable[[Attempt], AbstractContextManager[object]]


def record_result(attempt: Attempt, result: SendResult) -> None:
    """Record the result of an attempt."""
    if isinstance(result, Response):
        attempt.status = result.status
    else:
        attempt.error = result.reason


@contextmanager
def traced(send: Send, clock: Clock, tracer: Tracer | None) -> Generator[Attempt, None, None]:
    """Yield an attempt within the tracer's context, and log it afterwards."""
    attempt = Attempt(method=send.request.method, path=send.request.display_path, number=send.attempt)
    started_at = clock.monotonic()
    with nullcontext() if tracer is None else tracer(attempt):
        yield attempt
        # Set before the tracer's context exits, so that the tracer can read it.
        attempt.duration = timedelta(seconds=clock.monotonic() - started_at)
    if _LOGGER.isEnabledFor(logging.DEBUG):
        _log(attempt, attempt.duration.total_seconds())


def _log(attempt: Attempt, seconds: float) -> None:
    _LOGGER.debug(
        "%s %s: %s in %.3f s (attempt %d)",
        attempt.method,
        attempt.path,
        attempt.status or attempt.error,
        seconds,
        attempt.number,
        extra={
            "method": attempt.method,
            "path": attempt.path,
            "status": attempt.status,
            "error": attempt.error,
            "attempt": attempt.number,
            "duration": seconds,
        },
    )
